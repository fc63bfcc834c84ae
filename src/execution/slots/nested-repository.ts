import { lstat, readdir, readFile, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { type BytePath, onDisk } from "./byte-path.ts";
import type { SlotPlace } from "./slot-place.ts";

/** What can be read of a nested repository without asking git to open it: its configuration could run commands. */
export interface NestedRepository {
  /** The folder with its objects. */
  readonly objects: string;
  readonly refs: readonly { readonly name: string; readonly oid: string }[];
}

/**
 * Reads the refs of the repository in a folder of a slot. Undefined when its history is not kept in the slot, as in a link
 * to a repository elsewhere, or when there is nothing that could be one.
 */
export async function readNestedRepository(place: SlotPlace, folder: BytePath): Promise<NestedRepository | undefined> {
  try {
    const gitDir = await gitDirOf(onDisk(place.path, folder === "" ? ".git" : `${folder}/.git`));
    const homes = [
      await realpath(place.path),
      join(await realpath(place.registration).catch(() => place.registration), "modules"),
    ];
    if (!homes.some((home) => isBelow(home, gitDir))) return undefined;
    const refs = new Map<string, string>();
    for (const [name, oid] of [...(await packedRefs(gitDir)), ...(await looseRefs(gitDir, "refs"))])
      refs.set(name, oid);
    for (const [index, oid] of (await stashOf(gitDir)).entries()) refs.set(`refs/interlock-stash/${index}`, oid);
    const head = await headOf(gitDir, refs);
    if (head !== undefined) refs.set("refs/interlock-head", head);
    return { objects: join(gitDir, "objects"), refs: [...refs].map(([name, oid]) => ({ name, oid })) };
  } catch {
    // Anything can lie there; what is not a repository has no history.
    return undefined;
  }
}

const ID = /^[0-9a-f]{40}([0-9a-f]{24})?$/;
const REF_NAME = /^refs\/[^\s~^:?*[\\]+$/;

async function gitDirOf(path: Buffer): Promise<string> {
  if (!(await lstat(path)).isFile()) return realpath(path.toString());
  const [, target = ""] = (await readFile(path, "utf8")).match(/^gitdir: (.*)\n?$/) ?? [];
  return realpath(isAbsolute(target) ? target : resolve(dirname(path.toString()), target));
}

function isBelow(home: string, path: string): boolean {
  const way = relative(home, path);
  return way !== "" && !way.startsWith("..") && !isAbsolute(way);
}

async function packedRefs(gitDir: string): Promise<[string, string][]> {
  const text = await readFile(join(gitDir, "packed-refs"), "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    const [oid = "", name = ""] = line.split(" ");
    return ID.test(oid) && REF_NAME.test(name) ? [[name, oid] satisfies [string, string]] : [];
  });
}

async function looseRefs(gitDir: string, below: string): Promise<[string, string][]> {
  const entries = await readdir(join(gitDir, below), { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry): Promise<[string, string][]> => {
      const name = `${below}/${entry.name}`;
      if (entry.isDirectory()) return looseRefs(gitDir, name);
      const oid = entry.isFile() ? (await readFile(join(gitDir, name), "utf8").catch(() => "")).trim() : "";
      return ID.test(oid) && REF_NAME.test(name) ? [[name, oid]] : [];
    }),
  );
  return found.flat();
}

async function stashOf(gitDir: string): Promise<string[]> {
  const text = await readFile(join(gitDir, "logs", "refs", "stash"), "utf8").catch(() => "");
  return text
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((oid) => ID.test(oid));
}

async function headOf(gitDir: string, refs: ReadonlyMap<string, string>): Promise<string | undefined> {
  const head = (await readFile(join(gitDir, "HEAD"), "utf8").catch(() => "")).trim();
  return ID.test(head) ? head : refs.get(head.replace(/^ref: /, ""));
}
