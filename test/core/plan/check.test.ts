import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkPlan, type DraftNode, type PlanDraft, type PlanSurroundings } from "../../../src/core/plan/check.ts";
import { cyclesOf } from "../../../src/core/plan/cycles.ts";

const around: PlanSurroundings = { gates: new Set(["lint", "test"]), ignoreCase: false, hasTarget: true };

function draft(id: string, fields: Partial<DraftNode> = {}): DraftNode {
  return {
    at: `nodes.${id}`,
    id,
    writes: [],
    edits: [],
    reads: [],
    watches: [],
    gates: [],
    reviewers: [],
    dependsOn: [],
    ...fields,
  };
}

function on(...ids: readonly string[]): Pick<DraftNode, "dependsOn"> {
  return { dependsOn: ids.map((node) => ({ node })) };
}

function problems(nodes: readonly DraftNode[], other: Partial<PlanSurroundings> = {}, rest: Partial<PlanDraft> = {}) {
  return checkPlan({ ...rest, nodes }, { ...around, ...other }).map(({ code, path }) => `${code} ${path}`);
}

describe("a plan", () => {
  test("without problems has none", () => {
    expect(problems([draft("a", { writes: ["src/**"], gates: [{ name: "lint" }] }), draft("b", on("a"))])).toEqual([]);
  });

  test("is told all its problems at once, each with its place", () => {
    const nodes = [
      draft("a b", { writes: ["src/a**b", undefined, "../x"], watches: [".git/x"] }),
      draft("b", { ...on("nobody", "a b"), gates: [{ name: "lint" }, { name: "e2e" }], at: "nodes.1" }),
      draft("B", { at: "nodes.2" }),
    ];
    expect(problems(nodes, { hasTarget: false })).toEqual([
      "no_target target",
      "bad_id nodes.a b.id",
      "duplicate_id nodes.2.id",
      "bad_pattern nodes.a b.writes.0",
      "bad_pattern nodes.a b.writes.2",
      "bad_pattern nodes.a b.watches.0",
      "unknown_id nodes.1.depends_on.0",
      "unknown_gate nodes.1.gates.1",
    ]);
  });

  test("of which some could not be read is checked in the rest", () => {
    const nodes = [{ ...draft("a", { dependsOn: [undefined, { node: "b" }] }), id: undefined }, draft("c", on("c"))];
    expect(problems(nodes)).toEqual(["unknown_id nodes.a.depends_on.1", "cycle nodes.c.depends_on.0"]);
  });

  test("that uses an id twice, or a gate where there is none, is told so", () => {
    const nodes = [draft("a", { gates: [{ name: "lint" }] }), draft("a", { at: "nodes.1" })];
    const told = checkPlan({ nodes }, { ...around, gates: new Set() }).map(({ problem }) => problem);
    expect(told).toEqual([expect.stringContaining("The id a is used twice"), expect.stringContaining("It has none.")]);
  });

  test("with a bad pattern in several nodes is told each place", () => {
    const nodes = [draft("a", { writes: ["../x"] }), draft("b", { reads: ["../x"] })];
    expect(problems(nodes)).toEqual(["bad_pattern nodes.a.writes.0", "bad_pattern nodes.b.reads.0"]);
  });

  test("is told the name that was probably meant", () => {
    const [problem] = checkPlan({ nodes: [draft("Api"), draft("b", on("api"))] }, around);
    expect(problem).toMatchObject({ code: "unknown_id", problem: "There is no node api; did you mean Api." });
  });
});

describe("a cycle", () => {
  test("is spelled out, each node depending on the next", () => {
    const nodes = [draft("a", on("c")), draft("b", on("a")), draft("c", on("x", "b")), draft("x")];
    const found = checkPlan({ nodes }, around);
    expect(found).toMatchObject([{ code: "cycle", path: "nodes.a.depends_on.0", cycle: ["a", "c", "b"] }]);
    expect(found[0]?.problem).toContain("a -> c -> b -> a");
  });

  test("is told of at most twenty", () => {
    const knots = Array.from({ length: 30 }, (_, i) => draft(`n${i}`, on(`n${i}`)));
    expect(problems(knots)).toHaveLength(20);
  });

  test("among old nodes alone has no place in a revision", () => {
    const existing = [
      { id: "a", dependsOn: ["b"] },
      { id: "b", dependsOn: ["a"] },
    ];
    expect(problems([], { existing })).toEqual(["cycle nodes"]);
    const change = draft("a", { changes: true, dependsOn: undefined });
    expect(problems([change], { existing })).toEqual(["cycle nodes.a.depends_on"]);
  });

  test("is told once for each knot, and what only hangs on one is not in it", () => {
    const nodes = [draft("a", on("b")), draft("b", on("a")), draft("c", on("c")), draft("d", on("a", "c"))];
    expect(checkPlan({ nodes }, around).map(({ cycle }) => cycle)).toEqual([["a", "b"], ["c"]]);
  });

  test("that a revision closes through old nodes is found", () => {
    const existing = [
      { id: "a", dependsOn: [] },
      { id: "b", dependsOn: ["a"] },
    ];
    const nodes = [
      draft("new", { ...on("b"), at: "add.0" }),
      draft("a", { ...on("new"), at: "change.0", changes: true }),
    ];
    expect(problems(nodes, { existing })).toEqual(["cycle change.0.depends_on.0"]);
    expect(problems(nodes.slice(0, 1), { existing })).toEqual([]);
  });

  test("is found exactly where there is one", () => {
    const edges = fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 })), { maxLength: 16 });
    fc.assert(
      fc.property(edges, (pairs) => {
        const graph = new Map(Array.from({ length: 10 }, (_, i): [string, string[]] => [`${i}`, []]));
        for (const [from, to] of pairs) graph.get(`${from}`)?.push(`${to}`);
        const reach = (from: string, seen = new Set<string>()): Set<string> => {
          for (const to of graph.get(from) ?? []) if (!seen.has(to)) reach(to, seen.add(to));
          return seen;
        };
        const inCycle = [...graph.keys()].filter((id) => reach(id).has(id));
        const cycles = cyclesOf(graph);
        expect(cycles.length > 0).toBe(inCycle.length > 0);
        for (const cycle of cycles)
          for (const [i, id] of cycle.entries()) expect(graph.get(id)).toContain(cycle[(i + 1) % cycle.length]);
        for (const id of inCycle) expect(cycles.some((cycle) => cycle.every((one) => reach(one).has(id)))).toBe(true);
      }),
    );
  });

  test("of a hundred thousand nodes does not exhaust the stack", () => {
    const graph = new Map(Array.from({ length: 100_000 }, (_, i) => [`${i}`, [`${(i + 1) % 100_000}`]]));
    expect(cyclesOf(graph)[0]?.length).toBe(100_000);
  });
});

describe("a revision", () => {
  const existing = [{ id: "a", dependsOn: [] }];

  test("may not add what is there, nor change what is not, nor change twice", () => {
    const nodes = [
      draft("A", { at: "add.0" }),
      draft("b", { at: "change.0", changes: true, dependsOn: undefined }),
      draft("a", { at: "change.1", changes: true, dependsOn: undefined }),
      draft("a", { at: "change.2", changes: true, dependsOn: undefined }),
    ];
    expect(problems(nodes, { existing })).toEqual([
      "duplicate_id add.0.id",
      "unknown_id change.0.id",
      "duplicate_id change.2.id",
    ]);
  });
});

test("an edge names the contract that it waits for, and no other edge names one", () => {
  const edges = [
    { node: "b", edge: "contract" },
    { node: "b", edge: "submit", contract: "API" },
    { node: "b", edge: "contract", contract: "no name" },
    { node: "b", edge: "contract", contract: "API" },
    { node: "b", edge: "submit" },
  ];
  expect(problems([draft("a", { dependsOn: edges }), draft("b")])).toEqual(
    [0, 1, 2].map((at) => `bad_edge nodes.a.depends_on.${at}.contract`),
  );
});

test.each<[string, Partial<DraftNode>, Partial<PlanDraft>]>([
  ["nodes.a.kind", { kind: "review" }, {}],
  ["nodes.a.approval", { approval: "before_landing" }, {}],
  ["nodes.a.reviewers", { reviewers: ["security"] }, {}],
  ["template", {}, { template: true }],
  ["groups", {}, { groups: true }],
])("%s is not built yet and said so", (path, node, rest) => {
  expect(problems([draft("a", node), draft("b")], {}, rest)).toEqual([`not_built ${path}`]);
});

test("what is built is not called otherwise", () => {
  const node = draft("a", {
    kind: "sync",
    approval: "none",
    gates: [{ name: "test", expect: "pass" }],
    dependsOn: [{ node: "b", edge: "finish" }],
  });
  expect(problems([node, draft("b")])).toEqual([]);
});

describe("gates that are expected to fail", () => {
  const red = (id: string, fields: Partial<DraftNode> = {}) =>
    draft(id, { gates: [{ name: "test", expect: "fail" }], ...fields });

  test("are those of work nodes, and not expected to pass as well", () => {
    const gates = [{ name: "test", expect: "fail" }, { name: "test" }];
    expect(problems([red("a"), red("b", { kind: "sync" }), red("c", { gates })])).toEqual([
      "red_gate nodes.b.gates",
      "red_gate nodes.c.gates",
    ]);
  });

  test("stand in a row below whoever depends on several", () => {
    const both = draft("c", { dependsOn: [{ node: "a" }, { node: "b" }] });
    expect(problems([red("a"), red("b"), both])).toEqual(["red_gate nodes.c.depends_on"]);
    expect(problems([red("a"), red("b", { dependsOn: [{ node: "a" }] }), both])).toEqual([]);
    expect(problems([red("a"), both], { existing: [{ id: "b", dependsOn: [], redGates: ["test"] }] })).toEqual([
      "red_gate nodes.c.depends_on",
    ]);
  });
});
