/**
 * Gates in the wait graph: a gate that waits for what somebody holds keeps its node, and all that cannot land without it, from
 * giving back what they hold.
 *
 * [L5] No cycle of waits persists: one that leads through a gate ends a ticket in it, since a gate has nothing to give.
 */
import { nodeKey } from "../ids.ts";
import type { Plan } from "../plan/plan.ts";
import { waiting } from "../train-ground.ts";
import { chooseMode } from "../train-mode.ts";
import { refOf, type Workspace } from "../workspace.ts";
import type { ClaimEvent } from "./claim-events.ts";
import { useWish } from "./claiming.ts";
import { cycleThrough, ended, victimOf } from "./deadlock.ts";
import { borrowable, gatesHeldUp, type HeldUp } from "./loans.ts";
import { untangle } from "./untangling.ts";
import { poolWait, type TicketWaits, waitsAmong } from "./waiting.ts";

/** A ticket that has to end because it waits, by way of a gate, for itself; or nothing. */
export function untieGates(workspace: Workspace): ClaimEvent | undefined {
  const { locks, settings } = workspace;
  if (locks.queue.length === 0) return undefined;
  const gates = gatesHeldUp(workspace);
  if (gates.length === 0) return undefined;
  const tickets = new Set(locks.queue);
  const waits = [...gates.flatMap((gate) => waitsOf(workspace, gate)), ...waitsAmong(locks, settings, locks.queue)];
  const { stuck } = untangle(waits);
  for (const gate of gates) {
    const cycle = cycleThrough(stuck, nodeKey(gate));
    const victim = victimOf(
      workspace,
      cycle.filter(({ ticket }) => tickets.has(ticket)),
    );
    if (victim) return ended(workspace, victim, cycle);
  }
  return undefined;
}

function waitsOf(workspace: Workspace, gate: HeldUp): readonly TicketWaits[] {
  const { locks, settings, plans } = workspace;
  const wishes = gate.uses.map((name) => useWish(name, settings));
  const verdict = borrowable(workspace, gate.uses);
  const holders = "blockers" in verdict ? verdict.blockers.filter(({ wish }) => wish.kind !== "pool") : [];
  const own: TicketWaits = {
    ...notInTheQueue(gate, gate.gate),
    ticket: { ...notInTheQueue(gate, gate.gate).ticket, wants: wishes },
    holders: new Set(holders.map(({ by }) => nodeKey(by))),
    pools: wishes.filter(({ kind }) => kind === "pool").map(({ pattern }) => poolWait(locks, settings, pattern)),
  };
  const plan = plans.get(gate.plan);
  const behind = plan ? held(workspace, plan, gate) : [];
  return [own, ...behind.map((node) => ({ ...notInTheQueue(node, "train"), holders: new Set([nodeKey(gate)]) }))];
}

/** Those behind it; where one run judges many, those before it as well. */
function held(workspace: Workspace, plan: Plan, gate: HeldUp) {
  const train = waiting(plan).map(refOf);
  const place = train.findIndex(({ node }) => node === gate.node);
  return chooseMode(workspace, plan).mode.is === "batch"
    ? train.filter(({ node }) => node !== gate.node)
    : train.slice(place + 1);
}

function notInTheQueue({ plan, node }: { readonly plan: string; readonly node: string }, what: string): TicketWaits {
  const by = { plan, node, attempt: 0 };
  return {
    ticket: { id: `${what} of ${nodeKey(by)}`, by, wants: [], since: 0, place: 0 },
    owner: nodeKey(by),
    holders: new Set(),
    rivals: new Set(),
    pools: [],
  };
}
