import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SlotDamage } from "./slot-broken.ts";

/** Where the parts of a slot are. */
export interface SlotPlace {
  readonly name: string;
  /** The work tree that the agent sees. */
  readonly path: string;
  /** What git keeps about it: `<common>/worktrees/<name>`. */
  readonly registration: string;
  /** What we keep about it: stat caches, what setup last saw. */
  readonly notes: string;
}

/** Names that a slot may have: they become folders of the repository, so they must be harmless everywhere. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The parts of the slot called `name`; throws for a name that is not an id. */
export function slotPlace(commonDir: string, folder: string, name: string): SlotPlace {
  if (!NAME.test(name) || name.includes("..") || /(\.|\.lock)$/.test(name))
    throw new Error(`not a slot's name: ${name}`);
  return {
    name,
    path: join(folder, name),
    registration: join(commonDir, "worktrees", name),
    notes: join(commonDir, "interlock", "slots", name),
  };
}

/**
 * What is wrong with a slot, if anything. Follows no link: an agent can put one anywhere. Synchronous like all that looks at
 * single small files here: that takes microseconds, a turn through the thread pool a good part of a millisecond.
 */
export function inspectSlot(place: SlotPlace): SlotDamage | undefined {
  const slot = kindOf(place.path);
  if (slot === undefined) return "missing";
  if (slot !== "folder") return "not_a_folder";
  const gitFile = join(place.path, ".git");
  const git = kindOf(gitFile);
  if (git === undefined) return "git_file_missing";
  if (git !== "file" || readFileSync(gitFile, "utf8") !== gitFileOf(place)) return "git_file_replaced";
  return inspectRegistration(place);
}

/** The exact content of a slot's `.git` file. */
export function gitFileOf(place: SlotPlace): string {
  return `gitdir: ${place.registration}\n`;
}

function inspectRegistration(place: SlotPlace): SlotDamage | undefined {
  if (kindOf(place.registration) !== "folder") return "registration_missing";
  const expected = { gitdir: `${join(place.path, ".git")}\n`, commondir: "../..\n" };
  for (const [name, content] of Object.entries(expected)) {
    const path = join(place.registration, name);
    if (kindOf(path) !== "file" || readFileSync(path, "utf8") !== content) return "registration_changed";
  }
  return undefined;
}

/** What a path is, without following it. */
export function kindOf(path: string | Buffer): "file" | "folder" | "link" | "other" | undefined {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    if (found.isFile()) return "file";
    if (found.isDirectory()) return "folder";
    return found.isSymbolicLink() ? "link" : "other";
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return undefined;
    throw error;
  }
}
