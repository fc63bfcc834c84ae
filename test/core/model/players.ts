import type { WorkspaceCommand } from "../../../src/core/command.ts";
import type { AttemptRef } from "../../../src/core/ids.ts";

import { dueAttempts, fenceReason } from "../../../src/core/lease-keeping.ts";
import type { Wish } from "../../../src/core/locks/claim-events.ts";
import { useWish } from "../../../src/core/locks/claiming.ts";
import { judge } from "../../../src/core/locks/granting.ts";
import { heldBy } from "../../../src/core/locks/locks.ts";
import { modes } from "../../../src/core/locks/modes.ts";
import { heldNode } from "../../../src/core/node/hand-out.ts";
import { attemptOf, type Node, workedOn } from "../../../src/core/node/node.ts";

import { defaultSettings } from "../../../src/core/settings.ts";
import { refOf, type Workspace } from "../../../src/core/workspace.ts";
import { agreement } from "./agreements.ts";
import { disputeMove } from "./disputes.ts";
import { files, type Move, patternAt, pick, type RandomPlan } from "./move.ts";
import { planFrom } from "./random-plan.ts";
import { revision } from "./revision.ts";
import type { Run } from "./run.ts";
import { gateMove, trainMove } from "./train.ts";

export const agents = ["ada", "bob", "cyd", "dan", "eve"];

const needsWork = new Set<Move["kind"]>(["claim", "release", "withdraw", "submit", "giveUp", "progress"]);

/** Carries a move out, if there is anything in the workspace that it could be about. */
export function play(run: Run, move: Move, plans: readonly RandomPlan[]): void {
  const { a, b, repeat } = move;
  if (move.kind === "wait") run.now += [1_000, 200_000, 601_000, 1_201_000][a % 4] ?? 0;
  else if (move.kind === "reload") run.reload();
  else if (move.kind === "stale") {
    const command = pick(run.history, a);
    if (command) run.do(command);
  } else if (move.kind === "fence") {
    for (const command of fences(run)) run.do(command, repeat);
  } else if (move.kind === "plan") {
    const next = plans[run.workspace.plans.size];
    if (next) run.do({ type: "SubmitPlan", plan: planFrom(next, `p${run.workspace.plans.size}`) }, repeat);
  } else {
    const command = commandFor(run, move);
    if (command) run.do(command, repeat);
    if (b === 0 && move.kind === "train") run.reload();
  }
}

function commandFor(run: Run, move: Move): WorkspaceCommand | undefined {
  const { workspace } = run;
  const { a, b, c } = move;
  const busy = agents.filter((one) => heldNode(workspace, one));
  const agent = pick(needsWork.has(move.kind) && busy.length > 0 ? busy : agents, a) ?? "ada";
  const held = heldNode(workspace, agent);
  const attempt = held && workedOn(held);
  const by = attempt && refTo(attempt);
  const some = pick([...workspace.plans.values()], b);
  switch (move.kind) {
    case "request": {
      const only = c % 3 === 0 && some ? { plan: some.id } : {};
      const capabilities = c % 2 === 0 ? ["ui"] : [];
      return { type: "RequestNode", agent, process: `pr${b % 2}`, capabilities, acceptParked: c % 5 === 0, ...only };
    }
    case "resume":
      return {
        type: "ResumeNode",
        agent,
        process: `pr${b % 2}`,
        acceptParked: c % 2 === 0,
        deadProcesses: c % 3 === 0 ? ["pr0"] : [],
      };
    case "claim":
      return by && { type: "ClaimResources", ...by, wants: wishes(workspace, b, c), wait: c % 4 !== 0 };
    case "release": {
      const one = held && pick(heldBy(workspace.locks, refOf(held)), b);
      return (
        by &&
        one && { type: "ReleaseResources", ...by, patterns: [one.pattern], changedPaths: c % 2 === 0 ? [] : paths(c) }
      );
    }
    case "withdraw": {
      const known = [...workspace.locks.queue.map(({ id }) => id), ...workspace.locks.settled.keys(), "t999"];
      return by && { type: "WithdrawTicket", ...by, ticket: pick(known, b) ?? "t999" };
    }
    case "submit":
      return (
        attempt &&
        submission(
          attempt,
          c % 9 === 0 ? "elsewhere" : attempt.base,
          b % 5 === 0 ? paths(c) : allowed(workspace, attempt, c),
        )
      );
    case "late": {
      const late = pick(
        allNodes(workspace).flatMap((node) => node.late?.attempt ?? []),
        a,
      );
      return late && submission(late, late.base, c % 3 === 0 ? [] : files.slice(c % files.length).slice(0, 1));
    }
    case "takeBack": {
      const node = pick(
        allNodes(workspace).filter(({ state }) => state.is === "submitted"),
        a,
      );
      const own = node && attemptOf(node);
      if (!node) return undefined;
      if (own && b % 3 === 0)
        return { type: "GiveUpNode", ...refTo(own), reason: "after all", retryable: c % 2 === 0, parked: parked(own) };
      return { type: "WithdrawNode", ...refOf(node), ...(own && b % 3 === 1 ? { attempt: own.attempt } : {}) };
    }
    case "giveUp":
      return (
        by && {
          type: "GiveUpNode",
          ...by,
          reason: "tired",
          retryable: b % 2 === 0,
          ...(c % 2 ? { parked: parked(by) } : {}),
        }
      );
    case "progress":
      if (!by) return undefined;
      return c % 2 === 0
        ? { type: "ReportProgress", ...by, process: `pr${b % 2}`, percent: b % 100, note: "so far" }
        : { type: "RenewLease", ...by, by: pick(["call", "files", "client"] as const, b) ?? "call" };
    case "train":
      return c % 3 === 0 ? gateMove(workspace, c) : some && trainMove(some, c);
    case "revise":
      return some && revision(some, move);
    case "merge":
      return some && { type: "MergeTarget", plan: some.id, target: `target${c % 3}`, gates: c % 2 ? [] : ["test"] };
    case "integration":
      if (!some) return undefined;
      return c % 2 === 0
        ? { type: "ReportIntegrationMoved", plan: some.id, expected: some.tip }
        : { type: "AdoptIntegration", plan: some.id, commit: `adopted${run.events.length}` };
    case "slot":
      return slotMove(workspace, move);
    case "configure":
      return {
        type: "ConfigureWorkspace",
        settings: {
          ...defaultSettings,
          pools: { build: { capacity: 1 + (a % 3) }, port: { from: 1, to: 1 + (b % 2) } },
        },
      };
    case "steward": {
      const place = workspace.locks.queue.find((ticket) => ticket.by.attempt === 0)?.by;
      return a % 2 === 0 || !place
        ? { type: "RefreshLeases" }
        : { type: "DropStarvation", plan: place.plan, node: place.node };
    }
    case "report":
    case "settle":
      return disputeMove(workspace, move, agent);
    case "agree":
      return agreement(workspace, agent, move);
    case "knowledge":
      return { type: "ShareKnowledge", agent, topic: "t", text: "x", paths: paths(c) };
    default:
      return undefined;
  }
}

export function submission(attempt: AttemptRef, base: string, changed: readonly string[]): WorkspaceCommand {
  const name = `${attempt.node}.${attempt.attempt}`;
  return {
    type: "SubmitNode",
    ...refTo(attempt),
    commit: `c.${name}`,
    tree: `t.${name}`,
    base,
    paths: changed,
    summary: "done",
  };
}

function slotMove({ slots, ...workspace }: Workspace, { a, b, c }: Move): WorkspaceCommand | undefined {
  const node = pick(
    allNodes({ ...workspace, slots }).filter((one) => workedOn(one)),
    b,
  );
  const attempt = node && workedOn(node);
  const slot = pick([...slots.byName.keys()], c);
  const state = slot === undefined ? undefined : slots.byName.get(slot);
  switch (a % 6) {
    case 0:
    case 1:
      return attempt && { type: "ReportSlot", ...refTo(attempt), slot: attempt.slot };
    case 2:
      return attempt && { type: "ReplaceSlot", ...refTo(attempt), broken: attempt.slot, why: "torn" };
    case 3:
      if (slot === undefined || state?.is !== "retiring") return undefined;
      return {
        type: "RetireSlot",
        slot,
        leftOut: b % 5 === 0 ? ["big"] : [],
        ...(b % 2 ? { parked: { ...refTo(state.by), ...parked(state.by) } } : {}),
      };
    case 4:
      return slot === undefined ? undefined : { type: "QuarantineSlot", slot, why: "odd" };
    default:
      return slot === undefined ? undefined : { type: "ForgetSlot", slot };
  }
}

export function fences({ workspace, now }: Run): readonly WorkspaceCommand[] {
  workspace.now = Math.max(workspace.now, now);
  return [...dueAttempts(workspace)].flatMap(({ node }): WorkspaceCommand[] => {
    const attempt = workedOn(node);
    if (!attempt || !fenceReason(node, workspace)) return [];
    return [
      { type: "FenceAttempt", ...refTo(attempt), judgedUntil: attempt.until, leftOut: [], parked: parked(attempt) },
    ];
  });
}

function wishes({ settings }: Workspace, b: number, c: number): readonly Wish[] {
  if (b % 7 === 0) return [useWish(pick(["build", "port", "db:main"], c) ?? "build", settings)];
  const first: Wish = { kind: "path", pattern: patternAt(b), mode: pick(modes, c) ?? "write" };
  if (b % 3 > 0) return [first];
  return [first, { kind: "path", pattern: patternAt(c), mode: pick(modes, b) ?? "write" }];
}

/** Some paths that nobody else's claims cover. */
function allowed({ locks, settings }: Workspace, attempt: AttemptRef, c: number): readonly string[] {
  return paths(c | 1).filter((pattern) => {
    const verdict = judge(locks, settings, attempt, [{ kind: "path", pattern, mode: "write" }], 0);
    return "claims" in verdict;
  });
}

function paths(c: number): readonly string[] {
  return files.filter((_, i) => (c >> i) & 1);
}

export function refTo({ plan: of, node, attempt }: AttemptRef): AttemptRef {
  return { plan: of, node, attempt };
}

function parked({ node, attempt }: AttemptRef) {
  return { ref: `refs/interlock/parked/${node}/${attempt}`, commit: `parked.${node}.${attempt}` };
}

export function allNodes(workspace: Workspace): readonly Node[] {
  return [...workspace.plans.values()].flatMap(({ nodes }) => [...nodes.values()]);
}
