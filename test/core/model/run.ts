import { expect } from "vitest";
import type { WorkspaceCommand } from "../../../src/core/command.ts";
import { evolve, settled } from "../../../src/core/evolve.ts";
import type { Instant } from "../../../src/core/ids.ts";
import { notHeld } from "../../../src/core/locks/granting.ts";
import { type Done, perform } from "../../../src/core/perform.ts";
import type { Recorded, RequestMark } from "../../../src/core/recorded.ts";
import { isRefusal, type Refusal } from "../../../src/core/refusal.ts";
import { emptyWorkspace, type Workspace } from "../../../src/core/workspace.ts";
import { dump } from "../dump.ts";
import { GroundWatch } from "../ground-watch.ts";
import { holdsTogether, mayHappen } from "../invariants.ts";
import { excludes, neverGranted } from "../queue-oracle.ts";
import { restored } from "../restored.ts";

/** A workspace under test: each command is checked in all its events, its state, its replay and its snapshot. */
export class Run {
  workspace: Workspace = emptyWorkspace();
  now: Instant = 1_000;
  readonly events: Recorded[] = [];
  readonly history: WorkspaceCommand[] = [];
  /** Folds the same events one at a time, as another process would. */
  readonly #shadow: Workspace = emptyWorkspace();
  readonly #grounds = new GroundWatch();
  readonly #epochs = new Map<string, number>();
  #calls = 0;

  do(command: WorkspaceCommand, repeat = false): Done | Refusal {
    const request: RequestMark = { scope: command.type, id: `r${this.#calls}`, input: JSON.stringify(command) };
    this.#calls += 1;
    this.history.push(command);
    const before = dump(this.workspace);
    const done = perform(this.workspace, command, this.now, request);
    if (isRefusal(done)) {
      expect(dump(this.workspace), `a refused ${command.type} changed something`).toBe(before);
      return done;
    }
    this.#check(command, done.events);
    if (repeat && done.events.length > 0) this.#repeat(command, request, done);
    return done;
  }

  #check(command: WorkspaceCommand, events: readonly Recorded[]): void {
    for (const recorded of events) {
      this.events.push(recorded);
      settled(this.#shadow);
      mayHappen(this.#shadow, recorded.event);
      this.#grounds.before(this.#shadow, recorded.event);
      if (command.type === "ClaimResources") this.#overtakesForAReason(command, recorded);
      evolve(this.#shadow, recorded);
    }
    settled(this.#shadow);
    const state = dump(this.workspace);
    expect(dump(this.#shadow), "[D1] another process folds the same state").toBe(state);
    holdsTogether(this.workspace);
    const loaded = restored(this.workspace);
    expect(dump(loaded), "[D1] the snapshot is the state").toBe(state);
    for (const plan of this.workspace.plans.values())
      for (const node of plan.nodes.values()) {
        const key = `${plan.id}/${node.id}`;
        expect(node.attempts, `[N2] the epoch of ${key}`).toBeGreaterThanOrEqual(this.#epochs.get(key) ?? 0);
        this.#epochs.set(key, node.attempts);
      }
  }

  /** [L4] Standing before others is for those who would otherwise wait for themselves. */
  #overtakesForAReason(command: WorkspaceCommand & { type: "ClaimResources" }, { event }: Recorded): void {
    const { locks, settings } = this.#shadow;
    const by = { plan: command.plan, node: command.node, attempt: command.attempt };
    const asked = { id: "t0", by, wants: notHeld(locks, by, command.wants), since: 0, place: Number.POSITIVE_INFINITY };
    const alone = event.type === "ClaimsGranted" && event.ticket === undefined;
    const overtakes =
      alone &&
      locks.queue.some(
        ({ by: other, wants }) =>
          `${other.plan}/${other.node}` !== `${by.plan}/${by.node}` &&
          wants.some((one) => event.claims.some((claim) => excludes(locks, one, claim))),
      );
    const placed = event.type === "ClaimsQueued" && event.before.length > 0;
    if (!overtakes && !placed) return;
    const stuck = neverGranted(locks, settings, [...locks.queue, asked]);
    expect(stuck.length, "[L4] overtakes although nobody would wait for ever").toBeGreaterThan(0);
  }

  #repeat(command: WorkspaceCommand, request: RequestMark, done: Done): void {
    const before = dump(this.workspace);
    const again = perform(this.workspace, command, this.now, request);
    expect(again, "[I1] the repetition tells the same").toEqual({ events: done.events, repeated: true });
    const reused = perform(this.workspace, command, this.now, { ...request, input: "other" });
    expect(reused, "[I1] the id does not stand for something else").toEqual({ refused: "request_id_reused" });
    expect(dump(this.workspace), "[I1] a repetition changes nothing").toBe(before);
  }

  /** Goes on from a snapshot, as a process that has just started. */
  reload(): void {
    this.workspace = restored(this.workspace);
  }

  /** [D1] Folding everything from the start gives the state. */
  replay(): void {
    const fresh = emptyWorkspace();
    for (const recorded of this.events) evolve(fresh, recorded);
    expect(dump(settled(fresh)), "[D1] the whole log folds to the state").toBe(dump(this.workspace));
  }
}
