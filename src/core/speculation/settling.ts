/**
 * What becomes of assumptions: they are tracked, checked when what they are about changes, and settled.
 *
 * [A4] An assumption is settled once; only one that was validated can still turn out wrong.
 * [A5] One whose check fails is invalidated by the very decision that learns of it.
 * [A6] Who stands on an assumption that was wrong is told, and it is a conflict with them.
 * [A7] One whose check held is validated once everything that stands on it has landed.
 */
import { type AgentName, type AttemptRef, type CommitId, type NodeRef, nodeKey, type PlanId } from "../ids.ts";
import { attemptOf } from "../node/node.ts";
import type { Plan } from "../plan/plan.ts";
import type { Refusal } from "../refusal.ts";
import { nodeByKey, type Workspace } from "../workspace.ts";
import type { ArtifactRef } from "./artifact.ts";
import {
  type Assumption,
  type AssumptionCheck,
  type AssumptionEvent,
  type AssumptionId,
  activeAssumptions,
  type CheckOutcome,
  type FileCheck,
  fileCheck,
  type Verdict,
} from "./assumptions.ts";
import { type ConflictEvent, openConflict } from "./conflicts.ts";
import { concernedBy, impactOf } from "./impact.ts";
import { checkOutcome, isCurrent, type Looked, requirements } from "./looking.ts";

export type AssumptionCommand =
  | {
      readonly type: "TrackAssumption";
      readonly agent: AgentName;
      /** The attempt that speaks. */
      readonly from?: AttemptRef;
      readonly text: string;
      readonly about: ArtifactRef;
      readonly depends: readonly ArtifactRef[];
      readonly confidence?: number;
      readonly check?: AssumptionCheck;
      /** The plan whose files a check looks at. */
      readonly plan?: PlanId;
      /** For a check of a contract. */
      readonly looked?: Looked;
      /** For a check of files: what it says of the plan's tip. */
      readonly onTip?: { readonly tip: CommitId; readonly outcome: CheckOutcome };
    }
  | {
      readonly type: "SettleAssumption";
      readonly agent: AgentName;
      readonly from?: AttemptRef;
      readonly assumption: AssumptionId;
      readonly verdict: Verdict;
      readonly notes: string;
      readonly supersededBy?: AssumptionId;
    }
  /** What checks of files say of a plan's tip. */
  | {
      readonly type: "CheckAssumptions";
      readonly plan: PlanId;
      readonly tip: CommitId;
      readonly found: Seen;
    };

/** What checks of files say of a tree. */
export type Seen = readonly { readonly assumption: AssumptionId; readonly outcome: CheckOutcome }[];

type Settled = readonly (AssumptionEvent | ConflictEvent)[];

type Track = AssumptionCommand & { readonly type: "TrackAssumption" };
type Settle = AssumptionCommand & { readonly type: "SettleAssumption" };
type Check = AssumptionCommand & { readonly type: "CheckAssumptions" };

/** Writes down what somebody takes for granted, with what its check says at once; it is nobody's conflict yet. */
export function track(workspace: Workspace, command: Track): Settled | Refusal {
  const outcome = outcomeOf(workspace, command);
  if (typeof outcome !== "string") return outcome;
  const { agent, from, text, about, depends, check, plan, confidence } = command;
  return [
    {
      type: "AssumptionTracked",
      agent,
      ...(from ? { from: { plan: from.plan, node: from.node } } : {}),
      ...(plan === undefined ? {} : { plan }),
      text,
      about,
      depends,
      ...(check ? { check } : {}),
      ...(confidence === undefined ? {} : { confidence }),
      outcome,
    },
  ];
}

/** What somebody found out about an assumption. [A4] */
export function settle(workspace: Workspace, command: Settle): Settled | Refusal {
  const { assumption: id, supersededBy, verdict, notes, agent } = command;
  const { assumptions } = workspace.speculation;
  const assumption = assumptions.get(id);
  if (!assumption) return { refused: "unknown_assumption", assumption: id };
  if (supersededBy !== undefined && (supersededBy === id || !assumptions.has(supersededBy)))
    return { refused: "unknown_assumption", assumption: supersededBy };
  const { is } = assumption.state;
  if (is !== "active" && !(is === "validated" && verdict !== "validated"))
    return { refused: "assumption_settled", assumption: id, status: is };
  if (verdict === "invalidated") return invalidate(workspace, assumption, notes, agent);
  const tells = assumption.by === agent ? [] : [assumption.by];
  const by = supersededBy === undefined ? {} : { supersededBy };
  return [{ type: "AssumptionSettled", assumption: id, verdict, notes, agent, ...by, tells }];
}

/** What follows from files that have changed. [A5] [A7] */
export function checkAssumptions(workspace: Workspace, plan: Plan, command: Check): Settled | Refusal {
  if (plan.tip !== command.tip) return { refused: "outdated" };
  const outcomes = new Map(command.found.map(({ assumption, outcome }) => [assumption, outcome]));
  const events: (AssumptionEvent | ConflictEvent)[] = [];
  for (const assumption of activeAssumptions(workspace)) {
    if (assumption.plan !== plan.id) continue;
    const check = fileCheck(assumption);
    const outcome = outcomes.get(assumption.id) ?? "open";
    const { held } = assumption.state;
    const why = brokenBy(assumption, outcome);
    if (why !== undefined) events.push(...invalidate(workspace, assumption, why));
    else if (check && outcome === "holds" && !held) events.push({ type: "AssumptionHeld", assumption: assumption.id });
    const holds = check ? outcome === "holds" : assumption.check !== undefined && held;
    if (holds && hasAllLanded(workspace, assumption)) events.push(proven(assumption));
  }
  return events;
}

/** An assumption was wrong: who stands on it hears of it, and it is a conflict unless it is its maker's own affair. [A6] */
export function invalidate(
  workspace: Workspace,
  assumption: Assumption,
  notes: string,
  agent?: AgentName,
): readonly (AssumptionEvent | ConflictEvent)[] {
  const { id, by, from, about } = assumption;
  const affected = impactOf(workspace, [{ kind: "assumption", id }]);
  const { nodes, agents } = concernedBy(workspace, affected);
  const tells = agents.filter((one) => one !== agent);
  const settled: AssumptionEvent = {
    type: "AssumptionSettled",
    assumption: id,
    verdict: "invalidated",
    notes,
    ...(agent === undefined ? {} : { agent }),
    tells,
  };
  const isOwn = (ref: NodeRef) => from !== undefined && nodeKey(ref) === nodeKey(from);
  const others = nodes.length > 0 && nodes.some((ref) => !isOwn(ref));
  const stands =
    others || agents.some((one) => one !== by) || (agent !== by && nodes.some((ref) => isUnderWay(workspace, ref)));
  if (!stands && assumption.depends.length === 0) return [settled];
  const conflict = openConflict(workspace, {
    type: "assumption_invalidation",
    severity: nodes.some((ref) => isUnderWay(workspace, ref)) ? "high" : "medium",
    description: `An assumption about ${about.kind}:${about.id} was wrong: ${notes}`,
    artifacts: [about, ...assumption.depends],
    nodes,
    agents,
    cause: `assumption:${id}`,
  });
  return [settled, ...conflict];
}

/** For an assumption that goes down together with others, in one conflict. */
export function invalidated(
  workspace: Workspace,
  assumption: Assumption,
  notes: string,
): { readonly event: AssumptionEvent; readonly nodes: readonly NodeRef[]; readonly agents: readonly AgentName[] } {
  const concerned = concernedBy(workspace, impactOf(workspace, [{ kind: "assumption", id: assumption.id }]));
  const tells = concerned.agents;
  const event: AssumptionEvent = {
    type: "AssumptionSettled",
    assumption: assumption.id,
    verdict: "invalidated",
    notes,
    tells,
  };
  return { event, ...concerned };
}

function outcomeOf(workspace: Workspace, { check, plan, looked, onTip }: Track): CheckOutcome | Refusal {
  if (!check) return "open";
  if ("contract" in check) {
    if (looked?.contract !== check.contract || !isCurrent(workspace, looked)) return { refused: "outdated" };
    if (check.is === "contract_has" && check.fields.some((field) => !looked.asked.includes(field)))
      return { refused: "outdated" };
    if (looked.at === 0) return "open";
    return checkOutcome(check, new Set(looked.lacks), [...requirements(workspace, check.contract)]);
  }
  const tip = plan === undefined ? undefined : workspace.plans.get(plan)?.tip;
  if (tip === undefined) return { refused: "unknown_plan", plan: plan ?? "" };
  if (onTip?.tip !== tip) return { refused: "outdated" };
  // Somebody may still be about to make it.
  return check.is !== "json_equals" && onTip.outcome === "fails" ? "open" : onTip.outcome;
}

/** Why an open assumption is wrong by its check of files, if it is: what was never there may still come. */
export function brokenBy(assumption: Assumption, outcome: CheckOutcome): string | undefined {
  const check = fileCheck(assumption);
  if (!check || outcome !== "fails" || assumption.state.is !== "active") return undefined;
  return assumption.state.held || check.is === "json_equals" ? wordBroken(check) : undefined;
}

function wordBroken(check: FileCheck): string {
  switch (check.is) {
    case "path_exists":
      return `${check.path} is no longer there.`;
    case "exports":
      return `${check.path} no longer exports ${check.name}.`;
    case "json_equals":
      return `${check.path} does not have the value at ${check.pointer || "its root"}.`;
  }
}

function proven({ id, by }: Assumption): AssumptionEvent {
  const notes = "Its check held when all that stands on it had landed.";
  return { type: "AssumptionSettled", assumption: id, verdict: "validated", notes, tells: [by] };
}

function hasAllLanded(workspace: Workspace, { from, depends }: Assumption): boolean {
  const keys = depends.flatMap(({ kind, id }) => (kind === "node" ? [id] : []));
  const all = from ? [nodeKey(from), ...keys] : keys;
  return all.length > 0 && all.every((key) => hasLanded(workspace, key));
}

/** Nodes of a plan that has landed are not in the state any more. */
function hasLanded(workspace: Workspace, key: string): boolean {
  const [plan = ""] = key.split("/");
  return nodeByKey(workspace, key)?.state.is === "landed" || workspace.plans.get(plan)?.status.is === "landed";
}

function isUnderWay(workspace: Workspace, ref: NodeRef): boolean {
  const node = nodeByKey(workspace, nodeKey(ref));
  return node !== undefined && attemptOf(node) !== undefined;
}
