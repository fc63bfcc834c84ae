/** A node of the demo's plan together with what an agent does for it. */
export interface NodeScript {
  readonly id: string;
  readonly title: string;
  readonly instructions: string;
  readonly kind?: "sync";
  readonly depends_on?: readonly string[];
  readonly writes?: readonly string[];
  readonly edits?: readonly string[];
  readonly estimate_minutes?: number;
  readonly steps: readonly Step[];
}

/** One thing that an agent does. Each can be done again without harm, because whoever takes a node over begins at the top. */
export type Step = Change | Pause;

/** What changes files. */
export type Change =
  /** Writes a whole file; `hasty` is what it holds until a gate has failed on it. */
  | { readonly do: "write"; readonly path: string; readonly text: string; readonly hasty?: string }
  /** Adds a line below another one. */
  | { readonly do: "add"; readonly path: string; readonly line: string; readonly below: string }
  | { readonly do: "replace"; readonly path: string; readonly text: string; readonly with: string };

/** What takes time, or has to do with others. */
export type Pause =
  /** Stands for the time in which a model would think. */
  | { readonly do: "think"; readonly about: string; readonly seconds: number }
  /** Asks for a path that the node did not name, and waits until it is free. */
  | { readonly do: "claim"; readonly path: string }
  /** Goes on once somebody else has begun a node, holds a path, or waits for one; without them after a while. */
  | { readonly do: "meet"; readonly worksOn: string }
  | { readonly do: "meet"; readonly holds: string }
  | { readonly do: "meet"; readonly waitsFor: string }
  /** Half of the node is written. */
  | { readonly do: "half" };
