/** The gates that are being run, of all plans, and the slots that they take. */
import type { ProcessId } from "./ids.ts";
import type { Node } from "./node/node.ts";
import type { Plan } from "./plan/plan.ts";
import type { Candidate, RunningGate } from "./train.ts";
import { waiting } from "./train-ground.ts";
import type { Workspace } from "./workspace.ts";

/** A gate that a process takes on. */
export interface TakenOn {
  readonly gate: string;
  readonly process: ProcessId;
  /** In milliseconds; after that others may take it over. */
  readonly ms: number;
  readonly weight: number;
  /** Whether nothing else may be judged meanwhile. */
  readonly alone: boolean;
  /** Pools and named things that it holds while it runs, and the run that has them. */
  readonly uses?: readonly string[];
  readonly run?: string;
}

/** How many slots a gate takes: one that runs alone takes them all. */
export function slotsFor({ settings }: Workspace, { weight, alone }: Pick<TakenOn, "weight" | "alone">): number {
  return alone ? settings.gates.parallel : weight;
}

/** Whether a gate may start beside those that run; one that is heavier than all there is runs alone. */
export function hasRoom(workspace: Workspace, weight = 1, alone = false): boolean {
  let taken = 0;
  for (const gate of allRuns(workspace)) taken += gate.weight;
  return taken === 0 || (!alone && taken + weight <= workspace.settings.gates.parallel);
}

/** All that run, on candidates and on tips. */
export function* allRuns(workspace: Workspace): Generator<RunningGate> {
  for (const { gate } of runningGates(workspace)) yield gate;
  for (const { gate } of runsOnTips(workspace)) yield gate;
}

/** The gates that are being run on candidates. */
export function* runningGates(workspace: Workspace): Generator<{
  readonly plan: Plan;
  readonly node: Node;
  readonly candidate: Candidate;
  readonly name: string;
  readonly gate: RunningGate;
}> {
  for (const plan of workspace.plans.values()) {
    for (const node of waiting(plan)) {
      const { candidate, own } = node.state;
      for (const judged of [candidate ?? [], own ?? []].flat())
        for (const [name, gate] of judged.running) yield { plan, node, candidate: judged, name, gate };
    }
  }
}

/** The gates that are being run on the tips of plans. */
export function* runsOnTips(workspace: Workspace): Generator<{
  readonly plan: Plan;
  readonly name: string;
  readonly gate: RunningGate;
}> {
  for (const plan of workspace.plans.values()) for (const [name, gate] of plan.runsOnTip) yield { plan, name, gate };
}
