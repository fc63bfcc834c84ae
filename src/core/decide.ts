/** What follows from a command: events, or a refusal with the facts. Pure; each concept decides in its own file. */

import { decideBase } from "./base-runs.ts";
import type { WorkspaceCommand } from "./command.ts";
import type { WorkspaceEvent } from "./event.ts";
import type { AttemptRef, NodeRef } from "./ids.ts";
import { decideLanding } from "./landing.ts";
import { fence, refreshAll, renew } from "./lease-keeping.ts";
import { claim, releaseClaims, withdraw } from "./locks/claiming.ts";
import { untieQueue } from "./locks/deadlock.ts";
import { decideLoan } from "./locks/loans.ts";
import { actingAttempt, giveUp, submit } from "./node/hand-in.ts";
import { dropStarvation, handOut, resume } from "./node/hand-out.ts";
import { type Node, workedOn } from "./node/node.ts";
import { withdrawNode } from "./node/withdrawing.ts";
import type { Plan } from "./plan/plan.ts";
import { adopt, integrationMoved, mergeTarget, planLanded, submitPlan } from "./plan/planning.ts";
import { revise } from "./plan/revising.ts";
import { decideClash } from "./radar.ts";
import { isRefusal, type Refusal } from "./refusal.ts";
import { configure, type Settings } from "./settings.ts";
import { decideSlot } from "./slot-keeping.ts";
import { decideConflict } from "./speculation/conflict-commands.ts";
import { landContract } from "./speculation/contract-landings.ts";
import { publish } from "./speculation/publishing.ts";
import { record } from "./speculation/recording.ts";
import { checkAssumptions, settle, track } from "./speculation/settling.ts";
import type { Workspace } from "./workspace.ts";

export type Decision = readonly WorkspaceEvent[] | Refusal;

export function decide(workspace: Workspace, command: WorkspaceCommand): Decision {
  switch (command.type) {
    case "ConfigureWorkspace":
      return configureWorkspace(workspace, command.settings);
    case "SubmitPlan":
      return submitPlan(workspace, command.plan);
    case "RevisePlan":
      return inPlan(workspace, command.plan, (plan) => revise(plan, command));
    case "MergeTarget":
      return inPlan(workspace, command.plan, (plan) => mergeTarget(plan, command.target, command.gates));
    case "ReportPlanLanded":
      return inPlan(workspace, command.plan, (plan) => planLanded(plan, command.commit));
    case "AdoptIntegration":
      return inPlan(workspace, command.plan, (plan) => adopt(plan, command.commit));
    case "RequestNode":
      return handOut(workspace, command);
    case "ResumeNode":
      return resume(workspace, command);
    case "SubmitNode":
      return atNode(workspace, command, (plan, node) => submit(workspace, plan, node, command));
    case "GiveUpNode":
      return atNode(workspace, command, (plan, node) => giveUp(plan, node, command));
    case "WithdrawNode":
      return atNode(workspace, command, (plan, node) => withdrawNode(workspace, plan, node, command));
    case "ReportProgress":
      return acting(workspace, command, () => {
        const { plan, node, attempt, process, percent, note, tokens } = command;
        const said = { ...(percent === undefined ? {} : { percent }), ...(note === undefined ? {} : { note }) };
        const renewed = renew(workspace, { type: "RenewLease", plan, node, attempt, by: "call", process });
        const used = tokens === undefined ? {} : { tokens };
        return [{ type: "ProgressReported", plan, node, attempt, ...said, ...used }, ...renewed];
      });
    case "RenewLease":
      return renew(workspace, command);
    case "RefreshLeases":
      return refreshAll(workspace);
    case "FenceAttempt":
      return fence(workspace, command);
    case "ClaimResources":
      return acting(workspace, command, (attempt) => claim(workspace, attempt, command.wants, command.wait));
    case "WithdrawTicket":
      return acting(workspace, command, (attempt) => withdraw(workspace, attempt, command));
    case "ReleaseResources":
      return acting(workspace, command, (attempt) =>
        releaseClaims(workspace, attempt, command.patterns, command.changedPaths),
      );
    case "ShareKnowledge": {
      const { agent, from, topic, text, paths } = command;
      return [{ type: "KnowledgeShared", agent, ...(from ? { from } : {}), topic, text, paths }];
    }
    case "DropStarvation":
      return dropStarvation(workspace, command);
    case "ReportSlot":
    case "ReplaceSlot":
    case "RetireSlot":
    case "QuarantineSlot":
    case "ForgetSlot":
      return decideSlot(workspace, command);
    case "ReportCandidate":
    case "ReportClash":
    case "StartGate":
    case "DropGate":
    case "ReportGate":
    case "ReturnNode":
    case "IntendLanding":
    case "ReportLanded":
      return atNode(workspace, command, (plan, node) => decideLanding(workspace, plan, node, command));
    case "StartBaseGate":
    case "DropBaseGate":
    case "ReportBaseGate":
      return inPlan(workspace, command.plan, (plan) => decideBase(workspace, plan, command));
    case "RepayLoan":
      return decideLoan(workspace, command);
    case "AnnounceClash":
    case "ClearClash":
      return decideClash(workspace, command);
    case "PublishContract":
      return speaking(workspace, command.from, () => publish(workspace, command));
    case "LandContract":
      return inPlan(workspace, command.plan, (plan) => landContract(workspace, plan, command));
    case "ReportConflict":
    case "ResolveConflict":
    case "OpenConvergence":
    case "JoinConvergence":
    case "DecideInConvergence":
    case "CompleteConvergence":
    case "MoveConvergenceOn":
      return decideConflict(workspace, command);
    case "TrackAssumption":
      return speaking(workspace, command.from, () => track(workspace, command));
    case "SettleAssumption":
      return speaking(workspace, command.from, () => settle(workspace, command));
    case "CheckAssumptions":
      return inPlan(workspace, command.plan, (plan) => checkAssumptions(workspace, plan, command));
    case "RecordArtifact":
      return speaking(workspace, command.from, () => record(workspace, command));
    case "ReportIntegrationMoved":
      return inPlan(workspace, command.plan, (plan) => integrationMoved(plan, command.expected));
  }
}

/** Smaller pools can close a cycle of waits. */
function configureWorkspace(workspace: Workspace, settings: Settings): Decision {
  const events = configure(workspace.settings, settings);
  return events.length === 0 ? events : [...events, ...untieQueue(workspace, settings)];
}

function inPlan(workspace: Workspace, id: string, then: (plan: Plan) => Decision): Decision {
  const plan = workspace.plans.get(id);
  return plan ? then(plan) : { refused: "unknown_plan", plan: id };
}

function atNode(
  workspace: Workspace,
  { plan: id, node: nodeId, attempt }: NodeRef & { readonly attempt?: number },
  then: (plan: Plan, node: Node) => Decision,
): Decision {
  return inPlan(workspace, id, (plan) => {
    const node = plan.nodes.get(nodeId);
    if (node) return then(plan, node);
    if (plan.status.is === "landed" && attempt !== undefined) return { refused: "stale_lease", state: "landed" };
    if (plan.status.is === "landed") return { refused: "plan_over", plan: id, status: plan.status.is };
    return { refused: "unknown_node", plan: id, node: nodeId };
  });
}

/** Who shows a lease speaks for its attempt, and only while that is under way. */
function speaking(workspace: Workspace, from: AttemptRef | undefined, then: () => Decision): Decision {
  if (!from) return then();
  return atNode(workspace, from, (_, node) => {
    const attempt = actingAttempt(node, from.attempt);
    return isRefusal(attempt) ? attempt : then();
  });
}

/** For what only an attempt may do whose agent is expected to act. */
function acting(
  workspace: Workspace,
  ref: AttemptRef,
  then: (attempt: NonNullable<ReturnType<typeof workedOn>>) => Decision,
): Decision {
  return atNode(workspace, ref, (_, node) => {
    const attempt = actingAttempt(node, ref.attempt);
    if (isRefusal(attempt)) return attempt;
    return workedOn(node) ? then(attempt) : { refused: "stale_lease", state: node.state.is, handedIn: true };
  });
}
