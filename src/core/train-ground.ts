/** What candidates stand on: the integration tip, or candidates of earlier nodes that are assumed to land first. */
import { restsOn } from "./grounds.ts";
import type { CommitId } from "./ids.ts";
import type { Node } from "./node/node.ts";
import type { Plan } from "./plan/plan.ts";
import { isRed, redsUnder } from "./red-nodes.ts";
import type { Candidate } from "./train.ts";

/** A submitted node of the train with the candidate that it has now. */
export interface Built {
  readonly node: Node;
  readonly candidate: Candidate;
}

export type Waiting = Node & { readonly state: Node["state"] & { is: "submitted" } };

/** The submitted nodes of a train in their order. */
export function waiting(plan: Plan): readonly Waiting[] {
  return plan.train.flatMap((id) => {
    const node = plan.nodes.get(id);
    return node && isSubmitted(node) ? [node] : [];
  });
}

function isSubmitted(node: Node): node is Waiting {
  return node.state.is === "submitted";
}

/**
 * The candidates from the integration tip up to a node's own, oldest first: all that would land with it. Undefined when it has
 * none, or when what it was built on is not there any more.
 */
export function groundOf(plan: Plan, node: Node): readonly Built[] | undefined {
  const own = builtFor(node);
  if (!own) return undefined;
  const before = waiting(plan);
  const ground: Built[] = [own];
  let place = before.findIndex(({ id }) => id === node.id);
  for (let { onto } = own.candidate; onto !== plan.tip; ) {
    place = placeBelow(before, place, onto);
    const below = builtFor(before[place]);
    if (!below || ground.length > before.length) return undefined;
    ground.unshift(below);
    onto = below.candidate.onto;
  }
  return [...unchangedBelow(plan, ground), ...ground];
}

/** What changes nothing is the tip itself, so that no candidate shows it; it lands with what rests on it all the same. */
function unchangedBelow(plan: Plan, ground: readonly Built[]): readonly Built[] {
  const among = new Set(ground.map(({ node }) => node));
  const below = new Set(ground.flatMap(({ node }) => restsOn(plan, node)).filter((one) => !among.has(one)));
  return [...below]
    .flatMap((one) => builtFor(one) ?? [])
    .filter(({ candidate }) => candidate.commit === plan.tip && candidate.onto === plan.tip);
}

/**
 * What a node's candidate stands on when it fails by its own fault alone: the tip, or the candidate of the red node below it, if
 * that stands there itself.
 */
export function footingOf(plan: Plan, node: Node): CommitId | undefined {
  let onto = plan.tip;
  for (const red of redsUnder(plan, node)) {
    const built = builtFor(red);
    if (built?.candidate.onto !== onto) return undefined;
    onto = built.candidate.commit;
  }
  return onto;
}

/** Whether something may be built on a commit for this node: the tip, or a standing candidate of an earlier node. */
export function isGround(plan: Plan, node: Node, onto: CommitId): boolean {
  if (onto === plan.tip) return true;
  const before = waiting(plan);
  const place = before.findIndex(({ id }) => id === node.id);
  const below = before[placeBelow(before, place, onto)];
  return below !== undefined && groundOf(plan, below) !== undefined;
}

/** Whether a node's landing has begun, by itself or with one that stands on it: the branch may hold it already. */
export function isLanding(plan: Plan, node: Node): boolean {
  const begun = waiting(plan).find(({ state }) => state.candidate?.intended);
  if (!begun) return false;
  return begun.id === node.id || (groundOf(plan, begun) ?? []).some((built) => built.node.id === node.id);
}

export function builtFor(node: Node | undefined): Built | undefined {
  return node?.state.is === "submitted" && node.state.candidate ? { node, candidate: node.state.candidate } : undefined;
}

/** Where the node is that another stands on. Red nodes stand wherever those need them who bring them along. */
function placeBelow(nodes: readonly Node[], place: number, onto: CommitId): number {
  const before = findLast(nodes, place, onto);
  if (before >= 0) return before;
  const found = findLast(nodes, nodes.length, onto);
  const [node, below] = [nodes[place], nodes[found]];
  return node && below && node !== below && (isRed(node) || isRed(below)) ? found : -1;
}

/** The nearest node before a place whose candidate is this commit; -1 for none. What merged nothing shares its ground's commit. */
function findLast(nodes: readonly Node[], before: number, commit: CommitId): number {
  for (let i = before - 1; i >= 0; i -= 1) if (builtFor(nodes[i])?.candidate.commit === commit) return i;
  return -1;
}
