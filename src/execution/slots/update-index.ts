import { accessSync, constants, lstatSync } from "node:fs";
import type { Git, GitPlace } from "../git/runner.ts";
import { type BytePath, onDisk, toStdin, toText } from "./byte-path.ts";

/** A path that git could not read, in git's words. */
export interface Unreadable {
  readonly path: string;
  readonly problem: string;
}

/**
 * Brings an index up to date with the paths as they are on disk: added, changed or removed. Returns those that could not
 * be read; the others are in the index.
 */
export async function updateIndex(
  git: Git,
  paths: readonly BytePath[],
  place: GitPlace & { readonly workTree: string },
): Promise<readonly Unreadable[]> {
  const unreadable: Unreadable[] = [];
  let left = paths;
  while (left.length > 0) {
    const { refused, stopped } = await tryAll(git, left, place);
    if (stopped === undefined) return [...unreadable, ...refused];
    const next = left.filter((path) => toText(path) !== stopped.path);
    // Without knowing the culprit there is no way on but to name them all.
    if (next.length === left.length)
      return [...unreadable, ...left.map((path) => ({ ...stopped, path: toText(path) }))];
    if (!NOT_CONTENT.some((words) => stopped.problem.includes(words))) unreadable.push(stopped);
    const closed = new Set(next.filter((path) => isClosed(place, path)));
    unreadable.push(...[...closed].map((path) => ({ path: toText(path), problem: "Permission denied" })));
    left = next.filter((path) => !closed.has(path));
  }
  return unreadable;
}

/** Git stops at each file that it may not read; asking first saves a turn for each. */
function isClosed(place: { readonly workTree: string }, path: BytePath): boolean {
  const file = onDisk(place.workTree, path);
  try {
    if (lstatSync(file, { throwIfNoEntry: false })?.isFile() === true) accessSync(file, constants.R_OK);
    return false;
  } catch {
    return true;
  }
}

/** What lies behind a link is not the slot's. */
const NOT_CONTENT = ["is beyond a symbolic link"];

interface Attempt {
  /** Names that git never takes; it goes on after them. */
  readonly refused: readonly Unreadable[];
  /** The path at which git gave up, leaving the index as it was. */
  readonly stopped: Unreadable | undefined;
}

function tryAll(git: Git, paths: readonly BytePath[], place: GitPlace): Promise<Attempt> {
  return git.run(
    {
      args: ["update-index", "--add", "--remove", "--replace", "-z", "--stdin"],
      okCodes: [0, 1, 128],
      parse: ({ exitCode, stderr }) => ({
        refused: [...stderr.matchAll(/^Ignoring path (.*)$/gm)].map(([, path = ""]) => ({
          path,
          problem: "git does not take this name",
        })),
        stopped: exitCode === 0 ? undefined : stoppedAt(stderr),
      }),
    },
    { ...place, stdin: toStdin(paths) },
  );
}

function stoppedAt(stderr: string): Unreadable {
  const [, path = ""] = stderr.match(/^fatal: Unable to process path ([\s\S]*?)\n*$/m) ?? [];
  const problem = stderr
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("fatal: Unable to process path"))
    .join("; ");
  return { path, problem: problem || stderr.trim() };
}
