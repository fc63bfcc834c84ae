import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { forecast } from "../../../src/core/plan/forecast.ts";
import type { NodeSpec, PlanSpec } from "../../../src/core/plan/spec.ts";
import { plan, sync, work } from "../plans.ts";

/** The stages of the seed that parallel agents were first thought of for, with its own minutes. */
const stages = [
  work("research", { estimateMinutes: 45 }),
  work("critique", { estimateMinutes: 30, dependsOn: ["research"] }),
  work("backend", { estimateMinutes: 60, dependsOn: ["critique"] }),
  work("frontend", { estimateMinutes: 60, dependsOn: ["critique"] }),
  work("backend-qa", { estimateMinutes: 45, dependsOn: ["backend"] }),
  work("frontend-qa", { estimateMinutes: 45, dependsOn: ["frontend"] }),
  work("performance", { estimateMinutes: 60, dependsOn: ["backend-qa", "frontend-qa"], when: "performance" }),
  work("security", { estimateMinutes: 60, dependsOn: ["backend-qa", "frontend-qa"], when: "security" }),
  work("statistics", { estimateMinutes: 90, dependsOn: ["performance", "security"] }),
  work("devops", { estimateMinutes: 15, dependsOn: ["statistics"] }),
  work("documentation", { estimateMinutes: 30, dependsOn: ["devops"] }),
];

describe("the seed's stages", () => {
  test("take 540 minutes in sequence and 375 in parallel with both conditional stages", () => {
    const seen = forecast(plan("p", stages, { flags: { performance: true, security: true } }));
    expect(seen).toMatchObject({ sequentialMinutes: 540, criticalPathMinutes: 375, maxParallelism: 2 });
    expect(seen.predicted.slice(0, 3)).toEqual([
      { agents: 1, minutes: 540, speedup: 1 },
      { agents: 2, minutes: 375, speedup: 1.44 },
      { agents: 3, minutes: 375, speedup: 1.44 },
    ]);
  });

  test("take 420 and 315 without them, and what stands before them still comes first", () => {
    const seen = forecast(plan("p", stages));
    expect(seen).toMatchObject({ sequentialMinutes: 420, criticalPathMinutes: 315 });
    expect(seen.waves.at(-3)).toEqual(["statistics"]);
    expect(seen.waves.flat()).not.toContain("security");
    expect(seen.criticalPath).toEqual([
      "research",
      "critique",
      "backend",
      "backend-qa",
      "statistics",
      "devops",
      "documentation",
    ]);
  });
});

describe("a forecast", () => {
  test("arranges nodes in waves, as they are written", () => {
    const nodes = [work("z"), work("a"), work("m", { dependsOn: ["a", "z"] }), work("b", { dependsOn: ["a"] })];
    expect(forecast(plan("p", nodes)).waves).toEqual([
      ["z", "a"],
      ["m", "b"],
    ]);
  });

  test("counts ten minutes for work without an estimate, and none for a sync point", () => {
    const seen = forecast(plan("p", [work("a"), sync("s", { dependsOn: ["a"] }), work("b", { dependsOn: ["s"] })]));
    expect(seen).toMatchObject({ sequentialMinutes: 20, criticalPathMinutes: 20, maxParallelism: 1 });
  });

  test("lets a sync point take the time that it is said to take, but nobody's", () => {
    const nodes = [
      work("a"),
      sync("s", { dependsOn: ["a"], estimateMinutes: 30 }),
      work("b", { dependsOn: ["s"] }),
      work("c", { estimateMinutes: 35 }),
    ];
    const seen = forecast(plan("p", nodes));
    expect([seen.criticalPathMinutes, seen.predicted[0]?.minutes]).toEqual([50, 55]);
  });

  test("lets nodes that exclude each other take turns, and readers go together", () => {
    const minutes = (...nodes: NodeSpec[]) => forecast(plan("p", nodes)).predicted.at(-1)?.minutes;
    expect(minutes(work("a", { writes: ["src/**"] }), work("b", { edits: ["src/x.ts"] }))).toBe(20);
    expect(minutes(work("a", { reads: ["src/**"] }), work("b", { reads: ["src/x.ts"] }))).toBe(10);
    expect(
      minutes(
        work("a", { reads: ["src/**"] }),
        work("b", { reads: ["src/x.ts"] }),
        work("c", { writes: ["src/y.ts"] }),
      ),
    ).toBe(20);
    expect(minutes(work("a", { uses: ["db:main"] }), work("b", { uses: ["db:main"] }))).toBe(20);
    expect(minutes(work("a", { uses: ["port"] }), work("b", { uses: ["port"] }))).toBe(10);
  });

  test("lets a node go past another that waits for the same and for more", () => {
    const nodes = [
      work("long", { estimateMinutes: 100, writes: ["y"], priority: 0 }),
      work("first", { writes: ["x"], priority: 0 }),
      work("both", { writes: ["x", "y"], priority: 1 }),
      work("last", { writes: ["x"], estimateMinutes: 200 }),
    ];
    expect(forecast(plan("p", nodes)).predicted.at(-1)?.minutes).toBe(220);
  });

  test("gives the longest chain and the priority class their due", () => {
    const nodes = [
      work("short", { estimateMinutes: 30 }),
      work("long", { estimateMinutes: 10 }),
      work("longer", { estimateMinutes: 50, dependsOn: ["long"] }),
      work("last", { estimateMinutes: 30 }),
    ];
    expect(forecast(plan("p", nodes)).predicted[1]).toMatchObject({ agents: 2, minutes: 60 });
    const urgent = nodes.map((node) => (node.id === "long" ? { ...node, priority: 3 as const } : node));
    expect(forecast(plan("p", urgent)).predicted[1]).toMatchObject({ agents: 2, minutes: 90 });
  });

  test("uses no more agents than the plan allows", () => {
    const nodes = ["a", "b", "c", "d"].map((id) => work(id));
    const limited = { policy: { mode: "parallel", maxParallel: 2, scope: "auto", onFailure: "continue" } } as const;
    expect(forecast(plan("p", nodes, limited)).predicted.map(({ minutes }) => minutes)).toEqual([
      40, 20, 20, 20, 20, 20,
    ]);
    const sequential = {
      policy: { mode: "sequential", maxParallel: 4, scope: "auto", onFailure: "continue" },
    } as const;
    expect(forecast(plan("p", nodes, sequential)).predicted.map(({ minutes }) => minutes)).toEqual([
      40, 40, 40, 40, 40, 40,
    ]);
  });

  test("sees more in parallel than a wave where times differ", () => {
    const nodes = [
      work("quick", { estimateMinutes: 5 }),
      work("slow", { estimateMinutes: 60 }),
      work("x", { dependsOn: ["quick"] }),
      work("y", { dependsOn: ["quick"] }),
    ];
    expect(forecast(plan("p", nodes)).maxParallelism).toBe(3);
  });

  test("of nothing is nothing", () => {
    expect(forecast(plan("p", []))).toMatchObject({
      waves: [],
      maxParallelism: 0,
      sequentialMinutes: 0,
      criticalPath: [],
    });
  });

  const node = fc.record({
    minutes: fc.integer({ min: 0, max: 9 }),
    before: fc.nat({ max: 4095 }),
    writes: fc.subarray(["a", "b", "a/x"], { maxLength: 2 }),
    when: fc.boolean(),
  });

  test("stays between the longest chain and one agent alone, whatever the plan", () => {
    fc.assert(
      fc.property(fc.array(node, { maxLength: 12 }), (nodes) => {
        const { criticalPathMinutes, sequentialMinutes, predicted, waves } = forecast(random(nodes));
        expect(waves.flat().length).toBe(nodes.filter(({ when }) => !when).length);
        for (const { agents, minutes } of predicted) {
          expect(minutes).toBeGreaterThanOrEqual(Math.max(criticalPathMinutes, sequentialMinutes / agents));
          expect(minutes).toBeLessThanOrEqual(sequentialMinutes);
        }
        expect(predicted[0]?.minutes).toBe(sequentialMinutes);
      }),
    );
  });

  function random(nodes: readonly { minutes: number; before: number; writes: string[]; when: boolean }[]): PlanSpec {
    const specs = nodes.map(({ minutes, before, writes, when }, i) =>
      work(`n${i}`, {
        estimateMinutes: minutes,
        dependsOn: Array.from({ length: i }, (_, at) => at)
          .filter((at) => (before >> at) & 1)
          .map((at) => `n${at}`),
        writes,
        ...(when ? { when: "never" } : {}),
      }),
    );
    return plan("p", specs);
  }
});
