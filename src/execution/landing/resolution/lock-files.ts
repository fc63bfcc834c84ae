/** Lock files are what a package manager makes of manifests: after a merge it makes them again, if the config says how. */
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { LockFileCommand } from "../../../config/config.ts";
import { runGate } from "../../gates/run-gate.ts";
import type { Git } from "../../git/runner.ts";
import { readValue } from "./data-value.ts";
import { dataFormatOf } from "./file-kind.ts";
import { replaceBlobs, writeBlob } from "./replace-blobs.ts";

/** Lock files that could not be settled by their lines. */
export interface LockFileWork {
  /** The merged tree; the lock files in it hold git's markers. */
  readonly tree: string;
  /** The blobs of our side, by path. */
  readonly ours: ReadonlyMap<string, string>;
}

/** The tree with the lock files written anew, and which they were; one whose command failed stays as it was. */
export interface WrittenLockFiles {
  readonly tree: string;
  readonly written: readonly string[];
}

/** The command that makes a lock file, or undefined when the config names none. */
export function commandFor(path: string, commands: readonly LockFileCommand[]): LockFileCommand | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return commands.find(({ file }) => file === name);
}

/**
 * Has package managers write lock files for what was merged, in a folder that holds the merged tree and is removed afterwards.
 * Runs commands, which mostly need the network: only those of the config on the branch that is merged into.
 */
export async function writeLockFiles(
  git: Git,
  { tree, ours }: LockFileWork,
  commands: readonly LockFileCommand[],
  signal: AbortSignal = new AbortController().signal,
): Promise<WrittenLockFiles> {
  const parent = join(git.gitDir, "interlock", "tmp");
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, "lock-files-"));
  try {
    const workTree = join(folder, "tree");
    await mkdir(workTree);
    await checkOut(git, await withStarts(git, tree, ours, commands), { workTree, indexFile: join(folder, "index") });
    const blobs = new Map<string, string>();
    for (const path of ours.keys()) {
      const command = commandFor(path, commands);
      const text = command && (await make(join(workTree, dirname(path)), command, signal));
      if (text !== undefined && isWhole(path, text)) blobs.set(path, await writeBlob(git, text));
    }
    return { tree: blobs.size === 0 ? tree : await replaceBlobs(git, tree, blobs), written: [...blobs.keys()] };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Managers that join lock files with markers by themselves get both sides; the others begin with ours. */
function withStarts(
  git: Git,
  tree: string,
  ours: ReadonlyMap<string, string>,
  commands: readonly LockFileCommand[],
): Promise<string> | string {
  const starts = [...ours].filter(([path]) => commandFor(path, commands)?.readsMarkers !== true);
  return starts.length === 0 ? tree : replaceBlobs(git, tree, new Map(starts));
}

async function checkOut(
  git: Git,
  tree: string,
  place: { readonly workTree: string; readonly indexFile: string },
): Promise<void> {
  const nothing = () => undefined;
  await git.run({ args: ["read-tree", tree], parse: nothing }, place);
  await git.run({ args: ["checkout-index", "--all", "--quiet"], parse: nothing }, place);
}

/** A package manager that takes longer is stuck. */
const MOST_MINUTES = 10;

async function make(cwd: string, command: LockFileCommand, signal: AbortSignal): Promise<string | undefined> {
  const gate = { run: command.run, timeoutMinutes: MOST_MINUTES, env: {} };
  const place = { cwd, environment: {}, onStart: () => undefined, signal };
  const run = await runGate(gate, place);
  if (run.exitCode !== 0) return undefined;
  return readFile(join(cwd, command.file), "utf8").catch(() => undefined);
}

function isWhole(path: string, text: string): boolean {
  if (/^(?:<{7}|>{7})(?: |$)/m.test(text)) return false;
  const format = dataFormatOf(path);
  return text !== "" && (format === undefined || readValue(format, text) !== undefined);
}
