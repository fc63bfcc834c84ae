import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { independentCommits } from "../git/history.ts";
import { findObject } from "../git/read-object.ts";
import { resolveCommit } from "../git/refs.ts";
import type { Git } from "../git/runner.ts";
import type { SlotPlace } from "./slot-place.ts";

/** The commit that the slot's HEAD stands on, or undefined when it still is the base or cannot be read. */
export async function readSlotHead(git: Git, place: SlotPlace, base: string): Promise<string | undefined> {
  // An untouched HEAD is what it nearly always is, and needs no git.
  if ((await firstId(join(place.registration, "HEAD"))) === base) return undefined;
  const head = await resolveCommit(git, `worktrees/${place.name}/HEAD`);
  return head === base ? undefined : head;
}

/** All stash entries of the repository, newest first: slots and the user's checkout share one stash. */
export async function listStash(git: Git): Promise<readonly string[]> {
  return (await newIdsOf(join(git.gitDir, "logs", "refs", "stash"))).reverse();
}

/** Stash entries that appeared since the slot was prepared, on a commit that its HEAD has been on. */
export async function findSlotStash(git: Git, place: SlotPlace, base: string): Promise<readonly string[]> {
  const before = new Set((await readLines(join(place.notes, "stash"))) ?? []);
  const appeared = (await listStash(git)).filter((entry) => !before.has(entry));
  if (appeared.length === 0) return [];
  const stoodOn = new Set([base, ...(await headsOf(place))]);
  const parents = await Promise.all(appeared.map((entry) => resolveCommit(git, `${entry}^1`)));
  return appeared.filter((_, index) => {
    const parent = parents[index];
    return parent !== undefined && stoodOn.has(parent);
  });
}

/**
 * The tips of everything the agent committed in the slot, also what it later reset away or left in an unfinished rebase;
 * commits that are in the base's history are left out.
 */
export async function findAgentCommits(git: Git, place: SlotPlace, base: string): Promise<readonly string[]> {
  const names = await Promise.all(UNFINISHED.map((file) => firstId(join(place.registration, file))));
  const ids = [await readSlotHead(git, place, base), ...names, ...(await headsOf(place))];
  const commits = await existingCommits(git, [
    ...new Set(ids.filter((id) => id !== undefined && id !== base)),
  ] as string[]);
  if (commits.length === 0) return [];
  const tips = await independentCommits(git, [...commits, base]);
  return tips.filter((commit) => commit !== base);
}

const UNFINISHED = [
  "ORIG_HEAD",
  "MERGE_HEAD",
  "CHERRY_PICK_HEAD",
  "REVERT_HEAD",
  "rebase-merge/orig-head",
  "rebase-apply/orig-head",
];

/** Every commit the slot's HEAD has been moved to since the slot was prepared. */
async function headsOf(place: SlotPlace): Promise<readonly string[]> {
  return newIdsOf(join(place.registration, "logs", "HEAD"));
}

async function newIdsOf(reflog: string): Promise<string[]> {
  const lines = (await readLines(reflog)) ?? [];
  return lines.map((line) => line.split(" ")[1] ?? "").filter((id) => ID.test(id));
}

async function firstId(path: string): Promise<string | undefined> {
  const id = (await readLines(path))?.[0];
  return id !== undefined && ID.test(id) ? id : undefined;
}

const ID = /^[0-9a-f]{40,64}$/;

async function readLines(path: string): Promise<readonly string[] | undefined> {
  try {
    return (await readFile(path, "utf8")).split("\n").filter(Boolean);
  } catch {
    // Anything may be in the place of a file that an agent can write.
    return undefined;
  }
}

async function existingCommits(git: Git, ids: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(ids.map((id) => findObject(git, id)));
  return found.flatMap((one) => (one?.type === "commit" ? [one.id] : []));
}
