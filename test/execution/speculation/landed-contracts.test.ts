/** Contracts that are files of the repository, published by real landings. */
import { expect, test } from "vitest";
import { discoverRepository } from "../../../src/execution/git/discover.ts";
import { openExecution } from "../../../src/execution/open.ts";
import { temporaryRepository } from "../git/temporary-repository.ts";
import { callOf, openFixture, type WorkspaceFixture, workspaceFixture, write } from "../workspace-fixture.ts";
import { playedContracts } from "./played-contracts.ts";

const name = "AlertsAPI";
const config = `gates: {list: []}\ncontracts: [{name: ${name}, path: alerts.json, kind: json_schema}]\n`;

async function fixture(files: Readonly<Record<string, string>> = {}): Promise<WorkspaceFixture> {
  const repository = temporaryRepository({ "interlock.yaml": config, "alerts.json": "id\n", ...files });
  return openFixture(repository, repository.root, { contractTexts: playedContracts });
}

const landed = async ({ execution }: WorkspaceFixture) =>
  (await execution.events(0, 10_000)).flatMap(({ event }) => (event.type === "ContractLanded" ? [event] : []));

async function versions({ execution }: WorkspaceFixture) {
  const contract = (await execution.workspace()).speculation.contracts.get(name);
  return (contract?.versions ?? []).map(({ version, status, change, by }) => [version, status, change, by]);
}

/** Waits until so many landings of contracts are known. */
async function known(it: WorkspaceFixture, count: number): Promise<void> {
  for (let tries = 0; tries < 400 && (await landed(it)).length < count; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 25));
  expect(await landed(it)).toHaveLength(count);
}

async function land(it: WorkspaceFixture, agent: string, files: Readonly<Record<string, string>>): Promise<void> {
  const work = await it.take(agent);
  write(work, files);
  expect(await it.complete(work)).toMatchObject({ status: "landed" });
}

const nodes = ["one", "two", "three", "four"].map((id, place, ids) => ({
  id,
  dependsOn: ids.slice(0, place).slice(-1),
}));

test("[A13] what lands of a contract's file is a version in force, whoever it breaks; what leaves the file alone is none", async () => {
  const it = await fixture();
  await it.plan([...nodes, { id: "page", dependsOn: ["four"] }]);
  await land(it, "ann", { "alerts.json": "id\ntime\n" });
  await known(it, 1);
  expect(await versions(it)).toEqual([["v0.1", "ACTIVE", "initial", "ann"]]);
  const consumers = { agent: "arch", contract: name, consumers: ["fay", "node:page"] };
  expect(await it.execution.publishContract(consumers, callOf("publish_contract"))).toMatchObject({ version: "v0.1" });
  await land(it, "bob", { "other.txt": "x\n" });
  await land(it, "ann", { "alerts.json": "id\n" });
  await known(it, 2);
  expect(await versions(it)).toEqual([
    ["v0.1", "SUPERSEDED", "initial", "ann"],
    ["v0.2", "ACTIVE", "breaking", "ann"],
  ]);
  expect([...(await it.execution.workspace()).speculation.conflicts.values()]).toMatchObject([
    { type: "contract_breach" },
  ]);
  const { notices } = await it.execution.takeNotices("fay", 9);
  expect(notices.map(({ kind, facts }) => [kind, facts["version"] ?? ""])).toContainEqual(["contract", "v0.2"]);
  expect(it.faults).toEqual([]);
});

test("[A13] text that is none is told to who landed it, and what was in force still is", async () => {
  const it = await fixture();
  await it.plan(nodes);
  await land(it, "ann", { "alerts.json": "id\ntime\n" });
  await land(it, "bob", { "alerts.json": "broken!\n" });
  await land(it, "cem", { "alerts.json": "id\ntime\nip\n" });
  await known(it, 3);
  expect((await landed(it)).map(({ node, problem }) => [node, problem !== undefined])).toEqual([
    ["one", false],
    ["two", true],
    ["three", false],
  ]);
  expect((await versions(it)).map(([version, status]) => [version, status])).toEqual([
    ["v0.1", "SUPERSEDED"],
    ["v0.2", "ACTIVE"],
  ]);
  const { notices } = await it.execution.takeNotices("bob", 9);
  expect(notices.filter(({ kind }) => kind === "contract")).toMatchObject([
    { about: name, facts: { status: "UNREADABLE" } },
  ]);
  expect(it.faults).toEqual([]);
});

test("[A13] a landing is published once, also where what agents published since says something else and another process goes on", async () => {
  const it = await fixture();
  await it.plan(nodes);
  await land(it, "ann", { "alerts.json": "id\ntime\n" });
  await known(it, 1);
  const newer = { kind: "json_schema", specification: "id\ntime\nip\n" } as const;
  await it.execution.publishContract(
    { agent: "arch", contract: name, text: newer, consumers: [], action: "activate" },
    callOf("publish_contract"),
  );
  const before = await versions(it);
  await it.execution.close();
  const repository = await discoverRepository(it.root);
  if (!repository) throw new Error("no repository");
  const faults: unknown[] = [];
  const report = (fault: unknown) => faults.push(fault);
  const next = await openExecution({ repository, report, contractTexts: playedContracts });
  try {
    next.start({ longLived: true });
    const again = { ...it, execution: next };
    // What it looks at after the next landing it has looked at before as well.
    const work = await next.requestNextNode(
      { agent: "bob", capabilities: [], acceptParked: false, waitMs: 20_000 },
      callOf("request_next_node"),
    );
    if ("refused" in work || work.status !== "assigned") throw new Error(JSON.stringify(work));
    write(work, { "alerts.json": "id\ntime\nip\n" });
    await next.completeNode(
      { agent: "bob", lease: work.lease },
      { summary: "", waitMs: 60_000 },
      callOf("complete_node"),
    );
    await known(again, 2);
    expect(await versions(again)).toEqual(before);
    expect(faults).toEqual([]);
  } finally {
    await next.close();
  }
});

test("[A13] landing the plan on its target leaves nothing unpublished", async () => {
  const it = await fixture();
  const plan = await it.plan([{ id: "one" }]);
  await land(it, "ann", { "alerts.json": "id\ntime\n" });
  const signal = new AbortController().signal;
  expect(await it.execution.land(plan, { signal })).toMatchObject({ landed: plan });
  expect(await versions(it)).toEqual([["v0.1", "ACTIVE", "initial", "ann"]]);
  expect(await landed(it)).toHaveLength(1);
});

test("[A13] the text says what it is and which version; one that is taken gets the next number", async () => {
  const it = await workspaceFixture({
    "interlock.yaml": `gates: {list: []}\ncontracts: [{name: ${name}, path: ./api/alerts.yaml}, {name: Odd, path: odd.txt}]\n`,
    "api/alerts.yaml": "",
  });
  await it.plan(nodes);
  const api = (path: string) =>
    `openapi: 3.1.0\ninfo: {title: Alerts, version: 1.0.0}\npaths: {/${path}: {get: {responses: {200: {description: all}}}}}\n`;
  await land(it, "ann", { "api/alerts.yaml": api("alerts"), "odd.txt": "what is it" });
  await known(it, 2);
  await land(it, "ann", { "api/alerts.yaml": api("alarms") });
  await known(it, 3);
  // Agreed on before it is built: only its coming into force is left.
  const draft = { kind: "openapi", specification: api("bells") } as const;
  const drafted = {
    agent: "arch",
    contract: name,
    version: "next",
    text: draft,
    consumers: [],
    action: "draft",
  } as const;
  await it.execution.publishContract(drafted, callOf("publish_contract"));
  await land(it, "ann", { "api/alerts.yaml": api("bells") });
  await known(it, 4);
  expect((await versions(it)).map(([version, status]) => [version, status])).toEqual([
    ["1.0.0", "SUPERSEDED"],
    ["1.0.1", "SUPERSEDED"],
    ["next", "ACTIVE"],
  ]);
  expect((await landed(it)).find(({ contract }) => contract === "Odd")?.problem).toContain("name its kind");
  expect(it.faults).toEqual([]);
});
