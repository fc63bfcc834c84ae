import { describe, expect, test } from "vitest";
import type { PublishCommand } from "../../src/core/speculation/publishing.ts";
import { publishContract } from "../../src/tools/publish-contract.ts";
import { readContract } from "../../src/tools/read-contract.ts";
import { call } from "./fake-execution.ts";
import { Played } from "./played.ts";

const published = {
  contract: "AlertsAPI",
  version: "v0.2",
  status: "DRAFT",
  change: "breaking",
  findings: [{ change: "breaking", rule: "removed", where: "/id", say: "id was removed" }],
  notified: ["eve"],
  invalidated: [],
} as const;
const text = { kind: "json_schema", specification: "{}" };

describe("publish_contract", () => {
  test("[M1] says what a version means, under the names of the contract", async () => {
    const input = { agent: "ann", name: "AlertsAPI", ...text, consumers: ["eve", "node:ui", "node:p/ui"] };
    const asked: unknown[] = [];
    const publish = async (request: unknown) => {
      asked.push(request);
      return published;
    };
    const reply = await call(publishContract, input, { publishContract: publish });
    expect(reply).toMatchObject({ contract_id: "AlertsAPI", version: "v0.2", status: "DRAFT", notified: ["eve"] });
    expect(reply.say).toContain("breaks");
    expect(asked).toEqual([{ agent: "ann", contract: "AlertsAPI", text, consumers: input.consumers }]);
  });

  test("[M1] each outcome has its own words", async () => {
    const says = new Set<string>();
    for (const status of ["DRAFT", "ACTIVE", "DEPRECATED", "SUPERSEDED"] as const)
      for (const change of ["initial", "breaking", "unknown"] as const) {
        const hands = { publishContract: async () => ({ ...published, status, change, conflict: "c7" }) };
        const reply = await call(publishContract, { agent: "ann", name: "A", ...text }, hands);
        expect(reply["conflict_id"]).toBe("c7");
        says.add(reply.say);
      }
    expect(says.size).toBe(8);
    const known = { publishContract: async () => ({ ...published, status: "ACTIVE" as const, findings: [] }) };
    const again = await call(publishContract, { agent: "ann", name: "A", ...text }, known);
    expect(again.say).toContain("read_contract with format diff");
  });

  test.each([
    [{ kind: "json_schema" }, "specification"],
    [{ specification: "{}" }, "kind"],
    [{ ...text, until: "2026-12-31" }, "until"],
    [{ ...text, consumers: ["node:a/b/c"] }, "consumers.0"],
    [{ ...text, consumers: ["../x"] }, "consumers.0"],
    [{ ...text, name: "a/b" }, "name"],
  ])("[M2] input as %j is refused at %s", async (input, path) => {
    const reply = await call(publishContract, { agent: "ann", name: "A", ...input });
    expect(reply).toMatchObject({ refused: "invalid_input", problems: [{ path }] });
  });
});

describe("read_contract", () => {
  const name = "AlertsAPI";
  const publishes = (specification: string, against: number, more: Partial<PublishCommand> = {}): PublishCommand => ({
    type: "PublishContract",
    agent: "arch",
    contract: name,
    text: { kind: "json_schema", specification, digest: specification },
    consumers: { agents: ["eve"], nodes: [] },
    against,
    looked: { contract: name, at: 0, asked: [], lacks: [] },
    change: "compatible",
    findings: [],
    ...more,
  });
  const played = new Played().does(publishes("id\ntime\n", 0));
  const [, first] = played.log;
  const breaks = { change: "breaking", findings: published.findings } as const;
  const hands = played
    .after(5)
    .does(publishes("time\n", first?.position ?? 0, breaks))
    .hands();

  test("[M1] gives the version in force, though a draft is newer, with who relies on it", async () => {
    const reply = await call(readContract, { name }, hands);
    expect(reply).toMatchObject({
      format: "spec",
      version: "v0.1",
      status: "ACTIVE",
      specification: "id\ntime\n",
      consumers: ["eve"],
      published_by: "arch",
    });
  });

  test("[M1] gives what a version changed, or the whole of the first", async () => {
    const reply = await call(readContract, { name, version: "v0.2", format: "diff" }, hands);
    expect(reply).toMatchObject({ from_version: "v0.1", change: "breaking", diff: "@@ -1 +1 @@\n-id\n time" });
    expect(reply["findings"]).toEqual(published.findings);
    expect(await call(readContract, { name, format: "diff" }, hands)).toMatchObject({
      from_version: null,
      diff: "id\ntime\n",
    });
  });

  test("[M1] gives all versions with their times", async () => {
    const reply = await call(readContract, { name, format: "history" }, hands);
    expect(reply["versions"]).toMatchObject([
      { version: "v0.1", status: "ACTIVE", at: "2026-11-20T12:00:00.000Z" },
      { version: "v0.2", status: "DRAFT", at: "2026-11-20T12:05:00.000Z" },
    ]);
  });

  test("[M1] refuses what is not there, and what is not built", async () => {
    expect(await call(readContract, { name: "none" }, hands)).toMatchObject({
      refused: "unknown_contract",
      contract: "none",
    });
    expect(await call(readContract, { name, version: "v9" }, hands)).toMatchObject({ version: "v9" });
    const played = { version: "v0.1", url: "http://127.0.0.1:4199", operations: ["GET /alerts"] };
    const served = { ...hands, mockOf: async () => played };
    expect(await call(readContract, { name, format: "mock" }, served)).toMatchObject({
      format: "mock",
      version: "v0.1",
      mock: { url: played.url, operations: played.operations },
    });
    const examples = { ...hands, mockOf: async () => ({ version: "v0.1", examples: [{ value: 1 }] }) };
    expect(await call(readContract, { name, format: "mock" }, examples)).toMatchObject({
      mock: { examples: [{ value: 1 }] },
    });
    const none = { ...hands, mockOf: async () => ({ refused: "no_mock", contract: name, problem: "typescript" }) };
    expect(await call(readContract, { name, format: "mock" }, none as never)).toMatchObject({ refused: "no_mock" });
  });
});
