import type { AgentName, Instant } from "./ids.ts";

/** News for one agent; it comes with its next replies until a later call shows that it has been read. */
export interface Notice {
  /** Made from the event's position, so that everybody who folds the log makes the same. */
  readonly id: string;
  readonly kind: NoticeKind;
  readonly at: Instant;
  /** What it is about, `<plan>/<node>`; of several with the same kind and subject only the newest counts. */
  readonly about: string;
  readonly from?: AgentName;
  /** Facts that go into the sentence, which is worded in one place for all tools. */
  readonly facts: Readonly<Record<string, string>>;
}

export type NoticeKind =
  | "landed"
  | "rework"
  | "claims_granted"
  | "claim_refused"
  | "fenced"
  | "cancelled"
  | "node_changed"
  | "watched_path_landed"
  | "plan_paused"
  | "plan_resumed"
  | "sync_failed";

/** An agent that never reads must not make the state grow. */
const mostKept = 100;

/** Adds news, replacing older news of the same kind on the same subject. */
export function addNotice(notices: Notice[], notice: Notice): void {
  const older = notices.findIndex(({ kind, about }) => kind === notice.kind && about === notice.about);
  if (older >= 0) notices.splice(older, 1);
  notices.push(notice);
  if (notices.length > mostKept) notices.shift();
}

/** The news after a cursor: those that no later call has acknowledged. */
export function unread(notices: readonly Notice[], after: number): readonly Notice[] {
  return notices.filter(({ id }) => positionOf(id) > after);
}

export function positionOf(noticeId: string): number {
  return Number(noticeId.slice(1));
}
