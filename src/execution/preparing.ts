import type { AttemptRef } from "../core/ids.ts";
import type { Attempt } from "../core/lease.ts";
import { type Node, workedOn } from "../core/node/node.ts";
import { mayStandOnOthers } from "../core/red-nodes.ts";
import { isRefusal } from "../core/refusal.ts";
import { findNode, refOf } from "../core/workspace.ts";
import type { Refused } from "./answers.ts";
import { diffTrees } from "./git/diff.ts";
import { commitTree, firstParentOf, treeOf } from "./git/objects.ts";
import { parkAttempt } from "./handing-in.ts";
import type { Hands } from "./hands.ts";
import { asChangesOf } from "./landing/as-changes.ts";
import { parkRef } from "./refs.ts";
import { SetupFailed } from "./slots/setup-failed.ts";
import { SlotBroken } from "./slots/slot-broken.ts";

/** Slots that this process is preparing, so that two calls for one attempt do it once. */
export class Preparing {
  readonly #running = new Map<string, Promise<Refused | undefined>>();
  /** Attempts whose slot another process began to prepare are found here not to be ours. */
  readonly #begun = new Set<string>();

  /** Sees to it that the attempt's slot stands on its base with its content; returns a refusal when it cannot. */
  ready(hands: Hands, node: Node): Promise<Refused | undefined> {
    const attempt = workedOn(node);
    if (!attempt) return Promise.resolve({ refused: "stale_lease", state: node.state.is });
    const key = `${node.plan}/${node.id}/${attempt.attempt}`;
    const running = this.#running.get(key);
    if (running) return running;
    const run = prepare(hands, node, this.#begun, key).finally(() => this.#running.delete(key));
    this.#running.set(key, run);
    return run;
  }

  /** Waits until nothing is being put into the attempt's slot here: what is overwritten after the attempt ended is lost. */
  async settled({ plan, node, attempt }: AttemptRef): Promise<void> {
    await this.#running.get(`${plan}/${node}/${attempt}`);
  }

  /** Says that this very process leased the attempt, so that nobody else can have begun to prepare its slot. */
  own(attempt: Attempt): void {
    this.#begun.add(`${attempt.plan}/${attempt.node}/${attempt.attempt}`);
  }
}

/** Slots break by agents' doing, one at a time; more than a few in a row is a problem of the machine. */
const mostTries = 3;

/** What came of filling a slot; another one helps only where this one was broken. */
type Filled = { readonly ok: true } | { readonly ok: false; readonly problem: string; readonly anotherMayDo: boolean };

async function prepare(hands: Hands, node: Node, begun: Set<string>, key: string): Promise<Refused | undefined> {
  let problem = "";
  for (let tries = 0; tries < mostTries; tries += 1) {
    const current = findNode(hands.manager.workspace, node.plan, node.id);
    const attempt = current && workedOn(current);
    if (!current || !attempt) return { refused: "stale_lease", state: node.state.is };
    if (attempt.slotReady && (await hands.slots.isThere(attempt.slot))) return undefined;
    // Reworked content goes into a slot that the agent has had all along; anything else that is half done may be
    // another process's doing that has not ended yet.
    const trusted = begun.has(key) || current.state.is === "rework";
    begun.add(key);
    // A copy: the attempt may move on while its slot is filled, and the state's own object with it.
    const filled = attempt.slotReady || !trusted ? halfPrepared : await fill(hands, current, { ...attempt });
    if (filled.ok) return undefined;
    problem = filled.problem;
    if (!filled.anotherMayDo) break;
    const by = { ...refOf(node), attempt: attempt.attempt };
    await hands.manager.execute({ type: "ReplaceSlot", ...by, broken: attempt.slot, why: problem });
  }
  await giveBack(hands, node, problem);
  return { refused: "slot_failed", problem };
}

const halfPrepared: Filled = {
  ok: false,
  problem: "its worktree was deleted or left half prepared",
  anotherMayDo: true,
};

/** Nobody can work on the node now, so nobody holds it; it is not to blame, and what was handed in before is kept. */
async function giveBack(hands: Hands, node: Node, problem: string): Promise<void> {
  const attempt = workedOn(node);
  if (!attempt) return;
  const { work: parked } = (await parkAttempt(hands, node)) ?? {};
  const by = { ...refOf(node), attempt: attempt.attempt };
  const reason = `no worktree could be prepared: ${problem}`;
  await hands.manager.execute({
    type: "GiveUpNode",
    ...by,
    reason,
    retryable: true,
    blameless: true,
    ...(parked ? { parked } : {}),
  });
}

/** Puts base and content into the slot and reports it. */
async function fill(hands: Hands, node: Node, attempt: Attempt): Promise<Filled> {
  const { slots, manager, config } = hands;
  const failed = (problem: string, anotherMayDo: boolean): Filled => ({ ok: false, problem, anotherMayDo });
  const content = await contentFor(hands, node, attempt);
  if (manager.workspace.slots.byName.get(attempt.slot)?.is === "quarantined")
    return failed("its worktree was put aside", true);
  try {
    await slots.prepare({
      name: attempt.slot,
      base: attempt.base,
      ...(content ? { content } : {}),
      fresh: attempt.fresh,
      keep: node.state.is === "rework" ? ["*"] : config.worktree.keep,
    });
  } catch (error) {
    const problem = sayFault(error);
    if (error instanceof SlotBroken) return failed(problem, true);
    hands.report(error, `preparing ${attempt.slot}`);
    if (!(error instanceof SetupFailed))
      await manager.execute({ type: "QuarantineSlot", slot: attempt.slot, why: problem });
    return failed(problem, false);
  }
  const by = { ...refOf(node), attempt: attempt.attempt };
  const reported = await manager.execute({ type: "ReportSlot", ...by, slot: attempt.slot });
  const movedOn = isRefusal(reported) && !workedOn(node)?.slotReady;
  return movedOn ? failed("its attempt moved on meanwhile", true) : { ok: true };
}

/** A fault with what caused it, short enough to be shown. */
function sayFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message).slice(0, 500);
}

/** The tree that the slot gets instead of its base's: the merge that came back, or parked work merged onto the base. */
async function contentFor(hands: Hands, node: Node, attempt: Attempt): Promise<string | undefined> {
  if (attempt.content === undefined) return undefined;
  const { git } = hands;
  if (node.state.is === "rework") {
    const { submission } = node.state;
    const merged = await treeOf(git, attempt.content);
    const later = await keepWhatIsThere(hands, attempt, submission.base, { known: submission.tree, filled: merged });
    if (!later) return merged;
    const ours = await asChangesOf(git, submission.base, attempt.base);
    return (await hands.merge({ ours, theirs: later })).tree;
  }
  if (node.spec.merges !== undefined) return treeOf(git, attempt.content);
  // What was kept may have been made on what came back since, and is not to bring that along.
  const plan = hands.manager.workspace.plans.get(node.plan);
  const began = plan && mayStandOnOthers(plan, node) ? await firstParentOf(git, attempt.content) : undefined;
  const ours = began === undefined ? attempt.base : await asChangesOf(git, began, attempt.base);
  const { tree: filled } = await hands.merge({ ours, theirs: attempt.content });
  const known = await treeOf(git, attempt.base);
  const own = await keepWhatIsThere(hands, attempt, attempt.base, { known, filled });
  return own ? (await hands.merge({ ours: own, theirs: attempt.content })).tree : filled;
}

/**
 * Before the slot of a running attempt is filled anew, what its agent wrote beyond the tree that it is known to have held
 * is kept on a ref, and returned as a commit to be merged. What it is to be filled with may be there already, wholly or
 * in part, when a process was killed before it could say so; that is nothing that an agent wrote.
 */
async function keepWhatIsThere(
  { git, slots, manager }: Hands,
  attempt: Attempt,
  base: string,
  { known, filled }: { readonly known: string; readonly filled: string },
): Promise<string | undefined> {
  if (manager.workspace.slots.byName.get(attempt.slot)?.is !== "held") return undefined;
  const found = await slots.snapshot({ name: attempt.slot, base });
  if (found.is === "gone" || found.tree === known) return undefined;
  const unlikeFilled = new Set((await diffTrees(git, filled, found.tree)).map(({ path }) => path));
  if (unlikeFilled.size === 0) return undefined;
  // What it was known to hold may have been collected as garbage; then all beyond the base is the agent's.
  const unlikeKnown = await diffTrees(git, known, found.tree).catch(() => diffTrees(git, base, found.tree));
  if (!unlikeKnown.some(({ path }) => unlikeFilled.has(path))) return undefined;
  await slots.park({ name: attempt.slot, base, refPrefix: parkRef(attempt) });
  return commitTree(git, {
    tree: found.tree,
    parents: [base],
    message: `What ${attempt.slot} held before it was filled anew`,
  });
}
