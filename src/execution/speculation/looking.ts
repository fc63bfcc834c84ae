import type { Position } from "../../core/ids.ts";
import { type ContractName, inForce } from "../../core/speculation/contracts.ts";
import { fieldsAsked, type Looked, type NewRequirement } from "../../core/speculation/looking.ts";
import type { ContractText } from "../../core/speculation/publishing.ts";
import type { Hands } from "../hands.ts";
import type { ContractTexts } from "./contract-texts.ts";

/** Looks for all that somebody counts on, and for more if wanted, in the version of a contract that is in force. */
export async function lookAtContract(
  hands: Hands,
  contract: ContractName,
  { more = [], next }: { readonly more?: readonly string[]; readonly next?: NewRequirement } = {},
): Promise<Looked> {
  const { workspace } = hands.manager;
  const asked = [...new Set([...fieldsAsked(workspace, contract, next), ...more])];
  const current = inForce(workspace.speculation.contracts.get(contract));
  if (!current) return { contract, at: 0, asked, lacks: [] };
  const text = await textAt(hands, current.at);
  if (!text) throw new Error(`The log has no text of ${contract} at ${current.at}`);
  return lookInto(hands.contractTexts, { contract, at: current.at, text, asked });
}

/** What a text lacks of what is asked for. */
export async function lookInto(
  texts: ContractTexts,
  { text, ...looked }: Omit<Looked, "lacks"> & { readonly text: ContractText },
): Promise<Looked> {
  const { asked } = looked;
  const lacks = asked.length === 0 ? [] : await texts.lacking(text.kind, text.specification, asked);
  return { ...looked, lacks };
}

/** The text that was published with the event at a position. */
export async function textAt({ manager }: Hands, position: Position): Promise<ContractText | undefined> {
  const [recorded] = await manager.log.read(manager.stream, position - 1, 1);
  return recorded?.event.type === "ContractPublished" ? recorded.event : undefined;
}
