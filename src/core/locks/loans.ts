/**
 * What gates hold while they run: values of pools, and named things. A loan belongs to one run and outlives its candidate, since
 * the run may still be ending when nobody wants its verdict any more.
 *
 * [L6] A pool lends each of its values to one node, or one run of a gate, at a time.
 * [J4] A gate starts with all that it uses or not at all, and waits holding nothing.
 */
import {
  type CommitId,
  type Instant,
  type NodeId,
  type NodeRef,
  nodeKey,
  type PlanId,
  type ProcessId,
} from "../ids.ts";
import { judgedAs } from "../node-gates.ts";
import type { Refusal } from "../refusal.ts";
import { findNode, nodeByKey, type Workspace } from "../workspace.ts";
import type { GrantedClaim } from "./claim-events.ts";
import { useWish } from "./claiming.ts";
import { canonical, freeValue, type Grantable } from "./granting.ts";
import { type Blocker, type Held, namesHeld } from "./locks.ts";
import { compatible } from "./modes.ts";

interface OfCandidate {
  readonly plan: PlanId;
  readonly node: NodeId;
  readonly candidate: CommitId;
  /** The gate's name; with a word more when it is run on the base. */
  readonly gate: string;
}

/** A gate that could run if what it uses were free. */
export interface HeldUp extends OfCandidate {
  readonly uses: readonly string[];
  readonly since: Instant;
}

/** What a run of a gate has in its hands. */
export interface Loan extends OfCandidate {
  readonly run: string;
  readonly process: ProcessId;
  /** After this the process is taken to have forgotten it, unless it is known to run. */
  readonly until: Instant;
  readonly since: Instant;
  readonly lent: readonly GrantedClaim[];
}

/** What a gate is called while it is run on the base, to see whether that fails as well. */
export function onBase(gate: string): string {
  return `${gate} on the base`;
}

export type LoanEvent =
  | (OfCandidate & {
      readonly type: "GateLent";
      readonly run: string;
      readonly process: ProcessId;
      readonly until: Instant;
      readonly lent: readonly GrantedClaim[];
    })
  | (OfCandidate & { readonly type: "GateHeldUp"; readonly uses: readonly string[] })
  | { readonly type: "GateRepaid"; readonly plan: PlanId; readonly node: NodeId; readonly run: string };

/** What a gate asks for; `run` names the run that will have it. */
export interface Borrowing extends OfCandidate {
  readonly run: string;
  readonly process: ProcessId;
  readonly ms: number;
  readonly uses: readonly string[];
}

export interface LoanCommand {
  readonly type: "RepayLoan";
  readonly plan: PlanId;
  readonly node: NodeId;
  readonly run: string;
}

export function decideLoan(workspace: Workspace, command: LoanCommand): readonly LoanEvent[] | Refusal {
  const { plan, node, run } = command;
  return workspace.locks.loans.has(run) ? [{ type: "GateRepaid", plan, node, run }] : { refused: "outdated" };
}

/** Lends all that a gate uses, or notes that it waits; refused when that is known already. */
export function lend(workspace: Workspace, asked: Borrowing): readonly LoanEvent[] | Refusal {
  const { plan, node, candidate, gate, run, process, ms, uses } = asked;
  const of = { plan, node, candidate, gate };
  const verdict = borrowable(workspace, uses);
  if ("claims" in verdict)
    return [{ type: "GateLent", ...of, run, process, until: workspace.now + ms, lent: verdict.claims }];
  const known = heldUp(workspace, of)?.uses;
  return JSON.stringify(known) === JSON.stringify(uses)
    ? { refused: "outdated" }
    : [{ type: "GateHeldUp", ...of, uses }];
}

/**
 * What a gate would be lent now, or who has it. Gates do not queue with those who work: they are short, and what waits for a gate
 * has its work behind it. What was handed in is not at work, so its named things can be used.
 */
export function borrowable(workspace: Workspace, uses: readonly string[]): Grantable {
  const { locks, settings } = workspace;
  const claims: GrantedClaim[] = [];
  const blockers: Blocker[] = [];
  const short: string[] = [];
  for (const wish of canonical(uses.map((name) => useWish(name, settings)))) {
    const holders = namesHeld(locks, wish.pattern);
    if (wish.kind === "pool") {
      const value = freeValue(locks, settings, wish.pattern, undefined, Number.NEGATIVE_INFINITY);
      if (value !== undefined) {
        claims.push({ ...wish, value });
        continue;
      }
      short.push(wish.pattern);
    }
    const against = wish.kind === "pool" ? holders : holders.filter((held) => isInTheWay(workspace, held));
    for (const { by, pattern, mode, since } of against)
      blockers.push({ wish, witness: wish.pattern, by, pattern, mode, since });
    if (wish.kind !== "pool" && against.length === 0) claims.push(wish);
  }
  return blockers.length > 0 || short.length > 0 ? { blockers, short } : { claims };
}

function isInTheWay(workspace: Workspace, { by, mode }: Held): boolean {
  return !compatible(mode, "write") && nodeByKey(workspace, nodeKey(by))?.state.is !== "submitted";
}

/** The gates that wait for what others have, as long as somebody wants their verdict. */
export function gatesHeldUp(workspace: Workspace): readonly HeldUp[] {
  const { heldUp: all } = workspace.locks;
  return all.size === 0 ? [] : [...all.values()].filter((one) => isWanted(workspace, one));
}

/** How a gate waits for what others have, if it does. */
export function heldUp(workspace: Workspace, of: OfCandidate): HeldUp | undefined {
  const found = workspace.locks.heldUp.get(keyOf(of));
  return found?.candidate === of.candidate ? found : undefined;
}

export function evolveLoans(workspace: Workspace, event: LoanEvent, at: Instant): void {
  const { locks } = workspace;
  switch (event.type) {
    case "GateLent": {
      const { plan, node, candidate, gate, run, process, until, lent } = event;
      locks.heldUp.delete(keyOf(event));
      locks.loans.set(run, { plan, node, candidate, gate, run, process, until, since: at, lent });
      return;
    }
    case "GateHeldUp": {
      for (const [key, one] of locks.heldUp) if (!isWanted(workspace, one)) locks.heldUp.delete(key);
      const { plan, node, candidate, gate, uses } = event;
      locks.heldUp.set(keyOf(event), { plan, node, candidate, gate, uses, since: at });
      return;
    }
    case "GateRepaid":
      if (locks.loans.delete(event.run)) locks.loosened = true;
      return;
  }
}

function isWanted(workspace: Workspace, { plan, node, candidate }: OfCandidate): boolean {
  const found = findNode(workspace, plan, node);
  return found !== undefined && judgedAs(found, candidate) !== undefined;
}

function keyOf({ plan, node, gate }: Pick<OfCandidate, "gate"> & NodeRef): string {
  return `${nodeKey({ plan, node })} ${gate}`;
}
