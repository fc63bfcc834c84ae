/**
 * The nodes of a plan that could be handed out, so arranged that asking for one does not look at all of them.
 *
 * They stand in lanes: those that need the same capabilities and were last found behind the same obstacle are one lane.
 * A lane is passed by as a whole while its obstacle is there. Lanes only save looking: which node stands in which lane
 * is no part of the state, and every node may stand in a lane without an obstacle.
 */
import type { Obstacle } from "../locks/obstacle.ts";
import type { Node } from "../node/node.ts";
import { merged, Ranking } from "./ranking.ts";

export interface Lane {
  readonly requires: readonly string[];
  /** What stood in the way of each of its nodes when it was last looked at. */
  readonly behind?: Obstacle;
  readonly nodes: Ranking<Node>;
}

export class ReadyNodes implements Iterable<Node> {
  readonly #lanes = new Map<string, Lane>();
  readonly #laneOf = new Map<Node, string>();

  get size(): number {
    return this.#laneOf.size;
  }

  add(node: Node): void {
    if (!this.#laneOf.has(node)) this.#put(node, undefined);
  }

  /** The node must have the rank it was added with. */
  delete(node: Node): void {
    const key = this.#laneOf.get(node);
    const lane = key === undefined ? undefined : this.#lanes.get(key);
    if (key === undefined || !lane) return;
    if (!lane.nodes.delete(node)) throw new Error(`A ready node whose rank changed: ${node.plan}/${node.id}`);
    this.#laneOf.delete(node);
    if (lane.nodes.size === 0) this.#lanes.delete(key);
  }

  clear(): void {
    this.#lanes.clear();
    this.#laneOf.clear();
  }

  lanes(): readonly Lane[] {
    return [...this.#lanes.values()];
  }

  /** Remembers what stands in a node's way. */
  hinder(node: Node, behind: Obstacle): void {
    this.delete(node);
    this.#put(node, behind);
  }

  /** Forgets what was seen in a node's way, if it stands here: by now it may see more than it did. */
  lookAgainAt(node: Node): void {
    if (!this.#laneOf.has(node)) return;
    this.delete(node);
    this.#put(node, undefined);
  }

  /** Forgets all obstacles, because what they were seen under no longer holds. */
  reconsider(): void {
    const nodes = [...this.#laneOf.keys()];
    this.clear();
    for (const node of nodes) this.add(node);
  }

  /** In order of rank. */
  [Symbol.iterator](): Iterator<Node> {
    return merged(this.lanes().map(({ nodes }) => nodes));
  }

  #put(node: Node, behind: Obstacle | undefined): void {
    const { requires } = node.spec;
    const key = requires.length === 0 && !behind ? "" : JSON.stringify([[...requires].sort(), behind]);
    let lane = this.#lanes.get(key);
    if (!lane) {
      lane = { requires, ...(behind ? { behind } : {}), nodes: new Ranking() };
      this.#lanes.set(key, lane);
    }
    lane.nodes.add(node);
    this.#laneOf.set(node, key);
  }
}
