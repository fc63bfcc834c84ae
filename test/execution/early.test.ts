/** Work that begins before what it stands on has landed, on a real repository. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { callOf, type WorkspaceFixture, workspaceFixture, write } from "./workspace-fixture.ts";

/** The gate waits until a test lets it go. */
const config = `gates:
  parallel: 2
  list:
    - name: test
      default: true
      run: |
        go=$(git rev-parse --path-format=absolute --git-common-dir)/go
        while [ ! -e "$go" ]; do sleep 0.02; done
`;

const letGo = ({ gitDir }: WorkspaceFixture) => writeFileSync(join(gitDir, "go"), "");

const callerOf = (work: { readonly environment: Readonly<Record<string, string>>; readonly lease: string }) => ({
  agent: work.environment["INTERLOCK_AGENT"] ?? "",
  lease: work.lease,
});

const read = (work: { readonly worktree: string }, path: string) => readFileSync(join(work.worktree, path), "utf8");

/** The page is begun on the interface while that is judged. */
async function onCandidate() {
  const at = await workspaceFixture({ "a.txt": "a\n", "interlock.yaml": config });
  const plan = await at.plan([
    { id: "api", edits: ["api.txt"] },
    { id: "page", dependsOn: ["api"], soft: [{ node: "api", edge: "submit" }], edits: ["page.txt"] },
  ]);
  const ann = await at.take("ann");
  write(ann, { "api.txt": "one\n" });
  const landing = at.complete(ann);
  return { at, plan, ann, landing, bob: await at.take("bob") };
}

test("[H2] [T12] work begins on a candidate, and both land", async () => {
  const { at, plan, landing, bob } = await onCandidate();
  expect(read(bob, "api.txt")).toBe("one\n");
  expect(bob.context).toMatchObject({
    standsOn: [{ node: "api", edge: "submit" }],
    assumptions: [{ text: `${plan}/api lands as it was handed in.`, by: "bob" }],
    dependencies: [{ node: "api", summary: "did api" }],
  });
  write(bob, { "page.txt": "of one\n" });
  expect(await at.complete(bob, { waitMs: 0 })).toMatchObject({ status: "queued", ahead: ["api"] });
  letGo(at);
  expect(await landing).toMatchObject({ status: "landed" });
  expect(await at.complete(bob)).toMatchObject({ status: "landed" });
  expect(at.at(`interlock/${plan}`, "page.txt")).toBe("of one");
  expect(at.faults).toEqual([]);
}, 60_000);

test("[T12] what was begun on a candidate that was taken back comes back with what landed instead", async () => {
  const { at, plan, ann, landing, bob } = await onCandidate();
  write(bob, { "page.txt": "of one\n" });
  await at.complete(bob, { waitMs: 0 });
  await at.execution.takeBack(callerOf(ann), "not yet", callOf("complete_node"));
  await landing;
  letGo(at);
  write(ann, { "api.txt": "two\n" });
  expect(await at.complete(ann)).toMatchObject({ status: "landed" });
  const back = await at.complete(bob);
  expect(back).toMatchObject({ status: "rework", reason: "ground_changed", ground: { nodes: ["api"], contracts: [] } });
  expect([read(bob, "api.txt"), read(bob, "page.txt")]).toEqual(["two\n", "of one\n"]);
  write(bob, { "page.txt": "of two\n" });
  expect(await at.complete(bob)).toMatchObject({ status: "landed" });
  expect([at.at(`interlock/${plan}`, "api.txt"), at.at(`interlock/${plan}`, "page.txt")]).toEqual(["two", "of two"]);
  expect(at.faults).toEqual([]);
}, 60_000);

test("[T12] kept work brings nothing along of a candidate that was taken back", async () => {
  const { at, plan, ann, landing, bob } = await onCandidate();
  write(bob, { "page.txt": "of one\n" });
  await at.execution.failNode(callerOf(bob), { reason: "tired", retryable: true }, callOf("fail_node"));
  await at.execution.takeBack(callerOf(ann), "not yet", callOf("complete_node"));
  await landing;
  letGo(at);
  write(ann, { "api.txt": "two\n" });
  expect(await at.complete(ann)).toMatchObject({ status: "landed" });
  const cyd = await at.take("cyd", { acceptParked: true });
  expect([read(cyd, "api.txt"), read(cyd, "page.txt")]).toEqual(["two\n", "of one\n"]);
  expect(await at.complete(cyd)).toMatchObject({ status: "rework", reason: "ground_changed" });
  expect(await at.complete(cyd)).toMatchObject({ status: "landed" });
  expect(at.at(`interlock/${plan}`, "api.txt")).toBe("two");
  expect(at.faults).toEqual([]);
}, 60_000);

test("[A17] [T12] work begins on a contract, comes back when that breaks, and lands after what the contract speaks for", async () => {
  const at = await workspaceFixture({ "a.txt": "a\n", "interlock.yaml": "" });
  const plan = await at.plan([
    { id: "api", edits: ["api.txt"], priority: 1 },
    { id: "page", dependsOn: ["api"], soft: [{ node: "api", edge: "contract", contract: "API" }], edits: ["page.txt"] },
  ]);
  const publish = (field: string, action?: "activate") => {
    const specification = JSON.stringify({
      type: "object",
      required: [field],
      properties: { [field]: { type: "string" } },
    });
    const text = { kind: "json_schema", specification } as const;
    const said = { agent: "arch", contract: "API", text, consumers: [], ...(action ? { action } : {}) };
    return at.execution.publishContract(said, callOf("publish_contract"));
  };
  const ann = await at.take("ann");
  await publish("id");
  const bob = await at.take("bob");
  expect(existsSync(join(bob.worktree, "api.txt"))).toBe(false);
  expect(bob.context).toMatchObject({
    standsOn: [{ node: "api", edge: "contract", contract: "API", version: "v0.1" }],
    contracts: [{ name: "API", version: "v0.1" }],
  });
  write(bob, { "page.txt": "id\n" });
  expect(await at.complete(bob, { waitMs: 0 })).toMatchObject({ status: "queued" });
  const broken = await publish("name", "activate");
  expect(broken).toMatchObject({ change: "breaking", notified: ["bob"], invalidated: [expect.any(String)] });
  const [open] = [...(await at.execution.workspace()).speculation.convergences.values()];
  const decided = { action: "complete", convergence: open?.id ?? "", decisions: ["so be it"], rework: [] } as const;
  await at.execution.converge({ agent: "operator" }, decided, callOf("converge"));
  const changed = [{ contract: "API", from: "v0.1", to: "v0.2" }];
  expect(await at.complete(bob)).toMatchObject({
    status: "rework",
    reason: "ground_changed",
    ground: { contracts: changed },
  });
  write(bob, { "page.txt": "name\n" });
  expect(await at.complete(bob, { waitMs: 0 })).toMatchObject({ status: "queued" });
  write(ann, { "api.txt": "name\n" });
  expect(await at.complete(ann)).toMatchObject({ status: "landed" });
  expect(await at.complete(bob)).toMatchObject({ status: "landed" });
  expect(at.at(`interlock/${plan}`, "page.txt")).toBe("name");
  const { assumptions } = (await at.execution.workspace()).speculation;
  expect([...assumptions.values()].map(({ state }) => state.is)).toEqual(["invalidated", "validated"]);
  expect(at.faults).toEqual([]);
}, 60_000);
