/**
 * Dependencies that need not have landed before work begins: with the edge `submit` a node begins on the candidate of what it
 * depends on, with `contract` on the integration tip, once the contract it names is ACTIVE. See grounds.ts for what follows.
 *
 * [L9] Between what was handed in and those who may begin on it, claims on paths keep nobody out.
 */
import { type Ground, isOutOfTheWay } from "./grounds.ts";
import type { CommitId, NodeId } from "./ids.ts";
import { nodeKey } from "./ids.ts";
import type { Attempt } from "./lease.ts";
import type { ClaimEvent } from "./locks/claim-events.ts";
import { holdersAgainst } from "./locks/granting.ts";
import { heldBy, type Locks } from "./locks/locks.ts";
import { attemptOf, isOver, type Node } from "./node/node.ts";
import type { Plan } from "./plan/plan.ts";
import type { SoftEdge } from "./plan/spec.ts";
import type { ContractName } from "./speculation/contracts.ts";
import { refOf, type Workspace } from "./workspace.ts";

/** Whether one that a node depends on lets it begin although that has not landed. */
export function opens(workspace: Workspace, plan: Plan, node: Node, before: Node): boolean {
  const edge = edgeTo(node, before.id);
  if (!edge || isOver(before) || isAmongRed(plan, node)) return false;
  if (node.spec.kind !== "work" || node.state.is === "skipped") return false;
  if (edge.edge === "contract") return isSpokenFor(workspace, node, edge.contract);
  // There is one worktree, so only one can be begun on like this.
  const lets = (id: NodeId) => {
    const other = edgeTo(node, id);
    const isOpen = other?.edge === "contract" && !isGone(plan, id) && isSpokenFor(workspace, node, other.contract);
    return id === before.id || isOutOfTheWay(plan, id) || isOpen;
  };
  return candidateOf(before) !== undefined && node.spec.dependsOn.every(lets);
}

/** What who begins on a node now stands on. */
export function groundsFor(workspace: Workspace, plan: Plan, node: Node): readonly Ground[] {
  return (node.spec.soft ?? []).flatMap((edge): readonly Ground[] => {
    const before = plan.nodes.get(edge.node);
    if (!before || isOutOfTheWay(plan, edge.node) || !opens(workspace, plan, node, before)) return [];
    if (edge.edge === "contract") {
      const version = activeVersion(workspace, edge.contract);
      return version === undefined ? [] : [{ ...edge, version }];
    }
    const on = before.state.is === "submitted" ? before.state.submission?.commit : undefined;
    return on === undefined ? [] : [{ ...edge, on }];
  });
}

/** What a worktree of who begins on a node stands on, where that has not landed. */
export function earlyStart(workspace: Workspace, plan: Plan, node: Node): CommitId | undefined {
  const begunOn = groundsFor(workspace, plan, node).find(({ edge }) => edge === "submit");
  const before = begunOn && plan.nodes.get(begunOn.node);
  return before && candidateOf(before);
}

/** The contract that a node waits for before it can begin, because of one that it depends on. */
export function contractAwaited(workspace: Workspace, node: Node, before: Node): ContractName | undefined {
  const edge = edgeTo(node, before.id);
  const isAwaited = edge?.edge === "contract" && !isOver(before) && !isSpokenFor(workspace, node, edge.contract);
  return isAwaited ? edge.contract : undefined;
}

/** Whether what becomes of a node decides who may begin early. */
export function isBeforeSoft(plan: Plan, node: Node): boolean {
  return node.dependents.some((id) => {
    const next = plan.nodes.get(id);
    return next?.spec.soft !== undefined || (next?.state.is === "skipped" && isBeforeSoft(plan, next));
  });
}

/** The nodes that may begin before a node that they depend on has landed. */
export function leanersOf(plan: Plan, node: Node): readonly Node[] {
  return node.dependents.flatMap((id) => {
    const next = plan.nodes.get(id);
    return next && edgeTo(next, node.id) ? [next] : [];
  });
}

/** Whether a node may begin once a contract is there. */
export function namesContract({ spec }: Node, contract: ContractName): boolean {
  return spec.soft?.some((edge) => edge.edge === "contract" && edge.contract === contract) ?? false;
}

/** Who begins on what was handed in is not kept out by what that holds until it lands. [L9] */
export function cede(locks: Locks, plan: Plan): void {
  for (const node of plan.nodes.values()) {
    const leaners = node.state.is === "submitted" ? leanersOf(plan, node) : [];
    const key = nodeKey(refOf(node));
    if (leaners.length > 0) {
      locks.ceded.set(key, new Set(leaners.map((next) => nodeKey(refOf(next)))));
      locks.loosened = true;
    } else locks.ceded.delete(key);
  }
}

/** What those who began on a node have to give back when it goes back to its agent: it was there first. [L9] */
export function givenBack({ locks }: Workspace, plan: Plan, node: Node): readonly ClaimEvent[] {
  const leaners = new Map(leanersOf(plan, node).map((next) => [nodeKey(refOf(next)), next]));
  if (leaners.size === 0) return [];
  const lost = new Map<Attempt, Set<string>>();
  for (const claim of heldBy(locks, refOf(node)))
    for (const { by, pattern } of holdersAgainst(locks, claim, refOf(node))) {
      const next = leaners.get(nodeKey(by));
      const attempt = next && attemptOf(next);
      if (attempt) lost.set(attempt, (lost.get(attempt) ?? new Set()).add(pattern));
    }
  return [...lost].map(([{ plan: of, node: id, attempt }, patterns]) => ({
    type: "ClaimsReleased",
    plan: of,
    node: id,
    attempt,
    patterns: [...patterns],
  }));
}

function edgeTo({ spec }: Node, id: NodeId): SoftEdge | undefined {
  return spec.soft?.find((edge) => edge.node === id);
}

function candidateOf({ state }: Node): CommitId | undefined {
  return state.is === "submitted" && state.submission ? state.candidate?.commit : undefined;
}

/** Nobody begins on a version that is on its way out; who has begun need not stop for that. */
function isSpokenFor(workspace: Workspace, node: Node, contract: ContractName): boolean {
  return attemptOf(node) !== undefined || activeVersion(workspace, contract) !== undefined;
}

function activeVersion({ speculation }: Workspace, name: ContractName): string | undefined {
  return speculation.contracts.get(name)?.versions.find(({ status }) => status === "ACTIVE")?.version;
}

function isGone({ nodes }: Plan, id: NodeId): boolean {
  const node = nodes.get(id);
  return node === undefined || isOver(node);
}

/** Red nodes have ways of their own to let others begin. */
function isAmongRed({ nodes }: Plan, { spec }: Node): boolean {
  const isToFail = (gates: readonly string[] | undefined) => (gates?.length ?? 0) > 0;
  return isToFail(spec.redGates) || spec.dependsOn.some((id) => isToFail(nodes.get(id)?.spec.redGates));
}
