import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GitFault } from "../git/git-fault.ts";
import type { Git, GitOutput, GitPlace } from "../git/runner.ts";
import { listStash } from "./agent-traces.ts";
import { clearRegistration, emptySubmodules, removeLeftovers, restoreSubmodules } from "./clear-slot.ts";
import { noteHandedIndex } from "./handed-index.ts";
import { confirmLeftovers, scanLeftovers } from "./leftovers.ts";
import { isHalfMade, makeSlot } from "./make-slot.ts";
import { openUp, removeFolder } from "./remove-folder.ts";
import { SlotBroken } from "./slot-broken.ts";
import { readNote, removeNote, writeNote } from "./slot-notes.ts";
import { inspectSlot, kindOf, type SlotPlace } from "./slot-place.ts";
import { copyIndex } from "./stat-cache.ts";
import { type Layouts, lookAlike } from "./tree-layout.ts";

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
  layouts: Layouts,
): Promise<{ readonly isNew: boolean }> {
  const justMade = await ensureSlot(git, place, request);
  const isNew = readNote(place, "ready") === undefined;
  try {
    await moveFiles(git, place, { ...request, justMade }, layouts);
  } catch (error) {
    if (error instanceof GitFault) throw new SlotBroken(place.name, "cannot_clean", error);
    throw error;
  }
  return { isNew };
}

async function ensureSlot(git: Git, place: SlotPlace, request: PrepareRequest): Promise<boolean> {
  const damage = isHalfMade(place) ? "missing" : inspectSlot(place);
  if (damage === undefined) return false;
  if (damage !== "missing" || !request.fresh) throw new SlotBroken(place.name, damage);
  await makeSlot(git, place, request.base);
  const still = inspectSlot(place);
  if (still !== undefined) throw new SlotBroken(place.name, still);
  return true;
}

async function moveFiles(
  git: Git,
  place: SlotPlace,
  request: PrepareRequest & { readonly justMade: boolean },
  layouts: Layouts,
): Promise<void> {
  const content = request.content ?? request.base;
  const index = join(place.registration, "index");
  const files = { workTree: place.path, indexFile: index };
  const before = readNote(place, "content");
  // A tree that was put together for this slot alone may be gone by now.
  const earlier = before === undefined ? undefined : await layouts.of(before).catch(() => undefined);
  const [layout] = await Promise.all([layouts.of(content), startOver(place)]);
  await emptySubmodules(place, [...(earlier?.gitlinks ?? []), ...layout.gitlinks]);
  await startFromOurIndex(place, index, earlier !== undefined && lookAlike(earlier, layout));
  const [found] = await Promise.all([
    request.justMade ? [] : scanLeftovers(place.path, layout),
    checkOut(git, place, { base: request.base, content }, files),
  ]);
  await restoreSubmodules(place, layout.gitlinks);
  await removeLeftovers(git, place, confirmLeftovers(place.path, layout, found), request.keep, files);
  if (content !== request.base) {
    await git.run({ args: ["read-tree", "--reset", request.base], parse: () => undefined }, files);
  }
  await remember(git, place, { base: request.base, content }, index);
}

async function startOver(place: SlotPlace): Promise<void> {
  mkdirSync(place.notes, { recursive: true });
  removeNote(place, "base");
  await clearRegistration(place);
}

/** Makes the files those of the content and HEAD the base, after giving back rights that the agent took away. */
async function checkOut(git: Git, place: SlotPlace, wanted: Wanted, files: SlotFilesPlace): Promise<void> {
  if (await tryCheckOut(git, place, wanted, files)) return;
  await openUp(Buffer.from(place.path));
  await git.run({ args: ["read-tree", "--reset", "-u", wanted.content], parse: () => undefined }, files);
  await detachHead(git, place, wanted.base);
}

/** False when git fails, or leaves something behind that it had no rights to delete. */
async function tryCheckOut(git: Git, place: SlotPlace, wanted: Wanted, files: SlotFilesPlace): Promise<boolean> {
  const worked = ({ exitCode, stderr }: GitOutput) => exitCode === 0 && !stderr.includes("unable to ");
  const okCodes = [0, 1, 128];
  if (!hasPlainHead(place)) {
    await removeFolder(join(place.registration, "HEAD"));
    writeFileSync(join(place.registration, "HEAD"), `${wanted.base}\n`);
  }
  if (wanted.base === wanted.content) {
    // As quick as by hand; the registration was inspected, so this is the slot's own HEAD.
    const args = ["checkout", "-q", "-f", "--detach", wanted.base, "--"];
    // A log of HEAD would only have to be removed the next time; the agent's own git starts one when it is worth something.
    const config = ["core.logAllRefUpdates=false"];
    return git.run({ args, okCodes, parse: worked }, { ...files, gitDir: place.registration, config });
  }
  const args = ["read-tree", "--reset", "-u", wanted.content];
  const [done] = await Promise.all([
    git.run({ args, okCodes, parse: worked }, files),
    detachHead(git, place, wanted.base),
  ]);
  return done;
}

interface Wanted {
  readonly base: string;
  readonly content: string;
}

type SlotFilesPlace = GitPlace & { readonly workTree: string };

async function detachHead(git: Git, place: SlotPlace, base: string): Promise<void> {
  const args = ["update-ref", "--no-deref", `worktrees/${place.name}/HEAD`, base];
  await git.run({ args, parse: () => undefined });
}

function hasPlainHead(place: SlotPlace): boolean {
  const head = join(place.registration, "HEAD");
  return kindOf(head) === "file" && /^(ref: refs\/\S+|[0-9a-f]{40,64})\n$/.test(readFileSync(head, "utf8"));
}

/** Never the agent's index: it may hide changes. Ours knows every file that we wrote or read. */
async function startFromOurIndex(place: SlotPlace, index: string, looksTheSame: boolean): Promise<void> {
  rmSync(index, { force: true, recursive: true });
  if (!looksTheSame) return;
  for (const name of ["last-index", "index"]) if (await copyIndex(join(place.notes, name), index)) return;
}

async function remember(
  git: Git,
  place: SlotPlace,
  prepared: { base: string; content: string },
  index: string,
): Promise<void> {
  await copyIndex(index, join(place.notes, "index"));
  rmSync(join(place.notes, "last-index"), { force: true });
  removeNote(place, "tree");
  noteHandedIndex(place);
  writeNote(place, "stash", (await listStash(git)).join("\n"));
  writeNote(place, "content", prepared.content);
  writeNote(place, "base", prepared.base);
}
