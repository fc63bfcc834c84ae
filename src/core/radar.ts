/**
 * Clashes of attempts that are still under way, told before either lands.
 *
 * [R1] Both agents are told of a clash, once, and again only when it is another one.
 * [R2] A clash is cleared when it is gone or either attempt is over, and who is left is told.
 */
import { type AttemptRef, type Instant, nodeKey } from "./ids.ts";
import { attemptOf, workedOn } from "./node/node.ts";
import type { Hunk } from "./node/node-events.ts";
import { findNode, type Workspace } from "./workspace.ts";

/** Two attempts changed a file in ways that exclude each other; of each side there is only as much text as is worth telling. */
export interface ClashPath {
  readonly path: string;
  /** git's word for it: content, add/add, modify/delete, binary, ... */
  readonly kind: string;
  /** `ours` is what the first attempt wrote, `theirs` what the second did. */
  readonly hunks: readonly Hunk[];
}

/** A clash that has been told and is still there. */
export interface Clash {
  readonly one: AttemptRef;
  readonly other: AttemptRef;
  /** The same as long as they clash over the same stretches of the same files. */
  readonly digest: string;
  readonly paths: readonly string[];
  readonly since: Instant;
}

/** Either they merge now, or one of them is over: it landed, or its work was put aside. */
export type ClearedBecause = "settled" | "landed" | "ended";

/** Each is about an attempt and another one, in the order of their nodes' keys. */
export type RadarEvent =
  | (AttemptRef & {
      readonly type: "ClashFound";
      readonly other: AttemptRef;
      readonly digest: string;
      readonly paths: readonly ClashPath[];
      /** How many paths there are beyond those given. */
      readonly morePaths: number;
    })
  | (AttemptRef & { readonly type: "ClashCleared"; readonly other: AttemptRef; readonly why: ClearedBecause });

export type RadarCommand =
  | (AttemptRef & {
      readonly type: "AnnounceClash";
      readonly other: AttemptRef;
      readonly digest: string;
      readonly paths: readonly ClashPath[];
    })
  | (AttemptRef & { readonly type: "ClearClash"; readonly other: AttemptRef });

/** The clashes there are, by the keys of both nodes. */
export type Clashes = Map<string, Clash>;

/** Says nothing where there is nothing new: the same clash, or one of attempts that have moved on. [R1] */
export function decideClash(workspace: Workspace, command: RadarCommand): readonly RadarEvent[] {
  const { one, other } = inOrder(command, command.other);
  const known = workspace.clashes.get(pairKey(one, other));
  if (command.type === "ClearClash")
    return known && isSame(known.one, one) && isSame(known.other, other) ? [cleared(known, "settled")] : [];
  const areThere = isUnderWay(workspace, one) && isUnderWay(workspace, other);
  if (!areThere || !(isWorkedOn(workspace, one) || isWorkedOn(workspace, other))) return [];
  if (known?.digest === command.digest) return [];
  const turned = one.plan !== command.plan || one.node !== command.node;
  const paths = capped(turned ? command.paths.map(turn) : command.paths);
  const morePaths = command.paths.length - paths.length;
  return [{ type: "ClashFound", ...one, other, digest: command.digest, paths, morePaths }];
}

/** A clash of which one attempt is over, if there is one: that happens without anybody looking at files. [R2] */
export function endedClash(workspace: Workspace): RadarEvent | undefined {
  for (const clash of workspace.clashes.values()) {
    const over = [clash.one, clash.other].find((side) => !isUnderWay(workspace, side));
    if (over) return cleared(clash, hasLanded(workspace, over) ? "landed" : "ended");
  }
  return undefined;
}

export function evolveRadar({ clashes }: Workspace, event: RadarEvent, since: Instant): void {
  const { plan, node, attempt, other } = event;
  const one = { plan, node, attempt };
  if (event.type === "ClashCleared") clashes.delete(pairKey(one, other));
  else {
    const paths = event.paths.map(({ path }) => path);
    clashes.set(pairKey(one, other), { one, other, digest: event.digest, paths, since });
  }
}

/** The key under which a clash of two attempts is found. */
export function pairKey(one: AttemptRef, other: AttemptRef): string {
  return `${nodeKey(one)} ${nodeKey(other)}`;
}

/** Two attempts in the order in which clashes name them. */
export function inOrder(a: AttemptRef, b: AttemptRef): { readonly one: AttemptRef; readonly other: AttemptRef } {
  const [one, other] = nodeKey(a) <= nodeKey(b) ? [a, b] : [b, a];
  return { one: refTo(one), other: refTo(other) };
}

/** What a notice can carry without burying the reply that it comes with. */
const most = { paths: 20, hunks: 3, characters: 300, pathCharacters: 200 };

function capped(paths: readonly ClashPath[]): readonly ClashPath[] {
  let left = most.hunks;
  return paths.slice(0, most.paths).map(({ path, kind, hunks }) => {
    const shown = hunks.slice(0, left);
    left -= shown.length;
    return { path: cut(path, most.pathCharacters), kind, hunks: shown.map(cutHunk) };
  });
}

function cutHunk({ base, ours, theirs }: Hunk): Hunk {
  return {
    base: cut(base, most.characters),
    ours: cut(ours, most.characters),
    theirs: cut(theirs, most.characters),
  };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

function turn({ path, kind, hunks }: ClashPath): ClashPath {
  return { path, kind, hunks: hunks.map(({ base, ours, theirs }) => ({ base, ours: theirs, theirs: ours })) };
}

function cleared({ one, other }: Clash, why: ClearedBecause): RadarEvent {
  return { type: "ClashCleared", ...one, other, why };
}

function isUnderWay(workspace: Workspace, { plan, node, attempt }: AttemptRef): boolean {
  const found = findNode(workspace, plan, node);
  return found !== undefined && attemptOf(found)?.attempt === attempt;
}

function isWorkedOn(workspace: Workspace, { plan, node }: AttemptRef): boolean {
  const found = findNode(workspace, plan, node);
  return found !== undefined && workedOn(found) !== undefined;
}

function hasLanded(workspace: Workspace, { plan, node, attempt }: AttemptRef): boolean {
  const found = findNode(workspace, plan, node);
  return found?.state.is === "landed" && found.attempts === attempt;
}

function isSame(a: AttemptRef, b: AttemptRef): boolean {
  return a.plan === b.plan && a.node === b.node && a.attempt === b.attempt;
}

function refTo({ plan, node, attempt }: AttemptRef): AttemptRef {
  return { plan, node, attempt };
}
