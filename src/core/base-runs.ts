/**
 * Gates on the integration tip, run when one failed on a candidate: what they say belongs to the plan, until the tip moves.
 *
 * [T4] A gate on a tip is run by one process at a time, as one on a candidate is.
 */
import { tipVerdict, unknownOnTip } from "./baseline.ts";
import { learnPace } from "./gate-pace.ts";
import { allRuns, hasRoom, slotsFor, type TakenOn } from "./gate-slots.ts";
import type { CommitId, Instant, NodeId, PlanId, ProcessId, TreeId } from "./ids.ts";
import { mayMove, standing, withLoan } from "./landing.ts";
import { type LoanEvent, onBase } from "./locks/loans.ts";
import type { GateVerdict } from "./node/node-events.ts";
import { passKey, rememberPass } from "./passed-trees.ts";
import type { Plan } from "./plan/plan.ts";
import type { Refusal } from "./refusal.ts";
import type { Workspace } from "./workspace.ts";

interface OnTip {
  readonly plan: PlanId;
  readonly tip: CommitId;
}

export type BaseCommand =
  | (OnTip &
      TakenOn & {
        readonly type: "StartBaseGate";
        /** Whose candidate it failed on. */
        readonly node: NodeId;
        readonly candidate: CommitId;
      })
  | (OnTip & { readonly type: "DropBaseGate"; readonly gate: string; readonly process: ProcessId })
  | (OnTip & {
      readonly type: "ReportBaseGate";
      readonly process: ProcessId;
      readonly tree: TreeId;
      readonly verdict: GateVerdict;
      readonly key?: string;
    });

export type BaseEvent =
  | (OnTip & {
      readonly type: "BaseGateStarted";
      /** Whose failure it is about. */
      readonly node: NodeId;
      readonly gate: string;
      readonly process: ProcessId;
      readonly until: Instant;
      readonly weight: number;
    })
  | (OnTip & { readonly type: "BaseGateDropped"; readonly gate: string; readonly process: ProcessId })
  | (OnTip & {
      readonly type: "BaseGateJudged";
      readonly tree: TreeId;
      readonly verdict: GateVerdict;
      readonly key?: string;
    });

const outdated: Refusal = { refused: "outdated" };

export function decideBase(
  workspace: Workspace,
  plan: Plan,
  command: BaseCommand,
): readonly (BaseEvent | LoanEvent)[] | Refusal {
  const { tip } = command;
  if (plan.tip !== tip) return outdated;
  const of = { plan: plan.id, tip };
  switch (command.type) {
    case "StartBaseGate": {
      const { gate, process, ms, weight, alone, uses = [], run = "" } = command;
      const node = plan.nodes.get(command.node);
      const candidate = node && standing(plan, node, command.candidate);
      if (!candidate || !mayMove(plan) || plan.runsOnTip.has(gate)) return outdated;
      if (!unknownOnTip(plan, candidate).includes(gate) || !hasRoom(workspace, weight, alone)) return outdated;
      const by = { ...of, node: node.id, gate, process, until: workspace.now + ms };
      const started = { type: "BaseGateStarted", ...by, weight: slotsFor(workspace, command) } as const;
      const loan = { plan: plan.id, node: node.id, candidate: candidate.commit, gate: onBase(gate) };
      return withLoan(workspace, started, { ...loan, process, run, ms, uses });
    }
    case "DropBaseGate": {
      const { gate, process } = command;
      if (plan.runsOnTip.get(gate)?.process !== process) return outdated;
      return [{ type: "BaseGateDropped", ...of, gate, process }];
    }
    case "ReportBaseGate": {
      const { verdict, tree, key } = command;
      const isOurs = plan.runsOnTip.get(verdict.name)?.process === command.process;
      const isPassed = key !== undefined && verdict.passed && workspace.passed.has(passKey(tree, key));
      if (!isOurs && (!isPassed || plan.onTip.has(verdict.name))) return outdated;
      return [{ type: "BaseGateJudged", ...of, tree, verdict, ...(key === undefined ? {} : { key }) }];
    }
  }
}

export function evolveBase(workspace: Workspace, event: BaseEvent, at: Instant): void {
  const plan = workspace.plans.get(event.plan);
  if (plan?.tip !== event.tip) return;
  switch (event.type) {
    case "BaseGateStarted": {
      const { gate, process, until, weight } = event;
      const others = [...allRuns(workspace)];
      for (const other of others) other.beside = true;
      plan.runsOnTip.set(gate, { process, since: at, until, weight, beside: others.length > 0 });
      return;
    }
    case "BaseGateDropped":
      plan.runsOnTip.delete(event.gate);
      return;
    case "BaseGateJudged": {
      const { verdict, tree, key } = event;
      const run = plan.runsOnTip.get(verdict.name);
      plan.runsOnTip.delete(verdict.name);
      if (run) learnPace(workspace.gatePace, { gate: verdict.name, ms: at - run.since, beside: run.beside });
      plan.onTip.set(verdict.name, { ...tipVerdict(verdict), ...(key === undefined ? {} : { key }) });
      if (verdict.passed && key !== undefined) rememberPass(workspace, tree, key);
      return;
    }
  }
}
