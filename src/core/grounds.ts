/**
 * What an attempt stands on that had not landed when it began: what was handed in for a node, or the version of a contract that
 * speaks for a node. Until that node has landed the work is speculative.
 *
 * [T12] Speculative work lands only after what it stands on, and not as it is when that came back or was broken since.
 */
import type { CommitId, NodeId } from "./ids.ts";
import { attemptOf, type Node, satisfies } from "./node/node.ts";
import type { GroundChanged, NodeEvent } from "./node/node-events.ts";
import type { Plan } from "./plan/plan.ts";
import { type Contract, type ContractEvent, type ContractName, inForce } from "./speculation/contracts.ts";
import type { Workspace } from "./workspace.ts";

export type Ground = NodeGround | ContractGround;

interface OfNode {
  /** What has to land before whatever stands on this. */
  readonly node: NodeId;
  /** Set when it came back or was broken: what was made of it has to be looked at again. */
  readonly lost?: true;
}

export interface NodeGround extends OfNode {
  readonly edge: "submit";
  /** What had been handed in there. */
  readonly on: CommitId;
}

export interface ContractGround extends OfNode {
  readonly edge: "contract";
  readonly contract: ContractName;
  readonly version: string;
}

/** What the work on a node stands on, whoever does it. */
export function groundsOf(node: Node): readonly Ground[] {
  return attemptOf(node)?.grounds ?? [];
}

/** What the work on a node stands on and has not landed yet: as long as there is something, it is speculative. */
export function standingOn(plan: Plan, node: Node): readonly Ground[] {
  return groundsOf(node).filter((ground) => !isOutOfTheWay(plan, ground.node));
}

/** What a node has to land after, or together with. Red nodes see to that by themselves. */
export function restsOn(plan: Plan, node: Node): readonly Node[] {
  const begunOn = groundsOf(node).flatMap(({ edge, node: id, lost }) => (edge === "submit" && !lost ? [id] : []));
  return [...new Set([...(node.spec.soft ?? []).map((edge) => edge.node), ...begunOn])].flatMap((id) => {
    const before = plan.nodes.get(id);
    return !before || isOutOfTheWay(plan, id) || before.spec.redGates?.length ? [] : [before];
  });
}

/** What a node that was handed in waits for before it can be merged: all that it rests on stands before it in the train. */
export function missingGround(plan: Plan, node: Node): readonly NodeId[] {
  const place = plan.train.indexOf(node.id);
  return restsOn(plan, node).flatMap(({ id }) => {
    const before = plan.train.indexOf(id);
    return before >= 0 && before < place && !hasLostGround(node) ? [] : [id];
  });
}

export function hasLostGround(node: Node): boolean {
  return groundsOf(node).some(({ lost }) => lost);
}

/** Whether its agent has to look at it again, and can: what it was begun on has landed otherwise, or a contract was broken. */
export function isStale(plan: Plan, node: Node): boolean {
  return (
    hasLostGround(node) &&
    groundsOf(node).every(
      ({ edge, node: id }) => edge === "contract" || isOutOfTheWay(plan, id) || !node.spec.dependsOn.includes(id),
    )
  );
}

/** Why a stale node goes back. */
export function groundChanged({ speculation }: Workspace, node: Node): GroundChanged {
  const lost = groundsOf(node).filter((ground) => ground.lost);
  const contracts = lost.flatMap((ground) => {
    if (ground.edge !== "contract") return [];
    const { contract, version } = ground;
    return [{ contract, from: version, to: inForce(speculation.contracts.get(contract))?.version ?? version }];
  });
  return {
    reason: "ground_changed",
    nodes: lost.flatMap((ground) => (ground.edge === "submit" ? [ground.node] : [])),
    ...(contracts.length > 0 ? { contracts } : {}),
  };
}

/** What an attempt stands on once its node came back to it: what it has seen by then is its own to look after. */
export function groundsAfter(
  plan: Plan,
  node: Node,
  { why, base }: NodeEvent & { type: "NodeReturned" },
): readonly Ground[] {
  const hasSeenTip = node.state.is === "submitted" && node.state.submission?.base !== base;
  const isTold = why.reason === "ground_changed";
  const moved = isTold ? (why.contracts ?? []) : [];
  const left = groundsOf(node).flatMap((ground): readonly Ground[] => {
    if (ground.edge === "submit") {
      const isSeen = isTold ? ground.lost : hasSeenTip && isOutOfTheWay(plan, ground.node);
      return isSeen ? [] : [ground];
    }
    const { lost: _, ...kept } = ground;
    const to = moved.find(({ contract }) => contract === ground.contract)?.to;
    return [to === undefined ? ground : { ...kept, version: to }];
  });
  return left.filter((ground, at) => left.findIndex((one) => isSame(one, ground)) === at);
}

/** Whether a node that leaves the train takes the ground from what was begun on it. */
export function isTakenBy(node: Node, ground: Ground): boolean {
  return ground.edge === "submit" && ground.node === node.id;
}

/** Whether a version that comes into force is not what those had in mind who began on another one. */
export function isBrokenBy(contract: Contract | undefined, event: ContractEvent, ground: Ground): boolean {
  if (ground.edge !== "contract" || ground.contract !== event.contract) return false;
  if (event.type !== "ContractActivated" && !(event.type === "ContractPublished" && event.status === "ACTIVE"))
    return false;
  const isGone = inForce(contract)?.status === "DEPRECATED";
  const isHarmless = event.change === "compatible" || event.change === "initial";
  return event.version !== ground.version && (isGone || !isHarmless);
}

/** Notes for everything made on some ground, whoever has it, that this is lost. */
export function loseGround(plan: Plan, picks: (ground: Ground) => boolean): void {
  const mark = <G extends Ground>(ground: G): G => (picks(ground) ? { ...ground, lost: true } : ground);
  for (const node of plan.nodes.values()) {
    for (const attempt of [attemptOf(node), node.late?.attempt])
      if (attempt?.grounds) attempt.grounds = attempt.grounds.map(mark);
    // What came of contracts since is seen when somebody takes the work over: it is no matter of the plan alone.
    if (node.parkedOn)
      node.parkedOn = node.parkedOn.map((ground) => (ground.edge === "submit" ? mark(ground) : ground));
  }
}

/** An attempt ends: what it leaves was made on this. */
export function leaveGrounds(node: Node, grounds: readonly Ground[] | undefined): void {
  if (!grounds) return;
  const left = grounds.map((ground): Ground => {
    const { lost: _, ...contract } = ground;
    return contract.edge === "contract" ? contract : ground;
  });
  const others = (node.parkedOn ?? []).filter((old) => !left.some((one) => isSame(one, old)));
  node.parkedOn = [...others, ...left];
}

/** What somebody stands on who goes on with work that was kept, besides what the attempt itself began on. */
export function takeOver({ speculation }: Workspace, node: Node, own: readonly Ground[]): readonly Ground[] {
  const kept = (node.parkedOn ?? []).map((ground): Ground => {
    if (ground.edge === "submit") return ground;
    const isThere = inForce(speculation.contracts.get(ground.contract))?.version === ground.version;
    return isThere ? ground : { ...ground, lost: true };
  });
  return [...own, ...kept.filter((ground) => !own.some((one) => isSame(one, ground) && !ground.lost))];
}

function isSame(one: Ground, other: Ground): boolean {
  if (one.edge === "submit") return other.edge === "submit" && one.node === other.node && one.on === other.on;
  return other.edge === "contract" && one.contract === other.contract && one.version === other.version;
}

/** Whether nothing has to be waited for any more: it has landed, or is left out. */
export function isOutOfTheWay(plan: Plan, id: NodeId): boolean {
  const node = plan.nodes.get(id);
  if (!node) return false;
  if (node.state.is === "skipped") return node.spec.dependsOn.every((before) => isOutOfTheWay(plan, before));
  return satisfies(node);
}
