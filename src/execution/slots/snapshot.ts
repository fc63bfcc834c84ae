import type { SlotDamage } from "./slot-broken.ts";

/** A path of the slot that differs from the base. */
export interface SlotChange {
  readonly path: string;
  readonly status: "A" | "M" | "D" | "T";
  readonly oldMode: string;
  readonly newMode: string;
}

/** A path that git could not read, in git's words. */
export interface Unreadable {
  readonly path: string;
  readonly problem: string;
}

/** The content of a slot, or that its folder is gone. */
export type SnapshotResult = Snapshot | { readonly is: "gone"; readonly damage: SlotDamage };

/** The exact non-ignored content of a slot at one moment, compared with its base. */
export interface Snapshot {
  readonly is: "snapshot";
  readonly tree: string;
  /** By path; a rename is a D and an A. */
  readonly changes: readonly SlotChange[];
  /** Changed files that hold conflict markers which the base does not hold. */
  readonly markers: readonly string[];
  readonly unreadable: readonly Unreadable[];
  /** Folders with a repository of their own, which the tree leaves out (or holds as the gitlink they are in the base). */
  readonly nested: readonly string[];
  /** The commit the agent moved HEAD to; undefined when HEAD still is the base. */
  readonly head: string | undefined;
  /** Stash entries made on a commit of this slot since it was prepared. */
  readonly stash: readonly string[];
  /** What is wrong with the slot although its files could be read. */
  readonly damage: SlotDamage | undefined;
}
