import { mkdir, readlink, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fromText } from "./byte-path.ts";
import { hasPlainFolders, isReallyInside } from "./real-path.ts";
import { removeFolder } from "./remove-folder.ts";
import { readNote, writeNote } from "./slot-notes.ts";
import { kindOf, type SlotPlace } from "./slot-place.ts";

/** Links folders of the user's checkout into a slot; where there is none, or the base has something of that name, nothing. */
export async function linkFolders(place: SlotPlace, root: string, paths: readonly string[]): Promise<void> {
  const ours: string[] = [];
  for (const path of paths) {
    const target = join(root, path);
    if (kindOf(target) !== "folder" || !hasPlainFolders(place.path, fromText(path))) continue;
    const link = join(place.path, path);
    if (await isLinkTo(link, target)) ours.push(path);
    else if (kindOf(link) === undefined) {
      await mkdir(dirname(link), { recursive: true });
      await symlink(target, link, "dir");
      ours.push(path);
    }
  }
  writeNote(place, "links", JSON.stringify(ours.map((path) => [path, join(root, path)])));
}

/** Lets the links that we made lead to the same folders of another checkout, after the repository was moved. */
export async function relinkFolders(place: SlotPlace, root: string): Promise<void> {
  const paths = await ourLinks(place);
  await unlinkFolders(place);
  await linkFolders(place, root, paths);
}

/** The links we made in a slot that are still as we made them. */
export async function ourLinks(place: SlotPlace): Promise<readonly string[]> {
  const made = parseLinks(readNote(place, "links"));
  const intact = await Promise.all(made.map(([path, target]) => isLinkTo(join(place.path, path), target)));
  return made.filter((_, index) => intact[index]).map(([path]) => path);
}

/** Takes our links out of a slot; what the agent put in their place stays. */
export async function unlinkFolders(place: SlotPlace): Promise<void> {
  for (const path of await ourLinks(place)) {
    if (isReallyInside(place.path, fromText(path))) await removeFolder(join(place.path, path));
  }
}

function parseLinks(note: string | undefined): readonly (readonly [string, string])[] {
  return note === undefined ? [] : (JSON.parse(note) as [string, string][]);
}

async function isLinkTo(path: string, target: string): Promise<boolean> {
  return kindOf(path) === "link" && (await readlink(path)) === target;
}
