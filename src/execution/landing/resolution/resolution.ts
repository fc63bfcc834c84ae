/** How a conflict was resolved; the labels are told to agents and people. */
export type Label =
  | "whitespace"
  | "layout"
  | "same_change"
  | "keys"
  | "manifest"
  | "version"
  | "lock_file"
  | "changelog"
  | "imports"
  | "list"
  | "adjacent_lines"
  | "words"
  | "entities"
  | "mergiraf"
  | "remembered";

/** A text that a step of the chain made, with the steps that had a part in it. */
export interface Resolution {
  readonly text: string;
  readonly by: readonly Label[];
}

/** Lines that steps made, with the steps. */
export interface ResolvedLines {
  readonly lines: readonly string[];
  readonly by: readonly Label[];
}
