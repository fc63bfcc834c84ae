import { readdirSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type BytePath, onDisk } from "./byte-path.ts";
import { isReallyInside } from "./real-path.ts";

/** What git does not see in the folders it walks. */
export interface StrangeEntries {
  /** Folders in which there is a `.git`, although git takes their files for the slot's own. */
  readonly repositories: readonly BytePath[];
  /** Sockets, pipes and devices. */
  readonly special: readonly BytePath[];
}

/** Looks through the folders (not below them) for what git passes by; a folder that cannot be read shows nothing. */
export async function findStrangeEntries(workTree: string, folders: readonly BytePath[]): Promise<StrangeEntries> {
  const repositories: BytePath[] = [];
  const special: BytePath[] = [];
  for (let at = 0; at < folders.length; at += AT_ONCE) {
    for (const folder of folders.slice(at, at + AT_ONCE)) {
      for (const entry of entriesOf(workTree, folder)) {
        const name = entry.name.toString("latin1");
        const path = (folder === "" ? name : `${folder}/${name}`) as BytePath;
        if (name === ".git" && folder !== "") repositories.push(folder);
        else if (!entry.isFile() && !entry.isDirectory() && !entry.isSymbolicLink()) special.push(path);
      }
    }
    await nextTurn();
  }
  const real = await Promise.all(
    [repositories.map((folder) => `${folder}/.git` as BytePath), special].map(async (paths) => {
      const inside = await Promise.all(paths.map((path) => isReallyInside(workTree, path)));
      return paths.filter((_, index) => inside[index]);
    }),
  );
  return {
    repositories: (real[0] ?? []).map((path) => path.slice(0, -"/.git".length) as BytePath),
    special: real[1] ?? [],
  };
}

/** Few enough that the event loop is not held up for long. */
const AT_ONCE = 100;

function entriesOf(workTree: string, folder: BytePath) {
  try {
    return readdirSync(onDisk(workTree, folder), { withFileTypes: true, encoding: "buffer" });
  } catch {
    return [];
  }
}
