import { type AgentName, type AttemptRef, nodeKey, type RefName } from "../core/ids.ts";
import { lateAttempt } from "../core/node/hand-in.ts";
import { attemptOf, type Node, workedOn } from "../core/node/node.ts";
import type { ParkedWork } from "../core/node/node-events.ts";
import { isRed, rescuersOf } from "../core/red-nodes.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import { findNode, refOf, type Workspace } from "../core/workspace.ts";
import type { CallContext, Completed, Refused } from "./answers.ts";
import { integrationBranch, reworkOf } from "./brief.ts";
import type { Caller } from "./execution.ts";
import { commitTree, isWhole } from "./git/objects.ts";
import { pointRefs } from "./git/refs.ts";
import { attemptBehind, type Hands, markOf } from "./hands.ts";
import { keepYielded } from "./keep-yielded.ts";
import { wholePlan } from "./landed-plan.ts";
import { lookForQuestions, unreadBy } from "./reading-notices.ts";
import { parkRef, submissionRef } from "./refs.ts";
import { keepOnRef } from "./slots/parked-ref.ts";
import type { Snapshot } from "./slots/snapshot.ts";
import { isUntold } from "./told-back.ts";

export interface FinishedWork {
  readonly summary: string;
  readonly outputs?: unknown;
  readonly tokens?: number;
  readonly waitMs: number;
}

/** Hands the slot's content in and waits for the train's verdict, as long as the caller wants to. */
export async function completeNode(
  hands: Hands,
  caller: Caller,
  work: FinishedWork,
  call: CallContext,
): Promise<Completed | Refused> {
  const deadline = hands.clock.steady() + work.waitMs;
  await hands.manager.refresh();
  const by = attemptBehind(hands, caller);
  if ("refused" in by) return by;
  for (let tries = 0; ; tries += 1) {
    const node = findNode(hands.manager.workspace, by.plan, by.node);
    if (!node) return landedBefore(hands, by);
    const attempt = workedOn(node)?.attempt === by.attempt ? workedOn(node) : lateAttempt(node, by.attempt);
    if (!attempt) break;
    if (node.state.is === "rework" && !attempt.slotReady) return backToAgent(hands, node);
    if (node.state.is === "leased" && !attempt.slotReady) {
      // Parked work is being put into it: what is there now is half of it.
      const failed = await hands.preparing.ready(hands, node);
      if (failed) return failed;
    }
    const handedIn = await handIn(hands, caller, node, attempt, work, call);
    if (handedIn === "again" && tries < 5) continue;
    if (handedIn === "again") return { refused: "store_busy" };
    if (handedIn === "untold") return backToAgent(hands, node);
    if (handedIn) return handedIn;
    break;
  }
  return verdict(hands, by, caller.agent, deadline, call);
}

async function handIn(
  hands: Hands,
  caller: Caller,
  node: Node,
  attempt: AttemptRef & { readonly slot: string; readonly base: string },
  work: FinishedWork,
  call: CallContext,
): Promise<Refused | "again" | "untold" | undefined> {
  const { git, slots, manager } = hands;
  const { plan, node: id, attempt: number, slot, base } = attempt;
  const snapshot = await slots.snapshot({ name: slot, base });
  if (snapshot.is === "gone")
    return {
      refused: "unreadable_worktree",
      problem: `the worktree ${slots.pathOf(slot)} is gone; ask for your node again to get a new one`,
    };
  if (snapshot.unreadable.length > 0) {
    const problem = snapshot.unreadable.map(({ path, problem: why }) => `${path}: ${why}`).join("; ");
    return { refused: "unreadable_worktree", problem };
  }
  if (snapshot.markers.length > 0) return { refused: "markers_left", paths: snapshot.markers };
  if (isUntold(manager, node, snapshot.tree)) return "untold";
  if (hasMore(snapshot)) await slots.park({ name: slot, base, refPrefix: parkRef(attempt) });
  const message = `${node.spec.title}\n\n${work.summary}\n\nInterlock-Node: ${plan}/${id}\nInterlock-Agent: ${caller.agent}\n`;
  const commit = await commitTree(git, { tree: snapshot.tree, parents: [base], message });
  await keepYielded(hands, node, attempt);
  // On its ref before anybody hears of it, so that no garbage collection can come between.
  await pointRefs(git, [{ ref: submissionRef(attempt), to: commit }]);
  if (!(await isWhole(git, commit))) return "again";
  const answer = await manager.execute(
    {
      type: "SubmitNode",
      plan,
      node: id,
      attempt: number,
      commit,
      tree: snapshot.tree,
      base,
      paths: snapshot.changes.map(({ path }) => path),
      summary: work.summary,
      ...(work.outputs === undefined ? {} : { outputs: work.outputs }),
      ...(work.tokens === undefined ? {} : { tokens: work.tokens }),
      ...((await hasUnheard(hands, node, caller.agent)) ? { unheard: true } : {}),
    },
    markOf(call, caller.agent),
  );
  if (!isRefusal(answer)) return undefined;
  return answer.refused === "outdated" ? "again" : answer;
}

/** Whether the agent has not been shown yet that the node has to be gone over again. */
async function hasUnheard(hands: Hands, node: Node, agent: AgentName): Promise<boolean> {
  const about = nodeKey(refOf(node));
  if (!hands.manager.workspace.speculation.rework.has(about)) return false;
  const fresh = await unreadBy(hands, agent);
  return fresh.some((one) => one.kind === "rework_ordered" && one.about === about);
}

/** Commits, stashes and nested repositories of the agent are kept beside what it hands in, and never merged. */
function hasMore({ head, stash, nested }: Snapshot): boolean {
  return head !== undefined || stash.length > 0 || nested.length > 0;
}

async function verdict(
  hands: Hands,
  by: AttemptRef,
  agent: AgentName,
  deadline: number,
  call: CallContext,
): Promise<Completed | Refused> {
  const { manager, clock } = hands;
  const stop = clock.every(10_000, () => call.onWaiting?.("Waiting for the gates and for what is ahead in the train."));
  try {
    const isAsked = await lookForQuestions(hands, agent);
    const left = deadline - clock.steady();
    const look = (workspace: Workspace) => outcomeOf(workspace, by) ?? (isAsked(workspace) ? "asked" : undefined);
    const decided = await manager.waitFor(look, left, call.signal);
    if (decided === undefined || decided === "asked") return queued(manager.workspace, by);
    const node = findNode(manager.workspace, by.plan, by.node);
    if (decided === "put_away" || !node) return await landedBefore(hands, by);
    if (decided === "rework") return await backToAgent(hands, node);
    // Its agent will ask for the next node, which stands on this.
    if (!("refused" in decided) && decided.status === "landed") hands.slots.expect(decided.commit);
    return decided;
  } finally {
    stop();
  }
}

/** What the train made of an attempt, or nothing while it is still in it. */
function outcomeOf(workspace: Workspace, by: AttemptRef): Completed | Refusal | "rework" | "put_away" | undefined {
  const node = findNode(workspace, by.plan, by.node);
  if (!node) return "put_away";
  const current = attemptOf(node)?.attempt === by.attempt;
  // Nothing more will come of waiting: others have to be handed in first.
  if (current && isRed(node)) return queued(workspace, by);
  if (node.state.is === "submitted" && current) return undefined;
  if (node.state.is === "rework" && current) return "rework";
  return endOf(node, by);
}

function endOf(node: Node, by: AttemptRef): Completed | Refusal {
  if (node.state.is === "landed" && node.attempts === by.attempt)
    return { status: "landed", ...landedFacts(node.state), integrationBranch: integrationBranch(by.plan) };
  return { refused: "stale_lease", state: node.state.is, ...(node.parked ? { parkedRef: node.parked.ref } : {}) };
}

/** What became of an attempt whose plan has landed since, so that its nodes have left the state. */
async function landedBefore({ manager }: Hands, by: AttemptRef): Promise<Completed | Refused> {
  const { log, stream } = manager;
  const plan = manager.workspace.plans.get(by.plan);
  const node = plan && (await wholePlan((after, most) => log.read(stream, after, most), plan)).nodes.get(by.node);
  return node ? endOf(node, by) : { refused: "unknown_node", plan: by.plan, node: by.node };
}

function landedFacts({ is: _is, at: _at, ...facts }: Node["state"] & { is: "landed" }) {
  return facts;
}

function queued(workspace: Workspace, by: AttemptRef): Completed {
  const train = workspace.plans.get(by.plan)?.train ?? [];
  const position = train.indexOf(by.node);
  const plan = workspace.plans.get(by.plan);
  const node = plan?.nodes.get(by.node);
  const answer = {
    status: "queued",
    position: position + 1,
    ahead: train.slice(0, Math.max(0, position)),
    ...(node?.pausedBy ? { pausedBy: node.pausedBy } : {}),
  } as const;
  if (!plan || !node || !isRed(node)) return answer;
  const behind = rescuersOf(plan, node).map(({ id }) => id);
  return { ...answer, red: { gates: node.spec.redGates ?? [], behind } };
}

async function backToAgent(hands: Hands, node: Node): Promise<Completed | Refused> {
  const failed = await hands.preparing.ready(hands, node);
  return failed ?? (await reworkOf(hands, node)) ?? { refused: "stale_lease", state: node.state.is };
}

/** Gives the node up; what was done so far is parked first. */
export async function failNode(
  hands: Hands,
  caller: Caller,
  failure: { readonly reason: string; readonly retryable: boolean; readonly hint?: string },
  call: CallContext,
): Promise<{ readonly status: "ready" | "failed"; readonly parkedRef?: RefName } | Refused> {
  const { manager } = hands;
  await manager.refresh();
  const by = attemptBehind(hands, caller);
  if ("refused" in by) return by;
  await hands.preparing.settled(by);
  const node = findNode(manager.workspace, by.plan, by.node);
  const attempt = node && attemptOf(node);
  const parked = node && attempt?.attempt === by.attempt ? await parkAttempt(hands, node) : undefined;
  const { reason, retryable, hint } = failure;
  const answer = await manager.execute(
    {
      type: "GiveUpNode",
      ...by,
      reason,
      retryable,
      ...(hint === undefined ? {} : { hint }),
      ...(parked?.work ? { parked: parked.work } : {}),
    },
    markOf(call, caller.agent),
  );
  if (isRefusal(answer)) return answer;
  const given = answer.events.find(({ event }) => event.type === "NodeGivenUp")?.event;
  const failed = answer.events.some(({ event }) => event.type === "NodeFailed");
  const ref = given?.type === "NodeGivenUp" ? given.parked?.ref : undefined;
  return { status: failed ? "failed" : "ready", ...(ref ? { parkedRef: ref } : {}) };
}

/** Keeps what an attempt's slot holds beyond its base; undefined work means that there was nothing to keep. */
export async function parkAttempt(
  hands: Hands,
  node: Node,
): Promise<{ readonly work?: ParkedWork; readonly leftOut: readonly string[] } | undefined> {
  const attempt = attemptOf(node);
  if (!attempt) return undefined;
  // A slot that was never filled holds nothing of the agent's, but for the work that was to be put into it.
  if (!attempt.slotReady) return unfilled(hands, node, attempt);
  const base = attempt.base;
  const parked = await hands.slots.park({
    name: attempt.slot,
    base,
    refPrefix: parkRef(attempt),
    message: `Unfinished work on ${node.plan}/${node.id}`,
  });
  if (parked.is === "gone")
    return node.state.is === "submitted" ? await handedInOnly(hands, node, attempt) : { leftOut: [] };
  const leftOut = parked.leftOut.map(({ path }) => path);
  return { work: { ref: parked.ref, commit: parked.commit }, leftOut };
}

/** What is left of an attempt whose slot is gone: what it handed in. */
async function handedInOnly(
  { git }: Hands,
  { state }: Node,
  attempt: AttemptRef,
): Promise<{ readonly work?: ParkedWork; readonly leftOut: readonly string[] }> {
  if (state.is !== "submitted" || !state.submission) return { leftOut: [] };
  const { commit } = state.submission;
  const { ref } = await keepOnRef(git, `${parkRef(attempt)}/submission`, commit);
  return { work: { ref, commit }, leftOut: [] };
}

async function unfilled(
  hands: Hands,
  node: Node,
  attempt: AttemptRef & { readonly content?: string },
): Promise<{ readonly work?: ParkedWork; readonly leftOut: readonly string[] }> {
  if (node.state.is === "rework") {
    // Taken first: the node may be somebody else's once the ref is written.
    const { commit } = node.state.submission;
    // An attempt that handed in late can come back, and end, more than once; each time is kept.
    const { ref } = await keepOnRef(hands.git, `${parkRef(attempt)}/submission`, commit);
    return { work: { ref, commit }, leftOut: [] };
  }
  return { ...(node.parked ? { work: node.parked } : {}), leftOut: [] };
}
