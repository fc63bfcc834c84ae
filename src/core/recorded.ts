import type { WorkspaceEvent } from "./event.ts";
import type { Instant, Position } from "./ids.ts";

/** Names one call of a client, so that its repetition is known: the same scope and id never act twice. */
export interface RequestMark {
  /** The tool and the agent (or the workspace) within which the id is unique. */
  readonly scope: string;
  readonly id: string;
  /** A digest of the input, to tell a repetition from a reuse of the id. */
  readonly input: string;
}

/** An event as it stands in the log. */
export interface Recorded {
  readonly position: Position;
  readonly at: Instant;
  readonly event: WorkspaceEvent;
  readonly request?: RequestMark;
}

/** An event about to be appended; its position follows from where it lands. */
export type Pending = Omit<Recorded, "position">;
