import { blockerFacts, listed, type Wordings } from "./wording.ts";

type Codes =
  | "bad_pattern"
  | "changed_path"
  | "deadlock"
  | "unknown_claim"
  | "unknown_pool"
  | "unknown_ticket"
  | "would_wait";

/** Words for those who claim and release. */
export const claimRefusals: Wordings<Codes> = {
  bad_pattern: ({ pattern, problem }) => ({
    say: "This is not a path or pattern that can be held.",
    next: ["claim_resources"],
    facts: { pattern, problem },
  }),
  changed_path: ({ paths }) => ({
    say: "You changed these paths, so their claims must stay until the node is complete. Put them back as they were to release them.",
    next: ["complete_node"],
    facts: listed("paths", paths),
  }),
  deadlock: ({ cycle }) => ({
    say: "Waiting for this would never end, because those who hold it wait for you. Release something of yours, or finish or give up the node.",
    next: ["release_resources", "complete_node", "fail_node"],
    facts: { cycle: cycle.map(({ holds, wants, ...link }) => ({ ...link, holds: [...holds], wants: [...wants] })) },
  }),
  unknown_claim: ({ patterns }) => ({
    say: "This attempt does not hold these. Nothing was released.",
    next: ["get_status"],
    facts: { patterns: [...patterns] },
  }),
  unknown_pool: ({ wish }) => ({
    say: "There is no pool of this name, or it is too small for this.",
    next: ["get_status"],
    facts: { name: wish.pattern },
  }),
  unknown_ticket: ({ ticket }) => ({
    say: "There is no such ticket of this attempt any more. Claim again.",
    next: ["claim_resources"],
    facts: { ticket },
  }),
  would_wait: ({ blockers }) => ({
    say: "Others hold this now.",
    next: ["claim_resources"],
    facts: { blockers: blockers.map(blockerFacts) },
  }),
};
