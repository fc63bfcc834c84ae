/** Contracts of the real formats, read and compared by their libraries; what the core makes of that is tried with played ones. */
import { expect, test } from "vitest";
import type { ContractKind } from "../../../src/core/speculation/contracts.ts";
import { callOf, workspaceFixture } from "../workspace-fixture.ts";

const alerts = (fields: readonly string[]) =>
  JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Alerts", version: "1" },
    paths: {
      "/alerts": {
        get: {
          responses: {
            200: {
              description: "all",
              content: {
                "application/json": { schema: { type: "array", items: { $ref: "#/components/schemas/Alert" } } },
              },
            },
          },
        },
      },
    },
    components: {
      schemas: {
        Alert: {
          type: "object",
          required: fields,
          properties: Object.fromEntries(fields.map((field) => [field, { type: "string" }])),
        },
      },
    },
  });

test("[A2] [A4] a requirement that asks for what the contract in force lacks is told to who relies on it, until a version has it", async () => {
  const it = await workspaceFixture({ "a.txt": "a\n" });
  await it.plan([{ id: "page" }]);
  const page = await it.take("fay");
  const publish = (specification: string, kind: ContractKind = "openapi") =>
    it.execution.publishContract(
      { agent: "arch", contract: "AlertsAPI", text: { kind, specification }, consumers: ["node:page"] },
      callOf("publish_contract"),
    );
  expect(await publish(alerts(["id", "amount"]))).toMatchObject({
    version: "v0.1",
    status: "ACTIVE",
    change: "initial",
  });
  expect(await publish("no contract at all")).toMatchObject({ refused: "invalid_input" });
  const assumed = await it.execution.trackAssumption(
    {
      agent: "fay",
      lease: page.lease,
      text: "id and amount are enough to show",
      about: { kind: "contract", id: "AlertsAPI" },
      check: { is: "contract_has", contract: "AlertsAPI", fields: ["id", "amount"] },
      depends: [],
    },
    callOf("track_assumption"),
  );
  expect(assumed).not.toHaveProperty("refused");
  expect(await publish(alerts(["id"]))).toMatchObject({ version: "v0.2", status: "DRAFT", change: "breaking" });
  const asks = {
    agent: "ba",
    artifact: { kind: "requirement", id: "correlate" },
    content: "An alert shows where it came from.",
    requires: [{ contract: "AlertsAPI", fields: ["ip_address"] }],
    rollback: false,
  } as const;
  const recorded = await it.execution.recordArtifact(asks, callOf("record_artifact"));
  expect(recorded).toMatchObject({ conflicts: [{ type: "contract_breach" }] });
  const told = await it.execution.takeNotices("fay", 9);
  expect(told.notices.map(({ kind }) => kind)).toContain("conflict");
  expect(await publish(alerts(["id", "amount", "ip_address"]))).toMatchObject({
    status: "ACTIVE",
    change: "compatible",
  });
});
