/**
 * Git keeps absolute paths between a work tree and its registration. When the repository was moved or copied as a whole they
 * lead to where it was: to nowhere, or worse, into the original.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { relinkFolders } from "./linked-folders.ts";
import { LOCK_REASON } from "./make-slot.ts";
import { ensureSlotFolder } from "./slot-folder.ts";
import { gitFileOf, kindOf, type SlotPlace, slotPlace } from "./slot-place.ts";

/** Where the workspace is: its git common dir, its folder of slots, and the checkout that slots link into. */
export interface Home {
  readonly commonDir: string;
  readonly folder: string;
  readonly root: string | undefined;
}

/** Makes slots that came along with a moved or copied repository belong to it again; what agents wrote is not touched. */
export async function settleMovedSlots(home: Home): Promise<void> {
  const note = join(home.commonDir, "interlock", "home");
  const now = `${home.commonDir}\n${home.folder}\n`;
  if (readIfPlain(note) === now) return;
  const registered = join(home.commonDir, "worktrees");
  const names = existsSync(registered) && existsSync(home.folder) ? readdirSync(registered) : [];
  const moved = names.map((name) => placeOf(home, name)).filter((place) => place && cameAlong(place));
  for (const place of moved) {
    if (!place) continue;
    writeFileSync(join(place.registration, "gitdir"), `${join(place.path, ".git")}\n`);
    writeFileSync(join(place.path, ".git"), gitFileOf(place));
    if (home.root !== undefined) await relinkFolders(place, home.root);
  }
  if (existsSync(home.folder)) await ensureSlotFolder(home.commonDir, home.folder);
  mkdirSync(join(home.commonDir, "interlock"), { recursive: true });
  writeFileSync(note, now);
}

/** Other work trees of the repository are none of ours. */
function placeOf({ commonDir, folder }: Home, name: string): SlotPlace | undefined {
  if (readIfPlain(join(commonDir, "worktrees", name, "locked"))?.trim() !== LOCK_REASON) return undefined;
  return slotPlace(commonDir, folder, name);
}

/** Whether both ends still are as we made them, but for where they lead. */
function cameAlong(place: SlotPlace): boolean {
  if (kindOf(place.path) !== "folder") return false;
  const here = readIfPlain(join(place.path, ".git"));
  const there = readIfPlain(join(place.registration, "gitdir"));
  if (here === gitFileOf(place) && there === `${join(place.path, ".git")}\n`) return false;
  return leadsTo(here, `gitdir: `, `/worktrees/${place.name}\n`) && leadsTo(there, "", `/${place.name}/.git\n`);
}

function leadsTo(text: string | undefined, start: string, end: string): boolean {
  return text?.startsWith(`${start}/`) === true && text.endsWith(end) && text.indexOf("\n") === text.length - 1;
}

/** Follows no link: an agent can put one anywhere. */
function readIfPlain(path: string): string | undefined {
  return kindOf(path) === "file" ? readFileSync(path, "utf8") : undefined;
}
