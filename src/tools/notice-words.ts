import type { Notice } from "../core/notices.ts";
import type { NoticeReply } from "./reply.ts";
import { timeText } from "./time-text.ts";

/** A notice as agents see it; what it is about and its facts stay fields, because others may have chosen their text. */
export function noticeFacts(notice: Notice): NoticeReply {
  const facts = Object.fromEntries(Object.entries(notice.facts).filter(([, value]) => value !== ""));
  return {
    id: notice.id,
    kind: notice.kind,
    ...(notice.from === undefined ? {} : { from: notice.from }),
    say: sentenceFor(notice),
    about: notice.about,
    ...(Object.keys(facts).length > 0 ? { facts } : {}),
    at: timeText(notice.at),
  };
}

function sentenceFor({ kind, facts }: Notice): string {
  switch (kind) {
    case "landed":
      return "Your node landed on the integration branch.";
    case "rework":
      if (facts["reason"] === "withdrawn")
        return "Your node was taken out of the train and is yours again. Call complete_node with its lease to see why, then complete it again.";
      return facts["reason"] === "conflict"
        ? "Your node conflicts with what landed meanwhile. Call complete_node with its lease to see where, resolve it in its worktree, and complete it again."
        : "Your node did not pass. Call complete_node with its lease to see why, correct it in its worktree, and complete it again.";
    case "claims_granted":
      return "What you waited for is yours now.";
    case "claim_refused":
      return "What you waited for would have been a deadlock, so the wait ended. Ask for the ticket to see the cycle.";
    case "fenced":
      return facts["parked_ref"]
        ? "Your lease ran out and was taken back. Your work is kept under parked_ref."
        : "Your lease ran out and was taken back.";
    case "cancelled":
      return "Your node was cancelled. Stop working on it; what you did is kept.";
    case "node_changed":
      return "The plan for your node changed. Read it with get_status, view node.";
    case "watched_path_landed":
      return "A path that you watch has changed on the integration branch.";
    case "plan_paused":
      return "The plan is paused: nothing is handed out or landed until it is resumed.";
    case "plan_resumed":
      return "The plan goes on.";
    case "sync_failed":
      return "A point where streams meet failed its gates after your node landed. Look at it with get_status, view node.";
  }
}
