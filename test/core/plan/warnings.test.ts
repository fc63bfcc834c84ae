import { describe, expect, test } from "vitest";
import type { NodeSpec } from "../../../src/core/plan/spec.ts";
import { warnPlan } from "../../../src/core/plan/warnings.ts";
import { plan, sync, work } from "../plans.ts";

function writers(...nodes: NodeSpec[]): readonly (readonly string[])[] {
  return warnPlan(plan("p", nodes))
    .filter(({ code }) => code === "parallel_writers")
    .map(({ nodes: ids }) => ids);
}

describe("nodes that will take turns", () => {
  test("are those in parallel that write the same paths", () => {
    expect(writers(work("a", { writes: ["src/**"] }), work("b", { edits: ["src/x.ts"] }))).toEqual([["a", "b"]]);
  });

  test("are not those of which one comes before the other anyway", () => {
    const nodes = [
      work("a", { writes: ["x"] }),
      work("b", { dependsOn: ["a"] }),
      work("c", { dependsOn: ["b"], writes: ["x"] }),
    ];
    expect(writers(...nodes)).toEqual([]);
    expect(writers(...nodes, work("d", { dependsOn: ["a"], writes: ["x"] }))).toEqual([["c", "d"]]);
  });

  test("are not those that share, nor those that are skipped", () => {
    expect(writers(work("a", { edits: ["x"] }), work("b", { edits: ["x"] }))).toEqual([]);
    expect(writers(work("a", { reads: ["x"] }), work("b", { reads: ["x"] }))).toEqual([]);
    expect(writers(work("a", { writes: ["x"] }), work("b", { writes: ["x"], when: "never" }))).toEqual([]);
  });

  test("are named for twenty places at most", () => {
    const pairs = Array.from({ length: 30 }, (_, i) => [
      work(`a${i}`, { writes: [`src/${i}`] }),
      work(`b${i}`, { writes: [`src/${i}`] }),
    ]);
    expect(writers(...pairs.flat())).toHaveLength(20);
  });

  test("are named a few at a time, in words", () => {
    const many = Array.from({ length: 300 }, (_, i) => work(`n${i}`, { writes: ["x"] }));
    const [warning] = warnPlan(plan("p", many));
    expect(warning).toMatchObject({ code: "parallel_writers" });
    expect(warning?.nodes.length).toBe(20);
    expect(warning?.say).toContain("x exclude each other: they will take turns.");
  });
});

test("work without an estimate is named, sync points are not", () => {
  const nodes = [work("a"), work("b", { estimateMinutes: 5 }), sync("s")];
  expect(warnPlan(plan("p", nodes)).find(({ code }) => code === "no_estimate")).toMatchObject({
    nodes: ["a"],
    say: "1 node has no estimate; 10 minutes are assumed.",
  });
});

test("agents that would have nothing to do are counted", () => {
  const nodes = [work("a", { estimateMinutes: 5 }), work("b", { estimateMinutes: 5, dependsOn: ["a"] })];
  expect(warnPlan(plan("p", nodes))).toMatchObject([{ code: "idle_agents", nodes: [] }]);
  const policy = { mode: "parallel", maxParallel: 1, scope: "auto", onFailure: "continue" } as const;
  expect(warnPlan(plan("p", nodes, { policy }))).toEqual([]);
});

describe("a plan with gates that are expected to fail", () => {
  const red = work("red", { redGates: ["test"], estimateMinutes: 1 });
  const codes = (...nodes: readonly NodeSpec[]) =>
    warnPlan(plan("p", nodes)).flatMap(({ code, nodes: of }) => (code === "red_without_dependent" ? [of.join()] : []));

  test("is warned of those that nothing can land with", () => {
    expect(codes(red, work("impl", { dependsOn: ["red"] }))).toEqual([]);
    expect(codes(red)).toEqual(["red"]);
    expect(codes(red, sync("meet", { dependsOn: ["red"] }))).toEqual(["red"]);
    const next = work("next", { redGates: ["test"], dependsOn: ["red"] });
    expect(codes(red, next, work("impl", { dependsOn: ["next"] }))).toEqual([]);
    const through = work("through", { dependsOn: ["red", "meet"] });
    expect(codes(red, sync("meet", { dependsOn: ["red"] }), through)).toEqual(["red"]);
  });
});
