import type { AgentName, NodeRef, Position } from "./ids.ts";

export type KnowledgeEvent = {
  readonly type: "KnowledgeShared";
  readonly agent: AgentName;
  readonly from?: NodeRef;
  readonly topic: string;
  readonly text: string;
  readonly paths: readonly string[];
};

/** What an agent learned, for those who come after; the text stays in the log. */
export interface Knowledge {
  readonly id: string;
  readonly at: Position;
  readonly agent: AgentName;
  readonly topic: string;
  readonly paths: readonly string[];
  readonly from?: NodeRef;
}
