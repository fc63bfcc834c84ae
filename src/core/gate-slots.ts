/** The gates that are being run, of all plans, and the slots that they take. */
import type { Node } from "./node/node.ts";
import type { Plan } from "./plan/plan.ts";
import type { Candidate, RunningGate } from "./train.ts";
import { waiting } from "./train-ground.ts";
import type { Workspace } from "./workspace.ts";

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
