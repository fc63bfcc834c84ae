/** What a slot should hold. */
export interface PrepareRequest {
  /** An id; a name is never used again after its slot was quarantined. */
  readonly name: string;
  /** The commit that HEAD and index stand on. */
  readonly base: string;
  /** A tree to check out instead of the base's: its difference shows as uncommitted changes. */
  readonly content?: string;
  /** Whether the slot may be made when there is none. */
  readonly fresh: boolean;
  /** Patterns of ignored files that survive a reuse, like `node_modules`. */
  readonly keep: readonly string[];
}

/** A slot that is ready, and what was done for it. */
export interface PreparedSlot {
  readonly path: string;
  readonly isNew: boolean;
  readonly ranSetup: boolean;
}
