import { stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GitFault } from "./git-fault.ts";
import { parseId } from "./objects.ts";
import { findObject } from "./read-object.ts";
import type { Git } from "./runner.ts";

/** A ref and the object that it names. */
export interface Ref {
  readonly name: string;
  readonly oid: string;
}

/** A compare-and-swap of a ref either happened, or shows what the ref holds instead. */
export type RefMove = { readonly moved: true } | { readonly moved: false; readonly actual: string | undefined };

/** One compare-and-swap: `from: undefined` means the ref must not exist, `to: undefined` deletes it. */
export interface RefChange {
  readonly ref: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly reason?: string;
}

/** The commit a revision names, or undefined when it names none. */
export async function resolveCommit(git: Git, revision: string): Promise<string | undefined> {
  return (await findObject(git, `${revision}^{commit}`))?.id;
}

/** The object a ref holds, or undefined when there is no such ref. */
export function readRef(git: Git, ref: string): Promise<string | undefined> {
  const args = ["show-ref", "--verify", "--hash", "--", ref];
  return git.run({
    args,
    okCodes: [0, 1, 128],
    parse: (output) => {
      if (output.exitCode === 0) return parseId(output);
      if (output.stderr.includes("not a valid ref")) return undefined;
      throw new GitFault(args, output.exitCode, output.stderr);
    },
  });
}

/** The refs under the prefixes, by name. */
export function listRefs(git: Git, prefixes: readonly string[]): Promise<readonly Ref[]> {
  return git.run({
    args: ["for-each-ref", "--format=%(objectname) %(refname)", ...prefixes],
    parse: ({ stdout }) =>
      stdout
        .toString("utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => ({ oid: line.slice(0, line.indexOf(" ")), name: line.slice(line.indexOf(" ") + 1) })),
  });
}

/** The ref whose name forbids a ref called `name` (`a` forbids `a/b` and the other way round), if there is one. */
export async function refInTheWay(git: Git, name: string): Promise<string | undefined> {
  const segments = name.split("/");
  const above = segments.slice(2, -1).map((_, index) => segments.slice(0, index + 3).join("/"));
  const refs = await listRefs(git, [...above, name]);
  return refs.map((ref) => ref.name).find((ref) => above.includes(ref) || ref.startsWith(`${name}/`));
}

/** Moves a ref if it holds what is expected; a lost race is a value, anything else a GitFault. [G6] */
export async function moveRef(git: Git, move: RefChange): Promise<RefMove> {
  for (let tries = 0; ; tries += 1) {
    const fault = await changeRefs(git, [commandOf(move)], move.reason);
    if (fault === undefined) return { moved: true };
    const actual = await readRef(git, move.ref);
    if (actual !== move.from) return { moved: false, actual };
    const isLocked = fault.stderr.includes(".lock': File exists");
    // A command that is kept can miss that somebody packed refs twice within a second. It has ended; the next one reads them anew.
    if (tries === (isLocked ? LOCK_TRIES : STALE_TRIES)) throw fault;
    if (isLocked && !(await removeStaleLock(git, move.ref))) await sleep(LOCK_PAUSE_MS);
  }
}

/**
 * Points refs of ours at commits, whatever they held before, all or none: the log has the older values, and only branches
 * have to be compared before they move.
 */
export async function pointRefs(
  git: Git,
  refs: readonly { readonly ref: string; readonly to: string }[],
): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const fault = await changeRefs(
      git,
      refs.map(({ ref, to }) => `update ${ref}\0${to}\0\0`),
    );
    if (fault === undefined) return;
    // Somebody else writes the same ref, or was killed while it did: one at a time, since that knows how to wait.
    for (const { ref, to } of refs) await moveRef(git, { ref, from: await readRef(git, ref), to });
    const held = await Promise.all(refs.map(({ ref }) => readRef(git, ref)));
    if (held.every((commit, i) => commit === refs[i]?.to)) return;
    if (tries === POINT_TRIES) throw fault;
  }
}

/** Deletes refs that hold what was seen; one that was moved meanwhile stays. */
export async function deleteRefs(git: Git, refs: readonly Ref[]): Promise<void> {
  for (let at = 0; at < refs.length; at += DELETED_AT_ONCE) {
    const some = refs.slice(at, at + DELETED_AT_ONCE);
    const fault = await changeRefs(
      git,
      some.map(({ name, oid }) => `delete ${name}\0${oid}\0`),
    );
    if (fault !== undefined)
      for (const { name, oid } of some) await moveRef(git, { ref: name, from: oid, to: undefined });
  }
}

const DELETED_AT_ONCE = 500;
const POINT_TRIES = 3;
const LOCK_TRIES = 15;
const STALE_TRIES = 1;
const LOCK_PAUSE_MS = 50;
/** No update of one ref takes this long, so a lock this old was left by a process that was killed. */
const STALE_LOCK_MS = 10_000;
const OURS = ["refs/interlock/", "refs/heads/interlock/"];

/** Carries out commands of `update-ref --stdin -z`, all or none; returns the fault when it was none. */
async function changeRefs(git: Git, commands: readonly string[], reason = "interlock"): Promise<GitFault | undefined> {
  const args = ["update-ref", "--no-deref", "-m", reason, "--stdin", "-z"];
  try {
    await git.ask({ args, ask: `start\0${commands.join("")}commit\0`, parse: parseDone });
    return undefined;
  } catch (error) {
    if (error instanceof GitFault && error.cause === undefined) return error;
    throw error;
  }
}

function commandOf({ ref, from, to }: RefChange): string {
  if (to === undefined) return `delete ${ref}\0${from ?? ""}\0`;
  return from === undefined ? `create ${ref}\0${to}\0` : `update ${ref}\0${to}\0${from}\0`;
}

const DONE = "start: ok\ncommit: ok\n";

function parseDone(output: Buffer): { readonly answer: undefined; readonly length: number } | number {
  return output.length < DONE.length ? DONE.length : { answer: undefined, length: DONE.length };
}

async function removeStaleLock(git: Git, ref: string): Promise<boolean> {
  if (!OURS.some((prefix) => ref.startsWith(prefix))) return false;
  const path = join(git.gitDir, `${ref}.lock`);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || Date.now() - found.mtimeMs < STALE_LOCK_MS) return false;
  await unlink(path).catch(() => undefined);
  return true;
}
