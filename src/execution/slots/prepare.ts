import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { GitFault } from "../git/git-fault.ts";
import type { Git, GitOutput, GitPlace } from "../git/runner.ts";
import { listStash } from "./agent-traces.ts";
import {
  clearRegistration,
  emptySubmodules,
  listLeftovers,
  removeLeftovers,
  removeStrangeEntries,
} from "./clear-slot.ts";
import { isHalfMade, makeSlot } from "./make-slot.ts";
import { openUp } from "./remove-folder.ts";
import { SlotBroken } from "./slot-broken.ts";
import { readNote, removeNote, writeNote } from "./slot-notes.ts";
import { inspectSlot, type SlotPlace } from "./slot-place.ts";
import { copyIndex } from "./stat-cache.ts";
import { findStrangeEntries } from "./strange-entries.ts";
import type { TreeLayout } from "./tree-layout.ts";

/** What a slot should hold. */
export interface PrepareRequest {
  /** An id; a name is never used again after its slot was quarantined. */
  readonly name: string;
  /** The commit that HEAD and index stand on. */
  readonly base: string;
  /** A tree to check out instead of the base's: its difference shows as uncommitted changes. */
  readonly content?: string;
  /** Whether the slot may be made when there is none. */
  readonly fresh: boolean;
  /** Patterns of ignored files that survive a reuse, like `node_modules`. */
  readonly keep: readonly string[];
}

/** A slot that is ready, and what was done for it. */
export interface PreparedSlot {
  readonly path: string;
  readonly isNew: boolean;
  readonly ranSetup: boolean;
}

/**
 * Makes a slot hold exactly what is asked for; afterwards nothing shows that it was used before. What was in it must be
 * parked by then. Throws SlotBroken when the folder is not as we made it. [G4]
 */
export async function fillSlot(
  git: Git,
  place: SlotPlace,
  request: PrepareRequest,
  layoutOf: (tree: string) => Promise<TreeLayout>,
): Promise<{ readonly isNew: boolean }> {
  const justMade = await ensureSlot(git, place, request);
  const isNew = (await readNote(place, "ready")) === undefined;
  try {
    await moveFiles(git, place, { ...request, justMade }, layoutOf);
  } catch (error) {
    if (error instanceof GitFault) throw new SlotBroken(place.name, "cannot_clean", error);
    throw error;
  }
  return { isNew };
}

async function ensureSlot(git: Git, place: SlotPlace, request: PrepareRequest): Promise<boolean> {
  const damage = (await isHalfMade(place)) ? "missing" : await inspectSlot(place);
  if (damage === undefined) return false;
  if (damage !== "missing" || !request.fresh) throw new SlotBroken(place.name, damage);
  await makeSlot(git, place, request.base);
  const still = await inspectSlot(place);
  if (still !== undefined) throw new SlotBroken(place.name, still);
  return true;
}

async function moveFiles(
  git: Git,
  place: SlotPlace,
  request: PrepareRequest & { readonly justMade: boolean },
  layoutOf: (tree: string) => Promise<TreeLayout>,
): Promise<void> {
  const content = request.content ?? request.base;
  const index = join(place.registration, "index");
  const files = { workTree: place.path, indexFile: index };
  const before = await readNote(place, "content");
  const [layout, earlier, looksChanged] = await Promise.all([
    layoutOf(content),
    before === undefined ? undefined : layoutOf(before),
    before !== undefined && attributesDiffer(git, before, content),
    startOver(place),
  ]);
  await emptySubmodules(place, [...(earlier?.gitlinks ?? []), ...layout.gitlinks]);
  const seed = await startFromOurIndex(place, index, looksChanged);
  const [leftovers, hadRights] = await Promise.all([
    seed === undefined ? undefined : listLeftovers(git, { workTree: place.path, indexFile: seed }),
    checkOut(git, content, files),
    git.run({
      args: ["update-ref", "--no-deref", `worktrees/${place.name}/HEAD`, request.base],
      parse: () => undefined,
    }),
  ]);
  if (!request.justMade) {
    await removeLeftovers(
      git,
      place,
      (hadRights && leftovers) || (await listLeftovers(git, files)),
      request.keep,
      files,
    );
    await removeStrangeEntries(place, await findStrangeEntries(place.path, layout.folders));
  }
  if (content !== request.base) {
    await git.run({ args: ["read-tree", "--reset", request.base], parse: () => undefined }, files);
  }
  await remember(git, place, { base: request.base, content }, index);
}

async function startOver(place: SlotPlace): Promise<void> {
  await mkdir(place.notes, { recursive: true });
  await removeNote(place, "base");
  await clearRegistration(place);
}

/** Makes the files those of a tree. Returns false when rights that the agent took away had to be given back first. */
async function checkOut(git: Git, content: string, files: GitPlace & { readonly workTree: string }): Promise<boolean> {
  const args = ["read-tree", "--reset", "-u", content];
  // What it may not delete it only warns about.
  const worked = ({ exitCode, stderr }: GitOutput) => exitCode === 0 && !stderr.includes("unable to ");
  if (await git.run({ args, okCodes: [0, 1, 128], parse: worked }, files)) return true;
  await openUp(Buffer.from(files.workTree));
  await git.run({ args, parse: () => undefined }, files);
  return false;
}

/** Attributes decide line endings and filters: files that are the same in git may have to look different on disk. */
function attributesDiffer(git: Git, before: string, next: string): Promise<boolean> {
  return git.run({
    args: ["diff-tree", "-r", "--name-only", before, next, "--", ":(glob)**/.gitattributes"],
    parse: ({ stdout }) => stdout.length > 0,
  });
}

/** Never the agent's index: it may hide changes. Ours knows every file that we wrote or read. */
async function startFromOurIndex(place: SlotPlace, index: string, anew: boolean): Promise<string | undefined> {
  await rm(index, { force: true, recursive: true });
  if (anew) return undefined;
  for (const name of ["last-index", "index"]) {
    const seed = join(place.notes, name);
    if (await copyIndex(seed, index)) return seed;
  }
  return undefined;
}

async function remember(
  git: Git,
  place: SlotPlace,
  prepared: { base: string; content: string },
  index: string,
): Promise<void> {
  await copyIndex(index, join(place.notes, "index"));
  await rm(join(place.notes, "last-index"), { force: true });
  await writeNote(place, "stash", (await listStash(git)).join("\n"));
  await writeNote(place, "content", prepared.content);
  await writeNote(place, "base", prepared.base);
}
