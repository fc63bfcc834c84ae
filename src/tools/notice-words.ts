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

function sentenceFor({ kind, facts, about, from }: Notice): string {
  switch (kind) {
    case "landed":
      return "Your node landed on the integration branch.";
    case "rework":
      if (facts["reason"] === "withdrawn")
        return "Your node was taken out of the train and is yours again. Call complete_node with its lease to see why, then complete it again.";
      if (facts["reason"] === "ground_changed")
        return "What your node was begun on is no more as you saw it. Call complete_node with its lease to see what changed and to get all merged, look at it together, and complete it again.";
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
    case "clash":
      return `${from ?? "Another agent"}, at work on ${about}, changed the same lines as you in ${facts["your_node"]}: see paths and hunks, which quote both sides. ${
        facts["their_state"] === "submitted"
          ? "That work is handed in already, so yours will come back with a conflict unless you make room for it now."
          : "As it is, whoever completes second gets the work back with a conflict. Agree with share_knowledge on who changes what, claim the paths with claim_resources write to have them alone, wait until that node has landed, or complete first."
      }`;
    case "clash_cleared":
      return facts["why"] === "landed"
        ? `What clashed with your node ${facts["your_node"]} has landed. Complete yours as usual; what still conflicts comes back with the exact places.`
        : facts["why"] === "ended"
          ? `The clash with ${about} is gone: that attempt ended without landing.`
          : `The clash with ${about} is gone: both changes merge now.`;
    case "conflict":
      return `A conflict concerns your work: ${about}; type, severity and description are in facts. Say what should be done with converge or resolve_conflict.`;
    case "conflict_resolved":
      return `The conflict ${about} is settled: see the decision in facts${facts["keeps"] ? `; ${facts["keeps"]} is kept as it is` : ""}.`;
    case "converge":
      return `You are asked to help decide ${facts["conflicts"]}. Call converge with action decide and convergence_id ${about}, and say what should be done and which rework follows. Until it is over, the nodes concerned are paused; your lease goes on.`;
    case "converged":
      return `The convergence ${about} is over: see the decisions in facts. What was paused goes on.`;
    case "rework_ordered":
      return `Your node has to be gone over again, because ${facts["conflict"]} was decided. If you had handed it in, it is back in your worktree. Bring it in line with the decision, then complete it.`;
    case "contract":
      return contractNews(facts);
    case "assumption":
      return assumptionNews[facts["verdict"] ?? ""] ?? "An assumption was settled.";
    case "artifact":
      return "Something that you took something for granted about has a new version. See whether that still holds, and settle_assumption.";
    case "sync_failed":
      return "A point where streams meet failed its gates after your node landed. Look at it with get_status, view node.";
  }
}

function contractNews({ status, change }: Notice["facts"]): string {
  if (status === "DEPRECATED")
    return "A contract that you rely on is deprecated. Look at it with read_contract, and stop relying on it before the day in until, if one is named.";
  if (status === "UNREADABLE")
    return "The file of a contract landed with your node, but its text was not published: problem says why. What was in force still is. Mend the file in a further node.";
  if (status === "DRAFT")
    return change === "compatible" || change === "initial"
      ? "There is a draft of a contract that you rely on. Look at it with read_contract."
      : "There is a draft of a contract that you rely on which may break your work. Look at it with read_contract, format diff, and object with report_conflict before it comes into force.";
  return change === "compatible" || change === "initial"
    ? "A contract that you rely on has a new version, which does not break your work. Read it with read_contract."
    : "A contract that you rely on has a new version, which may break your work. Look at what changed with read_contract, format diff, and bring your work in line.";
}

const assumptionNews: Readonly<Record<string, string>> = {
  validated: "What you took for granted was right.",
  invalidated:
    "An assumption that your work stands on was wrong: notes say why. Bring your work in line before you complete it, or report_conflict if you cannot.",
  superseded: "An assumption of yours was replaced by another one.",
};
