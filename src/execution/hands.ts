import type { Config } from "../config/config.ts";
import type { AgentName, AttemptRef, CommitId, PlanId, ProcessId } from "../core/ids.ts";
import type { RequestMark } from "../core/recorded.ts";
import type { ResolvedPath } from "../core/train.ts";
import type { CallContext, Refused } from "./answers.ts";
import type { Clock } from "./clock.ts";
import type { Caller } from "./execution.ts";
import type { Repository } from "./git/discover.ts";
import type { Git } from "./git/runner.ts";
import type { Impact } from "./impact/impact.ts";
import type { MergeRequest, MergeResult } from "./landing/merge.ts";
import type { TargetLanding } from "./landing/target.ts";
import type { LeaseTokens } from "./lease-token.ts";
import type { Liveness } from "./liveness/process-id.ts";
import type { Manager } from "./manager.ts";
import type { Preparing } from "./preparing.ts";
import type { Slots } from "./slots/slots.ts";
import type { ContractTexts } from "./speculation/contract-texts.ts";

/** What every flow of this process works with. */
export interface Hands {
  readonly manager: Manager;
  readonly git: Git;
  readonly repository: Repository;
  readonly slots: Slots;
  /** Merges two commits in memory, and resolves what nobody needs to think about. */
  readonly merge: (request: MergeRequest) => Promise<MergeResult & { readonly resolved?: readonly ResolvedPath[] }>;
  /** Remembers how a merge that had conflicts was settled, from what landed. */
  readonly learn: (conflicted: CommitId, landed: CommitId) => Promise<void>;
  /** Removes what gates printed about plans that are over. */
  readonly removeLogs: (isOver: (plan: PlanId) => boolean) => Promise<void>;
  /** Fast-forwards a branch of the user's and its checkouts. */
  readonly moveTarget: (landing: { readonly branch: string; readonly to: CommitId }) => Promise<TargetLanding>;
  /** Reads and compares contracts. */
  readonly contractTexts: ContractTexts;
  readonly preparing: Preparing;
  /** What changes touch, and which nodes are likely to clash. */
  readonly impact: Impact;
  readonly process: ProcessId;
  readonly liveness: (process: ProcessId) => Liveness;
  readonly clock: Clock;
  readonly tokens: LeaseTokens;
  /** From the root's HEAD, read when the process started. */
  readonly config: Config;
  /** Gates and plan defaults from the config on a branch, as it is now. */
  readonly configOn: (branch: string) => Promise<BranchConfig>;
  /** Where this process keeps what it may throw away, in the git common dir. */
  readonly folder: string;
  /** A fault that nobody waits for, with what was being done. */
  readonly report: (fault: unknown, doing: string) => void;
}

/** A config, or why it cannot be used; `committed` is false when the branch has no config file. */
export type BranchConfig =
  | { readonly config: Config; readonly committed: boolean }
  | { readonly problems: readonly { readonly path: string; readonly problem: string }[] };

/** The mark under which a call's repetition is known, if the caller asked for that. */
export function markOf(call: CallContext, who: AgentName | PlanId): RequestMark | undefined {
  if (call.requestId === undefined) return undefined;
  return { scope: `${call.tool} ${who}`, id: call.requestId, input: call.inputDigest };
}

/** The attempt that a lease stands for; the agent that shows it must be the one it was given to. */
export function attemptBehind(hands: Hands, { agent, lease }: Caller): AttemptRef | Refused {
  const attempt = hands.tokens.verify(lease);
  if (!attempt) return { refused: "bad_lease" };
  const plan = hands.manager.workspace.plans.get(attempt.plan);
  // Nothing can be done with it any more, whoever shows it.
  if (plan?.status.is === "landed") return attempt;
  const node = plan?.nodes.get(attempt.node);
  if (!node) return { refused: "bad_lease" };
  const holder = node.attempts === attempt.attempt ? node.times.agent : undefined;
  return holder !== undefined && holder !== agent ? { refused: "bad_lease" } : attempt;
}
