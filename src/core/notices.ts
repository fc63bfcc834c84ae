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
  | "sync_failed"
  | "clash"
  | "clash_cleared"
  | "conflict"
  | "contract"
  | "conflict_resolved"
  | "converge"
  | "converged"
  | "rework_ordered"
  | "assumption"
  | "artifact";

/** An agent that never reads must not make the state grow. */
const mostKept = 100;

/** The news of one agent, oldest first, by kind and subject. */
export type Notices = Map<string, Notice>;

/** News that makes older news on the same subject pointless. */
const outdates: Partial<Record<NoticeKind, NoticeKind>> = {
  clash: "clash_cleared",
  clash_cleared: "clash",
  conflict_resolved: "conflict",
  converged: "converge",
};

/** Adds news, replacing older news of the same kind, or of what is no longer so, on the same subject. */
export function addNotice(notices: Notices, notice: Notice): void {
  const key = `${notice.kind} ${notice.about}`;
  notices.delete(key);
  const outdated = outdates[notice.kind];
  if (outdated) notices.delete(`${outdated} ${notice.about}`);
  notices.set(key, notice);
  if (notices.size <= mostKept) return;
  for (const oldest of notices.keys()) {
    notices.delete(oldest);
    return;
  }
}

/** The news in a list of them, as `addNotice` keeps them. */
export function noticesFrom(list: readonly Notice[]): Notices {
  const notices: Notices = new Map();
  for (const notice of list) addNotice(notices, notice);
  return notices;
}

/** The news after a cursor: those that no later call has acknowledged. */
export function unread(notices: Notices, after: number): readonly Notice[] {
  return [...notices.values()].filter(({ id }) => positionOf(id) > after);
}

/** Whether others wait for what its reader has to say. */
export function asksSomething({ kind }: Notice): boolean {
  return kind === "converge" || kind === "conflict";
}

export function positionOf(noticeId: string): number {
  return Number(noticeId.slice(1));
}
