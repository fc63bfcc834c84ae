import type { Git } from "../git/runner.ts";
import type { ParkRequest, ParkedSlot } from "./park.ts";
import type { PreparedSlot, PrepareRequest } from "./prepare.ts";
import type { SnapshotResult } from "./snapshot.ts";

/** What the pool of a repository's slots needs to know. */
export interface SlotsOptions {
  readonly git: Git;
  /** The user's checkout that ignored files are copied and linked from; undefined for a bare repository. */
  readonly root: string | undefined;
  /** Absolute folder for slots; `defaultSlotFolder` chooses when absent. */
  readonly folder?: string;
  /** Folders below the root that every new slot links to instead of having its own. */
  readonly link?: readonly string[];
  /** Runs when a slot is new or when one of `setupWhen`'s files differs from when it last ran. */
  readonly setup?: (slot: { readonly name: string; readonly path: string }) => Promise<void>;
  /** Files whose content decides whether setup runs again. */
  readonly setupWhen?: readonly string[];
}

/** A slot of this repository as git registers it. */
export interface Slot {
  readonly name: string;
  readonly path: string;
  readonly head: string | undefined;
}

/** The pool: every operation may be killed between any two steps and run again. */
export interface Slots {
  readonly folder: string;
  pathOf(name: string): string;
  /** Makes or reuses a slot; throws SlotBroken when what is there cannot be trusted. [G4] */
  prepare(request: PrepareRequest): Promise<PreparedSlot>;
  /** Writes the slot's non-ignored content as a tree, changing nothing in it. [G2] */
  snapshot(request: { readonly name: string; readonly base: string }): Promise<SnapshotResult>;
  /** Makes whatever is in the slot reachable from refs and names the rest. [G3] */
  park(request: ParkRequest): Promise<ParkedSlot>;
  /** Deletes the slot if its content is `unlessChangedFrom` (a tree), or in any case with `force` after parking. */
  remove(request: {
    readonly name: string;
    readonly base: string;
    readonly unlessChangedFrom?: string;
    readonly force?: boolean;
  }): Promise<{ readonly removed: true } | { readonly removed: false; readonly because: "changed" | "unreadable" }>;
  list(): Promise<readonly Slot[]>;
}

/** The pool of slots of a repository. */
export function createSlots(options: SlotsOptions): Slots {
  throw new Error(`not built: ${options}`);
}
