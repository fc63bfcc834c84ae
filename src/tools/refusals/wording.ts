/** How the words of refusals are written down: for each code a sentence, what makes sense next, and the facts. */
import type { NamedBlocker, Refused } from "../../execution/answers.ts";
import type { RefusalCode, RefusalFacts } from "../refusal-reply.ts";
import { timeText } from "../time-text.ts";

/** Refusals of the hands, and those that arise around a call instead of in it. */
export type CallRefused =
  | Refused
  | { readonly refused: "internal_error"; readonly reference: string }
  | { readonly refused: "config_unusable"; readonly problem: string }
  | { readonly refused: "store_unusable"; readonly problem: string }
  | { readonly refused: "disk_unusable"; readonly problem: string }
  | { readonly refused: "cancelled" };

export interface Wording<Code extends RefusalCode> {
  readonly say: string;
  readonly next: readonly string[];
  readonly facts: RefusalFacts<Code>;
}

/** The words for some codes; a code without words does not compile. */
export type Wordings<Codes extends RefusalCode> = {
  readonly [Code in Codes]: (refusal: Extract<CallRefused, { readonly refused: Code }>) => Wording<Code>;
};

/** Lists in refusals are cut here; whoever has more wrong than this starts with these. */
const mostListed = 100;

/** A list under its name, cut if it is long, and then with its length. */
export function listed<Name extends string, T>(
  name: Name,
  items: readonly T[],
): { [key in Name]: T[] } & { cut?: true; total?: number } {
  const shown = { [name]: items.slice(0, mostListed) } as { [key in Name]: T[] };
  return items.length > mostListed ? { ...shown, cut: true as const, total: items.length } : shown;
}

/** A blocker under the names that callers know. */
export function blockerFacts({
  pattern,
  mode,
  by,
  agent,
  since,
  witness,
}: NamedBlocker): RefusalFacts<"would_wait">["blockers"][number] {
  const who = { plan: by.plan, node: by.node, ...(agent === undefined ? {} : { agent }) };
  return { pattern, mode, ...who, since: timeText(since), witness };
}
