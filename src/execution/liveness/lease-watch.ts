import type { Instant } from "../../core/ids.ts";
import { isSuspect } from "../../core/lease.ts";
import { dueAttempts, fenceReason } from "../../core/lease-keeping.ts";
import { type Node, workedOn } from "../../core/node/node.ts";
import { refOf, type Workspace } from "../../core/workspace.ts";
import { parkAttempt } from "../handing-in.ts";
import type { Hands } from "../hands.ts";

/** So long nobody may have been listening before everybody gets a fresh lease: half a lease, within these bounds. */
const gapBoundsMs = { least: 2_000, most: 10_000 };

/** Looks after leases for the steward: renews for signs of life, ends what was silent for too long. */
export class LeaseWatch {
  readonly #hands: Hands;
  /** What a slot held when it was last looked at, by attempt. */
  readonly #seen = new Map<string, string>();
  #lastWall: Instant | undefined;
  #lastSteady = 0;

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  /** `lastBeat` is when a steward was last heard of before this look. */
  async look(lastBeat: Instant | undefined): Promise<void> {
    const { manager } = this.#hands;
    if (this.#wasAway(lastBeat)) {
      await manager.execute({ type: "RefreshLeases" });
      return;
    }
    manager.workspace.now = Math.max(manager.workspace.now, this.#hands.clock.now());
    for (const { node, clientMayExtend } of [...dueAttempts(manager.workspace)])
      await this.#lookAt(node, clientMayExtend);
    await this.#dropStarvation();
  }

  /** A restart, a sleeping machine, or a clock that was set forward: the silence proves nothing about anybody. */
  #wasAway(lastBeat: Instant | undefined): boolean {
    const { ttl } = this.#hands.manager.workspace.settings.leases;
    const longestGapMs = Math.min(gapBoundsMs.most, Math.max(gapBoundsMs.least, ttl / 2));
    const wall = this.#hands.clock.now();
    const steady = this.#hands.clock.steady();
    const jumped = this.#lastWall !== undefined && wall - this.#lastWall - (steady - this.#lastSteady) > longestGapMs;
    const paused = this.#lastWall !== undefined && steady - this.#lastSteady > longestGapMs;
    const unheard = lastBeat === undefined ? this.#lastWall === undefined : wall - lastBeat > longestGapMs;
    this.#lastWall = wall;
    this.#lastSteady = steady;
    return jumped || paused || unheard;
  }

  async #lookAt(node: Node, clientMayExtend: boolean): Promise<void> {
    const attempt = workedOn(node);
    if (!attempt) return;
    const { manager } = this.#hands;
    const by = { ...refOf(node), attempt: attempt.attempt };
    if (clientMayExtend && node.state.is === "leased" && this.#hands.liveness(attempt.process) === "runs") {
      await manager.execute({ type: "RenewLease", ...by, by: "client" });
      return;
    }
    const workspace = this.#workspaceNow();
    const due = fenceReason(node, workspace);
    if (!this.#seen.has(keyOf(attempt)) || due || isSuspect(attempt, workspace.now)) {
      if (await this.#filesChanged(node)) {
        await manager.execute({ type: "RenewLease", ...by, by: "files" });
        return;
      }
    }
    if (!due) return;
    const judgedUntil = attempt.until;
    const parked = await parkAttempt(this.#hands, node);
    await manager.execute({
      type: "FenceAttempt",
      ...by,
      judgedUntil,
      ...(parked?.work ? { parked: parked.work } : {}),
      leftOut: parked?.leftOut ?? [],
    });
    this.#seen.delete(keyOf(attempt));
  }

  /** The state at this moment; what was last committed may be long ago. */
  #workspaceNow(): Workspace {
    const { manager, clock } = this.#hands;
    return { ...manager.workspace, now: Math.max(manager.workspace.now, clock.now()) };
  }

  /** Whether the slot holds something else than at the last look; the first look only remembers. */
  async #filesChanged(node: Node): Promise<boolean> {
    const attempt = workedOn(node);
    if (!attempt?.slotReady) return false;
    const found = await this.#hands.slots.snapshot({ name: attempt.slot, base: attempt.base });
    if (found.is === "gone") return false;
    const before = this.#seen.get(keyOf(attempt));
    this.#seen.set(keyOf(attempt), found.tree);
    return before !== undefined && before !== found.tree;
  }

  /** A place in the queue that nobody came for during a whole lease holds up others for nothing. */
  async #dropStarvation(): Promise<void> {
    const { manager } = this.#hands;
    const { locks, settings, now } = this.#workspaceNow();
    for (const ticket of locks.queue.filter(({ by, since }) => by.attempt === 0 && now - since > settings.leases.ttl))
      await manager.execute({ type: "DropStarvation", plan: ticket.by.plan, node: ticket.by.node });
  }
}

function keyOf({ plan, node, attempt }: { plan: string; node: string; attempt: number }): string {
  return `${plan}/${node}/${attempt}`;
}
