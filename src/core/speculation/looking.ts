/**
 * What a contract's text is asked for, and what follows from what it lacks. Whoever can read the format looks for the fields;
 * which ones have to be looked for is known here, so that nobody judges by a look that missed some.
 */
import type { Position } from "../ids.ts";
import type { Workspace } from "../workspace.ts";
import { fieldsFor, type Requires, requirementsOn } from "./artifacts.ts";
import {
  type Assumption,
  activeAssumptions,
  type CheckOutcome,
  type ContractCheck,
  contractCheck,
} from "./assumptions.ts";
import { type ContractName, inForce } from "./contracts.ts";

/** What one text of a contract was found to lack, of the fields that were looked for. */
export interface Looked {
  readonly contract: ContractName;
  /** Where the text stands; 0 for one that comes with the command, or where none is in force. */
  readonly at: Position;
  readonly asked: readonly string[];
  readonly lacks: readonly string[];
}

/** A requirement that is about to be what it asks for. */
export interface NewRequirement {
  readonly id: string;
  readonly requires: readonly Requires[];
}

/** What a text means to who relies on it: whose assumptions fail or hold, and which requirements it does not meet. */
export interface Judged {
  readonly lacks: readonly string[];
  readonly failing: readonly Assumption[];
  readonly holding: readonly Assumption[];
  readonly unmet: readonly { readonly requirement: string; readonly fields: readonly string[] }[];
}

/** All fields that somebody counts on in a contract. */
export function fieldsAsked(workspace: Workspace, contract: ContractName, next?: NewRequirement): readonly string[] {
  const assumed = [...activeAssumptions(workspace)].flatMap(({ check }) =>
    check?.is === "contract_has" && check.contract === contract ? check.fields : [],
  );
  const required = [...requirements(workspace, contract, next)].flatMap(({ fields }) => fields);
  return [...new Set([...assumed, ...required])];
}

/** Whether a look is at the text in force and missed nothing that counts now. */
export function isCurrent(workspace: Workspace, looked: Looked, next?: NewRequirement): boolean {
  const at = inForce(workspace.speculation.contracts.get(looked.contract))?.at ?? 0;
  return at === looked.at && sawAll(workspace, looked, next);
}

export function sawAll(workspace: Workspace, { contract, asked }: Looked, next?: NewRequirement): boolean {
  const seen = new Set(asked);
  return fieldsAsked(workspace, contract, next).every((field) => seen.has(field));
}

/** What follows from a text that is in force, or is about to be. */
export function judgeText(workspace: Workspace, { contract, lacks }: Looked, next?: NewRequirement): Judged {
  const missing = new Set(lacks);
  const needs = [...requirements(workspace, contract, next)];
  const unmet = needs.flatMap(({ id: requirement, fields }) => {
    const gone = fields.filter((field) => missing.has(field));
    return gone.length > 0 ? [{ requirement, fields: gone }] : [];
  });
  const [failing, holding]: [Assumption[], Assumption[]] = [[], []];
  for (const assumption of activeAssumptions(workspace)) {
    const outcome = outcomeOf(assumption, contract, missing, needs, unmet);
    if (outcome === "fails") failing.push(assumption);
    if (outcome === "holds" && !assumption.state.held) holding.push(assumption);
  }
  return { lacks, failing, holding, unmet };
}

/** What a check of a contract says of a text that lacks some fields. */
export function checkOutcome(check: ContractCheck, missing: ReadonlySet<string>, needs: readonly Need[]): CheckOutcome {
  const fields = check.is === "contract_has" ? check.fields : needs.find(({ id }) => id === check.requirement)?.fields;
  if (fields === undefined) return "open";
  return fields.some((field) => missing.has(field)) ? "fails" : "holds";
}

/** What requirements ask of a contract, with one of them as it is about to be. */
export function* requirements(workspace: Workspace, contract: ContractName, next?: NewRequirement): Generator<Need> {
  for (const need of requirementsOn(workspace, contract)) if (need.id !== next?.id) yield need;
  const fields = next ? fieldsFor(next.requires, contract) : [];
  if (next && fields.length > 0) yield { id: next.id, fields };
}

interface Need {
  readonly id: string;
  readonly fields: readonly string[];
}

/** One without a check fails with the requirement when it names both that and the contract: then it was about just this. */
function outcomeOf(
  assumption: Assumption,
  contract: ContractName,
  missing: ReadonlySet<string>,
  needs: readonly Need[],
  unmet: Judged["unmet"],
): CheckOutcome {
  const check = contractCheck(assumption);
  if (check) return check.contract === contract ? checkOutcome(check, missing, needs) : "open";
  if (assumption.check) return "open";
  const named = [assumption.about, ...assumption.depends];
  const isNamed = (kind: string, id: string) => named.some((ref) => ref.kind === kind && ref.id === id);
  const isUnmet = unmet.some(({ requirement }) => isNamed("requirement", requirement));
  return isUnmet && isNamed("contract", contract) ? "fails" : "open";
}
