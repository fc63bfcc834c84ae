import type { WorkspaceEvent } from "../../src/core/event.ts";
import type { Workspace } from "../../src/core/workspace.ts";
import { missing, tokensIn } from "./tokens.ts";
import type { World } from "./world.ts";

/** [G3] [X3] What was in a slot when an attempt ended or came back is reachable from a ref before the slot is used again. */
export class SlotWatch {
  readonly #world: World;
  readonly #shadow: Workspace;
  /** What agents had written into each slot, at the moment from which it has to be kept. */
  readonly #owed = new Map<string, ReadonlySet<string>>();
  #held: ReadonlyMap<string, string> = new Map();

  constructor(world: World, shadow: Workspace) {
    this.#world = world;
    this.#shadow = shadow;
    world.disk.onLoss = (name) => this.#onLoss(name);
  }

  /** Before an event counts: what a node that comes back has in its slot is kept too. */
  before(event: WorkspaceEvent): void {
    if (event.type === "NodeReturned") {
      const state = this.#shadow.plans.get(event.plan)?.nodes.get(event.node)?.state;
      if (state?.is === "submitted" && state.attempt) this.#owe(state.attempt.slot);
    } else if (event.type === "SlotFreed") this.#check(event.slot);
  }

  /** After events: the attempts whose slots are no longer theirs have ended. */
  look(): void {
    const held = new Map<string, string>();
    for (const [name, state] of this.#shadow.slots.byName)
      if (state.is === "held") held.set(name, `${state.by.plan}/${state.by.node}/${state.by.attempt}`);
    for (const [name, by] of this.#held) if (held.get(name) !== by) this.#owe(name);
    this.#held = held;
  }

  /** Its agent deleted it. */
  forget(name: string): void {
    this.#owed.delete(name);
  }

  #owe(name: string): void {
    const files = this.#world.disk.files(name);
    if (files) this.#owed.set(name, tokensIn(files));
  }

  #onLoss(name: string): void {
    this.#check(name);
    this.#owed.delete(name);
  }

  #check(name: string): void {
    const owed = this.#owed.get(name);
    if (!owed || owed.size === 0) return;
    this.#world.count("content of a slot looked for on refs");
    const lost = missing(owed, this.#reachable());
    if (lost.length > 0) this.#world.breaks(`[G3] ${name} held ${lost.join("; ")}, which no ref has`);
  }

  #reachable(): ReadonlySet<string> {
    const { repository } = this.#world;
    const seen = new Set(repository.refs.values());
    for (const commit of seen) for (const parent of repository.commit(commit)?.parents ?? []) seen.add(parent);
    const blobs = new Set<string>();
    for (const commit of seen)
      for (const [path, blob] of repository.entries(commit) ?? []) blobs.add(`${blob} ${path}`);
    const found = new Set<string>();
    for (const one of blobs) {
      const [blob = "", path = ""] = one.split(" ");
      for (const token of tokensIn(new Map([[path, repository.blob(blob) ?? ""]]))) found.add(token);
    }
    return found;
  }
}
