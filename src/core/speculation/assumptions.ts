/**
 * What somebody takes for granted until the facts are in.
 *
 * [A4] An assumption is settled once; only one that was validated can still turn out wrong.
 */
import type { AgentName, Instant, NodeRef, PlanId, Position } from "../ids.ts";
import type { Recorded } from "../recorded.ts";
import type { Workspace } from "../workspace.ts";
import type { ArtifactRef } from "./artifact.ts";
import type { ContractName } from "./contracts.ts";

/** `a` and the position of the event that tracked it. */
export type AssumptionId = string;

/** What shows whether an assumption holds: fields of the contract in force, or files of the plan's integration tip. */
export type AssumptionCheck = ContractCheck | FileCheck;

export type ContractCheck =
  | { readonly is: "contract_has"; readonly contract: ContractName; readonly fields: readonly string[] }
  /** The contract has all that a requirement asks of it. */
  | { readonly is: "contract_covers"; readonly contract: ContractName; readonly requirement: string };

export type FileCheck =
  | { readonly is: "path_exists"; readonly path: string }
  /** A module gives others a name. */
  | { readonly is: "exports"; readonly path: string; readonly name: string }
  | { readonly is: "json_equals"; readonly path: string; readonly pointer: string; readonly value: unknown };

/** What a check says; open as long as what it is about is not there. */
export type CheckOutcome = "holds" | "fails" | "open";

export interface Assumption {
  readonly id: AssumptionId;
  /** The event that has its text. */
  readonly at: Position;
  readonly since: Instant;
  readonly by: AgentName;
  /** The node that it was made for. */
  readonly from?: NodeRef;
  /** The plan whose files its check looks at. */
  readonly plan?: PlanId;
  /** How its text begins. */
  readonly excerpt: string;
  readonly about: ArtifactRef;
  /** What stands on it. */
  readonly depends: readonly ArtifactRef[];
  readonly check?: AssumptionCheck;
  /** The attempt that made it by beginning on what had not landed. */
  readonly start?: number;
  readonly state: AssumptionState;
}

export type AssumptionState =
  /** `held` once its check was seen to hold. */
  | { readonly is: "active"; readonly held: boolean }
  | { readonly is: "validated"; readonly at: Position }
  | { readonly is: "invalidated"; readonly at: Position }
  | { readonly is: "superseded"; readonly at: Position; readonly by?: AssumptionId };

export type Verdict = "validated" | "invalidated" | "superseded";

export type AssumptionEvent =
  | {
      readonly type: "AssumptionTracked";
      readonly agent: AgentName;
      readonly from?: NodeRef;
      readonly plan?: PlanId;
      readonly text: string;
      readonly about: ArtifactRef;
      readonly depends: readonly ArtifactRef[];
      readonly check?: AssumptionCheck;
      readonly confidence?: number;
      readonly start?: number;
      readonly outcome: CheckOutcome;
    }
  | { readonly type: "AssumptionHeld"; readonly assumption: AssumptionId }
  | {
      readonly type: "AssumptionSettled";
      readonly assumption: AssumptionId;
      readonly verdict: Verdict;
      readonly notes: string;
      /** Absent where the engine found out. */
      readonly agent?: AgentName;
      readonly supersededBy?: AssumptionId;
      /** Whom it is news for. */
      readonly tells: readonly AgentName[];
    };

/** The name of the assumption that the event at this position tracked. */
export function assumptionId(position: Position): AssumptionId {
  return `a${position}`;
}

export type ActiveAssumption = Assumption & { readonly state: AssumptionState & { readonly is: "active" } };

export function* activeAssumptions({ speculation }: Workspace): Generator<ActiveAssumption> {
  for (const id of speculation.unsettled) {
    const assumption = speculation.assumptions.get(id);
    if (assumption && isActive(assumption)) yield assumption;
  }
}

function isActive(assumption: Assumption): assumption is ActiveAssumption {
  return assumption.state.is === "active";
}

/** The check of an assumption that a contract's text decides. */
export function contractCheck({ check }: Assumption): ContractCheck | undefined {
  return check && "contract" in check ? check : undefined;
}

/** The check of an assumption that files decide. */
export function fileCheck({ check }: Assumption): FileCheck | undefined {
  return check && "path" in check ? check : undefined;
}

const excerptLength = 200;

export function evolveAssumptions({ speculation }: Workspace, event: AssumptionEvent, recorded: Recorded): void {
  const { assumptions } = speculation;
  const { position } = recorded;
  if (event.type === "AssumptionTracked") {
    const { agent: by, from, plan, text, about, depends, check, start, outcome } = event;
    const id = assumptionId(position);
    const state: AssumptionState =
      outcome === "fails" ? { is: "invalidated", at: position } : { is: "active", held: outcome === "holds" };
    const where = { ...(from ? { from } : {}), ...(plan === undefined ? {} : { plan }) };
    const excerpt = text.slice(0, excerptLength);
    const made = start === undefined ? {} : { start };
    const facts = { about, depends, ...(check ? { check } : {}), ...made };
    if (state.is === "active") speculation.unsettled.add(id);
    assumptions.set(id, { id, at: position, since: recorded.at, by, ...where, excerpt, ...facts, state });
    return;
  }
  const known = assumptions.get(event.assumption);
  if (!known) return;
  if (event.type === "AssumptionHeld") {
    assumptions.set(known.id, { ...known, state: { is: "active", held: true } });
    return;
  }
  const { verdict, supersededBy } = event;
  const by = supersededBy === undefined ? {} : { by: supersededBy };
  const state: AssumptionState =
    verdict === "superseded" ? { is: verdict, at: position, ...by } : { is: verdict, at: position };
  assumptions.set(known.id, { ...known, state });
  speculation.unsettled.delete(known.id);
}
