import { describe, expect, test } from "vitest";
import type { PublishRequest } from "../../../src/execution/speculation/publish-contract.ts";
import { temporaryRepository } from "../git/temporary-repository.ts";
import { callOf, openFixture, type WorkspaceFixture } from "../workspace-fixture.ts";
import { playedContracts } from "./played-contracts.ts";

const name = "AlertsAPI";

async function fixture(contractTexts = playedContracts): Promise<WorkspaceFixture> {
  const repository = temporaryRepository({ "a.txt": "a\n" });
  return openFixture(repository, repository.root, { contractTexts });
}

function publisher({ execution }: WorkspaceFixture) {
  return (specification: string, more: Partial<PublishRequest> = {}) => {
    const text = specification === "" ? {} : { text: { kind: "json_schema" as const, specification } };
    return execution.publishContract(
      { agent: "arch", contract: name, ...text, consumers: [], ...more },
      callOf("publish"),
    );
  };
}

describe("publishing a contract", () => {
  test("[A2] each version is compared with the one in force, wherever drafts are in between", async () => {
    const publish = publisher(await fixture());
    expect(await publish("id\ntime")).toMatchObject({ version: "v0.1", status: "ACTIVE", change: "initial" });
    expect(await publish("id")).toMatchObject({ version: "v0.2", status: "DRAFT", change: "breaking" });
    expect(await publish("id\ntime\nip")).toMatchObject({
      status: "ACTIVE",
      change: "compatible",
      findings: [{ where: "/ip" }],
    });
    const activated = await publish("", { version: "v0.2", action: "activate" });
    expect(activated).toMatchObject({ version: "v0.2", status: "ACTIVE", change: "breaking" });
    expect("findings" in activated && activated.findings.map(({ where }) => where)).toEqual(["/time", "/ip"]);
    const other = { text: { kind: "graphql" as const, specification: "id" } };
    expect(await publish("", other)).toMatchObject({
      status: "DRAFT",
      change: "unknown",
      findings: [{ rule: "format-changed" }],
    });
  });

  test("[A2] what another publishes while texts are compared is compared with again", async () => {
    let meanwhile: (() => Promise<unknown>) | undefined;
    const compare: typeof playedContracts.compare = async (...texts) => {
      const between = meanwhile;
      meanwhile = undefined;
      await between?.();
      return playedContracts.compare(...texts);
    };
    const publish = publisher(await fixture({ ...playedContracts, compare }));
    await publish("id");
    meanwhile = () => publish("id\ntime");
    expect(await publish("id\nip")).toMatchObject({ version: "v0.3", status: "DRAFT", change: "breaking" });
  });

  test("[A3] consumers are agents and nodes, by their ids alone where that is plain", async () => {
    const it = await fixture();
    const publish = publisher(it);
    const plan = await it.plan([{ id: "ui" }, { id: "api" }]);
    const [ann, bob] = [await it.take("ann"), await it.take("bob")];
    const onUi = ann.node.id === "ui" ? "ann" : "bob";
    const consumers = ["node:ui", `node:${plan}/ui`, "eve"];
    expect(await publish("id", { consumers })).toMatchObject({ notified: ["eve", onUi] });
    const { lease } = onUi === "ann" ? bob : ann;
    const agent = onUi === "ann" ? "bob" : "ann";
    expect(await publish("ip", { agent, lease, action: "activate" })).toMatchObject({
      notified: ["eve", onUi],
      conflict: expect.stringMatching(/^c\d+$/),
    });
    expect(await publish("ip", { consumers: ["node:none"] })).toMatchObject({ refused: "unknown_node", node: "none" });
    expect(await publish("ip", { agent, lease: `${lease}x` })).toEqual({ refused: "bad_lease" });
  });

  test("[I1] a repeated call publishes once, and says the same again", async () => {
    const { execution } = await fixture();
    const once = () =>
      execution.publishContract(
        { agent: "arch", contract: name, text: { kind: "json_schema", specification: "id" }, consumers: ["eve"] },
        callOf("publish", "r1"),
      );
    expect(await once()).toEqual(await once());
    expect((await execution.workspace()).speculation.contracts.get(name)?.versions).toHaveLength(1);
  });

  test("[A1] a name that differs from a known one in case only is refused with that one", async () => {
    const { execution } = await fixture();
    const text = { kind: "json_schema", specification: "id" } as const;
    const publish = (contract: string) =>
      execution.publishContract({ agent: "arch", contract, text, consumers: [] }, callOf("publish"));
    expect(await publish(name)).toMatchObject({ contract: name });
    expect(await publish(name.toUpperCase())).toMatchObject({
      refused: "invalid_input",
      problems: [{ path: "name", problem: expect.stringContaining(`from contract ${name} in case only`) }],
    });
  });

  test("a text that its format does not allow is refused with its problems", async () => {
    const it = await fixture();
    expect(await publisher(it)("a!")).toEqual({
      refused: "invalid_input",
      problems: [{ path: "specification /1", problem: "is no field" }],
    });
  });
});
