/**
 * Who is still there.
 *
 * [V1] A lease runs only while an agent is expected to act; it ends silently only after its grace, and not while the
 *      agent's calls, its files or (for a bounded time) its client process show life.
 * [V2] After a time in which nobody could be heard, everybody gets one fresh lease before anyone is judged.
 */
import type { AttemptRef, Instant, ProcessId } from "./ids.ts";
import { clientMayExtend, isOverdue, isSuspect, type LeaseEvent, type SignOfLife, worthRenewing } from "./lease.ts";
import { type Node, workedOn } from "./node/node.ts";
import type { FenceReason, NodeEvent, ParkedWork } from "./node/node-events.ts";
import type { Refusal } from "./refusal.ts";
import { findNode, type Workspace } from "./workspace.ts";

export type LeaseCommand =
  | (AttemptRef & { readonly type: "RenewLease"; readonly by: SignOfLife; readonly process?: ProcessId })
  | { readonly type: "RefreshLeases" }
  | (AttemptRef & {
      readonly type: "FenceAttempt";
      /** The end of the lease that was judged; renewed since, the judgement no longer stands. */
      readonly judgedUntil: Instant;
      readonly parked?: ParkedWork;
      readonly leftOut: readonly string[];
    });

export function renew(workspace: Workspace, command: LeaseCommand & { type: "RenewLease" }): readonly LeaseEvent[] {
  const attempt = liveAttempt(workspace, command);
  if (!attempt) return [];
  const { plan, node, process, by } = command;
  const { now, settings } = workspace;
  const found = findNode(workspace, plan, node);
  const untouched = found !== undefined && isUntouched(found);
  if (by === "client" && (untouched || !clientMayExtend(attempt, now, settings.leases))) return [];
  const moved = process !== undefined && process !== attempt.process;
  if (!moved && !untouched && !worthRenewing(attempt, now, settings.leases)) return [];
  const until = now + settings.leases.ttl;
  return [{ type: "LeaseRenewed", plan, node, attempt: attempt.attempt, until, by, ...(process ? { process } : {}) }];
}

export function refreshAll(workspace: Workspace): readonly LeaseEvent[] {
  const someone = worked(workspace).next();
  return someone.done ? [] : [{ type: "LeasesRefreshed", until: workspace.now + workspace.settings.leases.ttl }];
}

/** Ends an attempt that was not heard of; its work has been parked before. */
export function fence(
  workspace: Workspace,
  command: LeaseCommand & { type: "FenceAttempt" },
): readonly NodeEvent[] | Refusal {
  const attempt = liveAttempt(workspace, command);
  const node = findNode(workspace, command.plan, command.node);
  if (!attempt || !node || attempt.until !== command.judgedUntil) return { refused: "outdated" };
  const why = fenceReason(node, workspace);
  if (!why) return { refused: "outdated" };
  const { plan, attempt: number, parked, leftOut } = command;
  const by = { plan, node: node.id, attempt: number };
  const kept: readonly NodeEvent[] = parked ? [{ type: "WorkParked", ...by, parked, leftOut }] : [];
  return [...kept, { type: "AttemptFenced", ...by, why, ...(parked ? { parked } : {}) }];
}

/** Why an attempt's time is up, or nothing while it is not. Rework is kept for its agent for one lease only. */
export function fenceReason(node: Node, workspace: Workspace): FenceReason | undefined {
  const attempt = workedOn(node);
  if (!attempt) return undefined;
  const { now, settings } = workspace;
  if (isOverdue(attempt, now, settings.leases)) return "silent";
  return isUntouched(node) && isSuspect(attempt, now) ? "unreserved" : undefined;
}

/** Whether the agent whose work came back has not been heard of since. */
function isUntouched(node: Node): boolean {
  return node.state.is === "rework" && node.state.attempt.lastSeen <= node.state.since;
}

/** Attempts whose lease is over or nearly so, for the steward to look after. */
export function* dueAttempts(
  workspace: Workspace,
): Generator<{ readonly node: Node; readonly clientMayExtend: boolean }> {
  for (const node of worked(workspace)) {
    const attempt = workedOn(node);
    if (!attempt || !worthRenewing(attempt, workspace.now, workspace.settings.leases)) continue;
    yield { node, clientMayExtend: clientMayExtend(attempt, workspace.now, workspace.settings.leases) };
  }
}

/** The nodes that agents are expected to act on. */
export function* worked(workspace: Workspace): Generator<Node> {
  for (const agent of workspace.agents.values()) {
    for (const key of agent.nodes) {
      const [plan = "", id = ""] = key.split("/");
      const node = findNode(workspace, plan, id);
      if (node && workedOn(node)?.agent === agent.name) yield node;
    }
  }
}

function liveAttempt(workspace: Workspace, { plan, node, attempt }: AttemptRef) {
  const found = findNode(workspace, plan, node);
  const live = found ? workedOn(found) : undefined;
  return live?.attempt === attempt ? live : undefined;
}
