import { toSections } from "../../core/snapshot.ts";
import type { Hands } from "../hands.ts";

const fewestEvents = 1_000;

/** Writes the state down now and then, outside of any transaction, so that a new process need not fold the whole log. */
export class SnapshotWriter {
  readonly #hands: Hands;
  #written: ReadonlyMap<string, string> = new Map();
  #position: number | undefined;

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  async writeIfDue(): Promise<void> {
    const { manager } = this.#hands;
    const { workspace, log, stream } = manager;
    this.#position ??= (await log.readSnapshot(stream))?.position ?? 0;
    const nodes = [...workspace.plans.values()].reduce((sum, plan) => sum + plan.nodes.size, 0);
    if (workspace.position - this.#position < Math.max(fewestEvents, nodes / 10)) return;
    const { position } = workspace;
    const sections = toSections(workspace);
    const changed = new Map<string, string | null>();
    for (const [name, text] of sections) if (this.#written.get(name) !== text) changed.set(name, text);
    for (const name of this.#written.keys()) if (!sections.has(name)) changed.set(name, null);
    await log.writeSnapshot(stream, { position, sections: changed });
    this.#written = sections;
    this.#position = position;
  }
}
