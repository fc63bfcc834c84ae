import { inForce } from "../../../src/core/speculation/contracts.ts";
import type { PublishCommand } from "../../../src/core/speculation/publishing.ts";
import type { Scenario } from "../scenario.ts";

export const contractName = "AlertsAPI";

/** Publishes a text, as it compares with what is in force at that moment. */
export function publishes(specification: string, more: Partial<PublishCommand> = {}) {
  return (s: Scenario): PublishCommand => ({
    type: "PublishContract",
    agent: "arch",
    contract: contractName,
    text: { kind: "json_schema", specification, digest: `digest of ${specification}` },
    consumers: { agents: [], nodes: [] },
    against: inForce(s.workspace.speculation.contracts.get(contractName))?.at ?? 0,
    change: "compatible",
    findings: [],
    ...more,
  });
}
