import { expect, test } from "vitest";
import { clashWarnings } from "../../src/execution/clash-warnings.ts";
import { temporaryRepository } from "./git/temporary-repository.ts";
import { callOf, type NodeSketch, openFixture, planRequest, type WorkspaceFixture } from "./workspace-fixture.ts";

const gates = { "interlock.yaml": "gates: {list: []}\n" };

/** A page that changed with the price again and again. */
async function shop(): Promise<WorkspaceFixture> {
  const repository = temporaryRepository({ ...gates, "price.ts": "", "page.ts": 'import "./price"', "menu.ts": "" });
  for (let round = 0; round < 8; round += 1) {
    repository.write({ "price.ts": `// ${round}`, "page.ts": `import "./price" // ${round}` });
    repository.commit(`round ${round}`);
  }
  return openFixture(repository);
}

async function warned(
  { execution }: Pick<WorkspaceFixture, "execution">,
  nodes: readonly NodeSketch[],
  { dryRun = true, ...header }: { readonly dryRun?: boolean; readonly policy?: { readonly maxParallel: number } } = {},
) {
  const receipt = await execution.submitPlan(planRequest(nodes, header), { dryRun }, callOf("submit_plan"));
  if ("refused" in receipt) throw new Error(JSON.stringify(receipt));
  return receipt.warnings.filter(({ code }) => code.includes("clash"));
}

test("[A11] who plans is warned of nodes that may run together and are likely to change one file, with the reasons", async () => {
  const it = await shop();
  const nodes = [
    { id: "price", edits: ["price.ts"] },
    { id: "page", edits: ["page.ts"] },
    { id: "menu", edits: ["menu.ts"] },
    { id: "copy", edits: ["menu.ts"] },
    { id: "later", edits: ["menu.ts", "price.ts"], dependsOn: ["price", "page", "menu", "copy"] },
  ];
  const warnings = await warned(it, nodes);
  expect(warnings.map(({ code, nodes: pair }) => [code, ...[...pair].sort()])).toEqual([
    ["likely_clash", "copy", "menu"],
    ["likely_clash", "page", "price"],
  ]);
  expect(warnings[0]?.say).toBe(
    "menu and copy may run at the same time and are likely to clash (1). Both may change menu.ts: menu claims it; copy claims it.",
  );
  expect(warnings[1]?.say).toContain("it changed in 8 of 8 commits with");
  expect(await warned(it, nodes, { dryRun: false })).toEqual(warnings);
  expect(await warned(it, nodes, { policy: { maxParallel: 1 } })).toEqual([]);
  expect(it.faults).toEqual([]);
});

test("[A11] nodes whose claims exclude each other take turns, which is no clash", async () => {
  const it = await shop();
  const nodes = [
    { id: "a", writes: ["menu.ts"] },
    { id: "b", edits: ["menu.ts"] },
  ];
  expect(await warned(it, nodes)).toEqual([]);
});

test("[A11] the ten likeliest pairs are told, and the others counted", async () => {
  const it = await shop();
  const nodes = Array.from({ length: 6 }, (_, place) => ({ id: `n${place}`, edits: ["menu.ts"] }));
  const warnings = await warned(it, nodes);
  expect(warnings).toHaveLength(11);
  expect(warnings.at(-1)).toEqual({
    code: "likely_clash",
    nodes: [],
    say: "5 more pairs of nodes are likely to clash; analyze_impact names them.",
  });
});

test("[A11] a revision is warned of pairs with a node that it adds or changes, and of no others", async () => {
  const it = await shop();
  const edits = ["menu.ts"];
  const plan = await it.plan([
    { id: "a", edits },
    { id: "b", edits },
    { id: "c", edits: ["page.ts"] },
  ]);
  const nothing = { problems: [], draft: { nodes: [] }, add: [], cancel: [], retry: [] };
  const revise = async (
    change: readonly { readonly id: string; readonly fields: Partial<NodeSketch> }[],
  ): Promise<readonly string[][]> => {
    const revision = { ...nothing, plan, change, pause: false, resume: false, finish: false };
    const receipt = await it.execution.revisePlan(revision, callOf("revise_plan"));
    if ("refused" in receipt) throw new Error(JSON.stringify(receipt));
    return receipt.warnings.map(({ nodes }) => [...nodes].sort());
  };
  expect(await revise([])).toEqual([]);
  expect(await revise([{ id: "c", fields: { edits } }])).toEqual([
    ["a", "c"],
    ["b", "c"],
  ]);
});

test("[A15] who imports what another node may change at the same time is proposed what to take for granted, with a check", async () => {
  const repository = temporaryRepository({
    ...gates,
    "api.ts": "export const list = 1;",
    "many.ts": "abcdef"
      .split("")
      .map((name) => `export const ${name} = 1;`)
      .join("\n"),
    "page.ts": 'import { list } from "./api"; import { a } from "./many"; import "./both"',
    "both.ts": "",
  });
  const it = await openFixture(repository);
  const proposed = async (nodes: readonly NodeSketch[]) => {
    const receipt = await it.execution.submitPlan(planRequest(nodes), { dryRun: true }, callOf("submit_plan"));
    if ("refused" in receipt) throw new Error(JSON.stringify(receipt));
    return receipt.warnings.filter(({ code }) => code === "assumption_proposed");
  };
  const page = { id: "page", edits: ["page.ts", "both.ts"] };
  const api = { id: "api", writes: ["api.ts", "many.ts"], edits: ["both.ts"] };
  const [exporting, staying, ...more] = await proposed([page, api]);
  expect(more).toEqual([]);
  expect(exporting?.nodes).toEqual(["page", "api"]);
  expect(exporting?.say).toContain(
    '{"text":"api.ts goes on exporting list.","about":{"kind":"node","id":"api"},"check":{"exports":{"path":"api.ts","name":"list"}}}',
  );
  expect(staying?.say).toContain('"check":{"path_exists":"many.ts"}');
  expect(await proposed([{ ...page, dependsOn: ["api"] }, api])).toEqual([]);
  expect(await proposed([page, { ...api, writes: ["**"], edits: [] }])).toHaveLength(0);
});

const unknown = { impactOf: never, clashesLikely: never, exportsOf: never, prepare: never, close: never };

test.each([
  ["nobody knows yet", async (): Promise<undefined> => undefined, ["clashes_not_known"], 0],
  ["whoever should know fails", never, [], 1],
] as const)(
  "[A11] nobody is kept from planning when %s which nodes are likely to clash",
  async (_, clashesWithin, codes, faults) => {
    const said: unknown[] = [];
    const nodes = planRequest([
      { id: "a", edits: ["a.ts"] },
      { id: "b", edits: ["a.ts"] },
    ]).nodes;
    const policy = { mode: "parallel", maxParallel: 4, scope: "auto", onFailure: "continue" } as const;
    const hands = {
      impact: { ...unknown, clashesWithin, crossingsWithin: async () => [] },
      report: (fault: unknown) => said.push(fault),
    };
    const warnings = await clashWarnings(hands, "HEAD", { nodes, policy, ignoreCase: false });
    expect(warnings.map(({ code }) => code)).toEqual(codes);
    expect(said).toHaveLength(faults);
  },
);

async function never(): Promise<never> {
  throw new Error("asked");
}
