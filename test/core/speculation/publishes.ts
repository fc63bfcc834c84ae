import { inForce } from "../../../src/core/speculation/contracts.ts";
import { fieldsAsked, type Looked, type NewRequirement } from "../../../src/core/speculation/looking.ts";
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
    looked: look(s, contractName, specification),
    ...more,
  });
}

/** What a text of words lacks of all that is asked of it. */
export function look(s: Scenario, contract: string, text: string, more: readonly string[] = []): Looked {
  const asked = [...fieldsAsked(s.workspace, contract), ...more];
  return { contract, at: 0, asked, lacks: asked.filter((field) => !text.split(" ").includes(field)) };
}

/** The same of the version in force; its digest tells its text. */
export function lookAgain(
  s: Scenario,
  contract: string,
  { more = [], next }: { readonly more?: readonly string[]; readonly next?: NewRequirement } = {},
): Looked {
  const current = inForce(s.workspace.speculation.contracts.get(contract));
  const text = current?.digest.replace("digest of ", "") ?? "";
  const wanted = [...fieldsAsked(s.workspace, contract, next), ...more];
  return { ...look(s, contract, text, wanted), at: current?.at ?? 0, ...(current ? {} : { lacks: [] }) };
}
