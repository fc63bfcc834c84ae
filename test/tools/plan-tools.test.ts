import { describe, expect, test } from "vitest";
import { checkPlan } from "../../src/core/plan/check.ts";
import type { InputProblem } from "../../src/execution/answers.ts";
import type { PlanReceipt, PlanRequest, Revision } from "../../src/execution/execution.ts";
import { readPlan } from "../../src/tools/plan-input.ts";
import { planJsonSchema } from "../../src/tools/plan-schema.ts";
import { revisePlan } from "../../src/tools/revise-plan.ts";
import { submitPlan } from "../../src/tools/submit-plan.ts";
import { call } from "./fake-execution.ts";

const around = { gates: new Set(["lint", "test"]), ignoreCase: false, hasTarget: true };

/** All problems of a plan, as the hands put them together. */
function problemsOf(plan: unknown): readonly InputProblem[] {
  const request = readPlan({ plan });
  return "unreadable" in request ? request.unreadable : [...request.problems, ...checkPlan(request.draft, around)];
}

function requestOf(input: Parameters<typeof readPlan>[0]): PlanRequest {
  const request = readPlan(input);
  if ("unreadable" in request) throw new Error(JSON.stringify(request.unreadable));
  return request;
}

const receipt = (request: PlanRequest, status: PlanReceipt["status"]): PlanReceipt => ({
  plan: {
    id: request.header.id ?? "made",
    title: request.header.title,
    constraints: [],
    target: "main",
    base: "b",
    policy: { mode: "parallel", maxParallel: 4, scope: "auto", onFailure: "continue" },
    flags: {},
    digest: "d",
    nodes: request.nodes.map((node) => ({ ...node, gates: node.gates ?? [] })),
  },
  status,
  warnings: [{ code: "no_estimates", nodes: ["a"], say: "Some nodes have no estimate." }],
});

describe("reading a plan", () => {
  const full = {
    id: "shop",
    title: "Shop",
    goal: "Sell",
    constraints: ["cheap"],
    target: "main",
    base: "main",
    policy: { mode: "parallel", max_parallel: 3, scope: "strict", on_failure: "stop", baseline: "ratchet" },
    flags: { fast: true },
    nodes: [
      {
        id: "a",
        kind: "work",
        title: "A",
        instructions: "Do A",
        role: "dev",
        requires: ["go"],
        depends_on: [{ node: "b", edge: "finish" }],
        writes: ["src/a/**"],
        edits: ["x"],
        reads: ["y"],
        watches: ["z"],
        uses: ["port"],
        priority: 0,
        estimate_minutes: 1.5,
        gates: ["test", { name: "lint", expect: "pass" }],
        when: "fast",
        group: "g",
        retries: 1,
        token_budget: 100,
        approval: "none",
        reviewers: [],
      },
      { id: "b" },
    ],
  };

  test("every field arrives under its name, and defaults fill the rest", () => {
    expect(problemsOf(full)).toEqual([]);
    const { header, nodes, problems } = requestOf({ plan: full });
    expect(problems).toEqual([]);
    expect(header).toEqual({
      id: "shop",
      title: "Shop",
      goal: "Sell",
      constraints: ["cheap"],
      target: "main",
      base: "main",
      policy: { mode: "parallel", maxParallel: 3, scope: "strict", onFailure: "stop", baseline: "ratchet" },
      flags: { fast: true },
    });
    expect(nodes[0]).toEqual({
      id: "a",
      kind: "work",
      title: "A",
      instructions: "Do A",
      role: "dev",
      group: "g",
      when: "fast",
      requires: ["go"],
      dependsOn: ["b"],
      writes: ["src/a/**"],
      edits: ["x"],
      reads: ["y"],
      watches: ["z"],
      uses: ["port"],
      priority: 0,
      estimateMinutes: 1.5,
      gates: ["test", "lint"],
      retries: 1,
      tokenBudget: 100,
    });
    expect(nodes[1]).toEqual({
      id: "b",
      kind: "work",
      title: "b",
      instructions: "",
      requires: [],
      dependsOn: [],
      writes: [],
      edits: [],
      reads: [],
      watches: [],
      uses: [],
      priority: 2,
      retries: 2,
    });
  });

  test("YAML means the same as the object", () => {
    const text =
      "id: shop\ntitle: Shop\nnodes:\n  - {id: a, depends_on: [b]}\n  - id: b\n    instructions: |\n      One.\n      Two.\n";
    const { nodes } = requestOf({ plan_yaml: text });
    expect(nodes.map(({ id, dependsOn, instructions }) => [id, dependsOn, instructions])).toEqual([
      ["a", ["b"], ""],
      ["b", [], "One.\nTwo.\n"],
    ]);
  });

  test("[M2] problems of form and of meaning come together, with places in the input", () => {
    const problems = problemsOf({
      title: "T",
      colour: "red",
      policy: { max_parallel: 0, baseline: "ratchet" },
      template: "tdd",
      nodes: [
        { id: "a", depends_on: ["b", 5, "nowhere"], estimate_minutes: "long", writes: ["../x"] },
        { id: "b", depends_on: ["a"], gates: ["tset"], colour: "blue" },
        { id: "B" },
        "node",
        {
          id: "-bad",
          approval: "before_start",
          kind: "review",
          depends_on: [{ node: "a", edge: "contract", contract: "C" }],
        },
      ],
    });
    const found = problems.map(({ path, code }) => `${code ?? "form"} ${path}`);
    expect(found.sort()).toEqual(
      [
        "unknown_key colour",
        "form policy.max_parallel",
        "not_built template",
        "form nodes.0.depends_on.1",
        "unknown_id nodes.0.depends_on.2",
        "form nodes.0.estimate_minutes",
        "bad_pattern nodes.0.writes.0",
        "unknown_gate nodes.1.gates.0",
        "unknown_key nodes.1.colour",
        "duplicate_id nodes.2.id",
        "form nodes.3",
        "bad_id nodes.4.id",
        "not_built nodes.4.approval",
        "not_built nodes.4.kind",
        "cycle nodes.0.depends_on.0",
      ].sort(),
    );
    expect(problems.find(({ code }) => code === "cycle")?.cycle).toEqual(["a", "b"]);
  });

  test("edges that let work begin early are read, and one without its contract is a problem", () => {
    const edges = ["a", { node: "b", edge: "submit" }, { node: "c", contract: "API" }, { node: "d", edge: "finish" }];
    const names = ["a", "b", "c", "d"];
    const nodes = [...names.map((id) => ({ id })), { id: "e", depends_on: edges }];
    expect(requestOf({ plan: { title: "T", nodes } }).nodes.at(-1)).toMatchObject({
      dependsOn: names,
      soft: [
        { node: "b", edge: "submit" },
        { node: "c", edge: "contract", contract: "API" },
      ],
    });
    const broken = [{ id: "a" }, { id: "b", depends_on: [{ node: "a", edge: "contract" }] }];
    expect(problemsOf({ title: "T", nodes: broken })).toMatchObject([
      { code: "bad_edge", path: "nodes.1.depends_on.0.contract", problem: expect.stringContaining("Add contract") },
    ]);
  });

  test("[M2] neither, both, broken YAML and nonsense are problems, not faults", async () => {
    expect(problemsOf(undefined)).toHaveLength(1);
    expect(readPlan({ plan: {}, plan_yaml: "" })).toHaveProperty("unreadable");
    expect(readPlan({ plan_yaml: "a: [" })).toMatchObject({
      unreadable: [{ path: expect.stringMatching(/^plan_yaml line \d/) }],
    });
    for (const plan of [null, 5, "text", [], { nodes: 5 }, { nodes: [] }, {}])
      expect(problemsOf(plan).length).toBeGreaterThan(0);
    expect(await call(submitPlan, { plan_yaml: "a: [" })).toMatchObject({ refused: "invalid_input" });
  });

  test("the published schema names every field of a plan and a node", () => {
    const schema = planJsonSchema() as { properties: { nodes: { items: { properties: object } } } };
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(full)));
    expect(Object.keys(schema.properties.nodes.items.properties)).toEqual(
      expect.arrayContaining(Object.keys(full.nodes[0] ?? {})),
    );
  });
});

describe("submit_plan", () => {
  test("[M1] a dry run says what would be, with a count of nodes and the waves", async () => {
    const options: object[] = [];
    const reply = await call(
      submitPlan,
      {
        plan: {
          title: "T",
          nodes: [
            { id: "a", estimate_minutes: 5 },
            { id: "b", depends_on: ["a"], estimate_minutes: 7 },
          ],
        },
        dry_run: true,
      },
      {
        submitPlan: async (request, given) => {
          options.push(given);
          return receipt(request, "dry_run");
        },
      },
    );
    expect(options).toEqual([{ dryRun: true }]);
    expect(reply).toMatchObject({
      status: "dry_run",
      nodes: 2,
      waves: [["a"], ["b"]],
      max_parallelism: 1,
      sequential_minutes: 12,
      critical_path_minutes: 12,
      critical_path: ["a", "b"],
      warnings: [{ code: "no_estimates", nodes: ["a"] }],
    });
    expect(reply["predicted"]).toContainEqual({
      agents: expect.any(Number),
      minutes: expect.any(Number),
      speedup: expect.any(Number),
    });
  });

  test("[M2] problems that the hands find come back as they are", async () => {
    const problems = [{ code: "cycle", path: "nodes.0.depends_on.0", problem: "x", cycle: ["a", "b"] }];
    const reply = await call(
      submitPlan,
      { plan: { title: "T", nodes: [{ id: "a" }] } },
      { submitPlan: async () => ({ refused: "invalid_input", problems }) },
    );
    expect(reply).toMatchObject({ refused: "invalid_input", problems });
  });
});

describe("revise_plan", () => {
  async function revision(input: object): Promise<Revision> {
    const seen: Revision[] = [];
    await call(
      revisePlan,
      { plan_id: "shop", ...input },
      {
        revisePlan: async (one) => {
          seen.push(one);
          return { refused: "outdated" };
        },
      },
    );
    const [first] = seen;
    if (!first) throw new Error("the hands were not asked");
    return first;
  }

  test("a change says only what changes", async () => {
    const { change, add, cancel, retry, pause, problems } = await revision({
      change: [{ id: "a", priority: 1, gates: ["test"] }],
      add: [{ id: "c" }],
      cancel: ["x"],
      retry: ["y"],
      pause: true,
    });
    expect(change).toEqual([{ id: "a", fields: { priority: 1, gates: ["test"], redGates: [] } }]);
    expect(add.map(({ id, retries }) => [id, retries])).toEqual([["c", 2]]);
    expect([cancel, retry, pause, problems]).toEqual([["x"], ["y"], true, []]);
  });

  test("[M2] broken parts are problems with their place, and the rest is still read for its meaning", async () => {
    const { problems, draft } = await revision({
      add: [{ id: 5 }],
      change: [{ id: "a", kind: "sync", depends_on: ["b"] }],
      flags: { x: "yes" },
      pause: true,
      finish: true,
    });
    expect(problems.map(({ path }) => path)).toEqual(["add.0.id", "change.0.kind", "flags.x", ""]);
    expect(draft.nodes).toMatchObject([
      { at: "add.0" },
      { at: "change.0", id: "a", changes: true, dependsOn: [{ node: "b" }] },
    ]);
  });

  test("[M1] refusals of the core have words and facts", async () => {
    const refuse = (refusal: Awaited<ReturnType<NonNullable<Parameters<typeof call>[2]>["revisePlan"] & {}>>) =>
      call(revisePlan, { plan_id: "shop", finish: true }, { revisePlan: async () => refusal });
    expect(await refuse({ refused: "unlanded_nodes", nodes: ["a"] })).toMatchObject({
      refused: "unlanded_nodes",
      nodes: ["a"],
    });
    expect(await refuse({ refused: "unknown_plan", plan: "shop" })).toMatchObject({
      refused: "unknown_plan",
      plan_id: "shop",
    });
    expect(await refuse({ refused: "node_live", nodes: ["a"] })).toMatchObject({ refused: "node_live" });
    expect(await refuse({ refused: "cycle", cycle: ["a", "b"] })).toMatchObject({
      refused: "invalid_input",
      problems: [{ code: "cycle", cycle: ["a", "b"] }],
    });
    expect(await refuse({ refused: "node_exists", nodes: ["a"] })).toMatchObject({
      problems: [{ code: "duplicate_id" }],
    });
  });
});
