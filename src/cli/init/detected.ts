/** A check that the repository already has, as a gate. */
export interface DetectedGate {
  readonly name: string;
  readonly run: string;
  /** The file that told. */
  readonly from: string;
}

/** How a fresh worktree becomes ready to build. */
export interface DetectedSetup {
  readonly run: string;
  /** The lock files whose change makes it run again. */
  readonly when: readonly string[];
  /** Ignored folders that are worth keeping from one node to the next. */
  readonly keep: readonly string[];
}

/** The files of the repository's top folder, as far as detection needs them. */
export interface TopFolder {
  has(name: string): boolean;
  /** The content of a file, or nothing if it cannot be read. */
  read(name: string): string | undefined;
}
