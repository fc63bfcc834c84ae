import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { AssumptionRequest } from "../../../src/execution/speculation/assumptions.ts";
import { temporaryRepository } from "../git/temporary-repository.ts";
import { callOf, openFixture, type WorkspaceFixture, write } from "../workspace-fixture.ts";
import { playedContracts } from "./played-contracts.ts";

const name = "AlertsAPI";
const about = { kind: "contract", id: name } as const;

async function fixture(files: Readonly<Record<string, string>> = { "a.txt": "a\n" }): Promise<WorkspaceFixture> {
  const repository = temporaryRepository(files);
  return openFixture(repository, repository.root, { contractTexts: playedContracts });
}

const hands = ({ execution }: WorkspaceFixture) => ({
  publish: (specification: string, consumers: readonly string[] = []) =>
    execution.publishContract(
      { agent: "arch", contract: name, text: { kind: "json_schema", specification }, consumers, action: "activate" },
      callOf("publish_contract"),
    ),
  track: (more: Partial<AssumptionRequest>) =>
    execution.trackAssumption(
      { agent: "ann", text: "it is so", about, depends: [], ...more },
      callOf("track_assumption"),
    ),
  require: (fields: readonly string[], content = "") =>
    execution.recordArtifact(
      {
        agent: "ana",
        artifact: { kind: "requirement", id: "r1" },
        rollback: false,
        content,
        requires: [{ contract: name, fields }],
      },
      callOf("record_artifact"),
    ),
});

/** Waits until an assumption is settled, whoever settles it. */
async function settled({ execution }: WorkspaceFixture, id: string): Promise<string | undefined> {
  for (let tries = 0; tries < 400; tries += 1) {
    const state = (await execution.workspace()).speculation.assumptions.get(id)?.state.is;
    if (state !== "active") return state;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return undefined;
}

describe("an assumption", () => {
  test("[A5] about a contract is looked up when it is tracked, and again with each version and requirement", async () => {
    const { publish, track, require } = hands(await fixture());
    await publish("id\ntime");
    const check = { is: "contract_has", contract: name, fields: ["time"] } as const;
    expect(await track({ check })).toMatchObject({ status: "active" });
    expect(await track({ check: { ...check, fields: ["ip"] } })).toMatchObject({ status: "invalidated" });
    const covers = { is: "contract_covers", contract: name, requirement: "r1" } as const;
    const covered = await track({ check: covers });
    expect(await require(["id"], "one\n")).toMatchObject({
      version: "1",
      changes: "@@ -1 +1 @@\n+one",
      conflicts: [],
    });
    expect(await require(["id", "ip"], "two\n")).toMatchObject({
      version: "2",
      changes: "@@ -1 +1 @@\n-one\n+two",
      invalidated: ["assumption" in covered ? covered.assumption : ""],
      conflicts: [{ type: "contract_breach" }],
    });
    expect(await publish("id\nip")).toMatchObject({ invalidated: [expect.stringMatching(/^a\d+$/)] });
  });

  test("[A5] [A7] about files is checked on what lands: a path that goes makes it wrong, its node's landing makes it right", async () => {
    const it = await fixture({ "a.txt": "a\n", "conf.json": '{"port": 1, "a/b": [true]}\n' });
    await it.plan([{ id: "one", writes: ["conf.json"] }, { id: "two" }]);
    const [ann, bob] = [await it.take("ann"), await it.take("bob")];
    const [one, two] = ann.node.id === "one" ? [ann, bob] : [bob, ann];
    const { track } = hands(it);
    const ask = async (check: AssumptionRequest["check"]) => {
      const caller = { agent: two.environment["INTERLOCK_AGENT"] ?? "", lease: two.lease };
      const answer = await track({ ...caller, ...(check ? { check } : {}) });
      if ("refused" in answer) throw new Error(JSON.stringify(answer));
      return answer;
    };
    const port = await ask({ is: "json_equals", path: "./conf.json", pointer: "/port", value: 1 });
    const still = await ask({ is: "json_equals", path: "conf.json", pointer: "/a~1b/0", value: true });
    const there = await ask({ is: "path_exists", path: "a.txt" });
    expect(await ask({ is: "json_equals", path: "conf.json", pointer: "/none", value: 1 })).toMatchObject({
      status: "invalidated",
    });
    write(one, { "conf.json": '{"port": 2, "a/b": [true]}\n' });
    expect(await it.complete(one)).toMatchObject({ status: "landed" });
    expect(await settled(it, port.assumption)).toBe("invalidated");
    const { notices } = await it.execution.takeNotices(two.environment["INTERLOCK_AGENT"] ?? "", 9);
    expect(notices.filter(({ kind }) => kind === "assumption")).toMatchObject([
      { about: port.assumption, facts: { notes: "conf.json does not have the value at /port." } },
    ]);
    const { speculation } = await it.execution.workspace();
    expect(speculation.assumptions.get(still.assumption)?.state.is).toBe("active");
    expect(speculation.assumptions.get(there.assumption)?.state.is).toBe("active");
    expect([...speculation.conflicts.values()]).toMatchObject([{ type: "assumption_invalidation" }]);
    expect(it.faults).toEqual([]);
  });

  test("[A14] about files keeps a node from landing with, or right after, what makes it wrong", async () => {
    const repository = temporaryRepository({ "conf.json": '{"port": 1}\n', "b.txt": "" });
    const go = join(repository.folder, "go");
    const run = `until [ -e ${JSON.stringify(go)} ]; do sleep 0.02; done`;
    repository.write({
      "interlock.yaml": JSON.stringify({
        gates: { parallel: 1, policy: "batch", list: [{ name: "wait", default: true, run }] },
      }),
    });
    repository.commit("a gate that waits");
    const it = await openFixture(repository, repository.root, { contractTexts: playedContracts });
    await it.plan([{ id: "one" }, { id: "two" }, { id: "first" }]);
    const [ann, bob, cem] = [await it.take("ann"), await it.take("bob"), await it.take("cem")];
    const check = { is: "json_equals", path: "conf.json", pointer: "/port", value: 1 } as const;
    const assumed = await hands(it).track({ agent: "bob", lease: bob.lease, check });
    if ("refused" in assumed) throw new Error(assumed.refused);
    write(ann, { "conf.json": '{"port": 2}\n' });
    write(bob, { "b.txt": "b\n" });
    // While its gate runs the others wait, to be judged and to land as one.
    write(cem, { "c.txt": "c\n" });
    expect(await it.complete(cem, { waitMs: 0 })).toMatchObject({ status: "queued" });
    expect(await it.complete(ann, { waitMs: 0 })).toMatchObject({ status: "queued" });
    expect(await it.complete(bob, { waitMs: 0 })).toMatchObject({ status: "queued" });
    writeFileSync(go, "");
    expect(await settled(it, assumed.assumption)).toBe("invalidated");
    expect(await it.complete(ann)).toMatchObject({ status: "landed" });
    const { plans } = await it.execution.workspace();
    expect(plans.values().next().value?.nodes.get(bob.node.id)?.state.is).not.toBe("landed");
    expect(it.faults).toEqual([]);
  });

  test("[A5] about what a module exports is checked on what lands", async () => {
    const it = await fixture({
      "a.ts": "export const help = 1;",
      "b.ts": 'export * from "./a"; export * from "pkg";',
      "c.go": "",
    });
    await it.plan([{ id: "one" }, { id: "two" }]);
    const [ann, bob] = [await it.take("ann"), await it.take("bob")];
    const ask = (path: string, exported: string) =>
      hands(it).track({ agent: "bob", lease: bob.lease, check: { is: "exports", path, name: exported } });
    const help = await ask("a.ts", "help");
    const passedOn = await ask("b.ts", "help");
    const unknown = await ask("b.ts", "other");
    const toCome = await ask("new.py", "make");
    for (const one of [help, passedOn, unknown, toCome]) expect(one).toMatchObject({ status: "active" });
    expect(await ask("c.go", "Help")).toMatchObject({
      problems: [{ path: "check.path", problem: expect.stringContaining("JavaScript") }],
    });
    write(ann, { "a.ts": "export const other = 1;" });
    expect(await it.complete(ann)).toMatchObject({ status: "landed" });
    const idOf = (one: typeof help) => ("assumption" in one ? one.assumption : "");
    expect(await settled(it, idOf(help))).toBe("invalidated");
    const { assumptions } = (await it.execution.workspace()).speculation;
    // What the package exports nobody knows.
    for (const one of [passedOn, unknown, toCome]) expect(assumptions.get(idOf(one))?.state.is).toBe("active");
    expect(it.faults).toEqual([]);
  });

  test("[A7] that held is right once its node has landed", async () => {
    const it = await fixture();
    await it.plan([{ id: "one" }]);
    const one = await it.take("ann");
    const there = await hands(it).track({ lease: one.lease, check: { is: "path_exists", path: "a.txt" } });
    write(one, { "b.txt": "b\n" });
    expect(await it.complete(one)).toMatchObject({ status: "landed" });
    expect(await settled(it, "assumption" in there ? there.assumption : "")).toBe("validated");
  });

  test("about files needs to know whose, and a path that git can have", async () => {
    const it = await fixture();
    const { track } = hands(it);
    const check = { is: "path_exists", path: "a.txt" } as const;
    expect(await track({ check })).toMatchObject({ refused: "invalid_input", problems: [{ path: "lease" }] });
    expect(await track({ check: { ...check, path: "../x" } })).toMatchObject({ problems: [{ path: "check.path" }] });
    expect(await track({ about: { kind: "node", id: "none" } })).toMatchObject({ refused: "unknown_node" });
    expect(await track({ lease: "x" })).toEqual({ refused: "bad_lease" });
  });

  test("[A6] settled as wrong, what stands on it is named, and comes with the node to who takes it", async () => {
    const it = await fixture();
    const plan = await it.plan([{ id: "one" }]);
    const { publish, track } = hands(it);
    await publish("id", ["node:one"]);
    const tracked = await track({ depends: [{ kind: "node", id: "one" }] });
    if ("refused" in tracked) throw new Error(JSON.stringify(tracked));
    const { context } = await it.take("bob");
    expect(context).toMatchObject({
      contracts: [{ name, version: "v0.1", status: "ACTIVE", kind: "json_schema" }],
      assumptions: [{ id: tracked.assumption, text: "it is so", about: `contract:${name}`, by: "ann" }],
    });
    const wrong = { agent: "eve", assumption: tracked.assumption, verdict: "invalidated", notes: "no" } as const;
    expect(await it.execution.settleAssumption(wrong, callOf("settle_assumption"))).toMatchObject({
      status: "invalidated",
      affected: [
        { kind: "node", id: `${plan}/one`, agent: "bob" },
        { kind: "agent", id: "ann" },
      ],
      conflict: expect.stringMatching(/^c\d+$/),
    });
  });
});

test("[A8] an artifact goes back to an earlier version by a new one", async () => {
  const it = await fixture();
  const record = (more: object) =>
    it.execution.recordArtifact(
      { agent: "ana", artifact: { kind: "design", id: "d" }, rollback: false, ...more },
      callOf("record_artifact"),
    );
  await record({ content: "one", links: [{ type: "implements", kind: "requirement", id: "r1" }] });
  await record({ content: "two", links: [] });
  expect(await record({ rollback: true, version: "1" })).toMatchObject({
    version: "3",
    changes: "@@ -1 +1 @@\n-two\n+one",
  });
  const artifact = (await it.execution.workspace()).speculation.artifacts.get("design:d");
  expect(artifact?.links).toMatchObject([{ kind: "requirement", id: "r1" }]);
  expect(await record({ content: "one" })).toMatchObject({ version: "3", changes: "" });
  expect(await record({ rollback: true, version: "9" })).toMatchObject({ refused: "unknown_artifact", version: "9" });
  expect(await record({ path: "../x" })).toMatchObject({ refused: "bad_pattern", pattern: "../x" });
});
