import type { SlotDamage } from "./slot-broken.ts";
import type { Unreadable } from "./snapshot.ts";

/** What to park, and where. */
export interface ParkRequest {
  readonly name: string;
  readonly base: string;
  /** Like `refs/interlock/parked/<plan>/<node>/<attempt>`. */
  readonly refPrefix: string;
  readonly message?: string;
}

/** A further ref made while parking: commits of the agent, stash entries, nested repositories. */
export interface ExtraRef {
  readonly ref: string;
  readonly oid: string;
  readonly what: "commits" | "stash" | "nested";
  /** The nested repository's folder. */
  readonly path?: string;
}

/** Parked work, or that there was no folder to park. */
export type ParkedSlot =
  | { readonly is: "gone"; readonly damage: SlotDamage; readonly extraRefs: readonly ExtraRef[] }
  | {
      readonly is: "parked";
      readonly ref: string;
      readonly commit: string;
      readonly tree: string;
      readonly extraRefs: readonly ExtraRef[];
      /** What no ref holds: the slot must be quarantined while this is not empty. */
      readonly leftOut: readonly Unreadable[];
      readonly damage: SlotDamage | undefined;
    };
