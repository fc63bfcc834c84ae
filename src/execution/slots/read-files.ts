import { randomUUID } from "node:crypto";
import { lstatSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseId } from "../git/objects.ts";
import type { Git, GitPlace } from "../git/runner.ts";
import { type BytePath, fromText, onDisk, parseBytePaths, toText } from "./byte-path.ts";
import { applyGitlinks } from "./gitlinks.ts";
import { outsideSparseCheckout } from "./sparse-files.ts";
import { copyIndex } from "./stat-cache.ts";
import { type Unreadable, updateIndex } from "./update-index.ts";

/** Which work tree to read, and what is known about it. */
export interface ReadRequest {
  readonly workTree: string;
  /** The commit or tree whose files count as tracked; undefined for none. */
  readonly base: string | undefined;
  /** Submodules of the base. */
  readonly gitlinks: readonly BytePath[];
  /** An index of ours that knows what files looked like; `exact` if it holds the base's entries and no others. */
  readonly cache?: { readonly file: string; readonly exact: boolean };
  /** Where to keep the index that was read, for the next time. */
  readonly keepIndexAs?: string;
  /** The agent's own index: what it added there on purpose counts even if ignored. */
  readonly agentIndex?: string;
  /** Paths that are ours and no content. */
  readonly leaveOut?: readonly string[];
  /** How much to read at most; what is beyond stays as the base has it. */
  readonly bounds?: { readonly bytesOfFile: number; readonly files: number };
}

/** The non-ignored content of a work tree. */
export interface FilesRead {
  readonly tree: string;
  readonly unreadable: readonly Unreadable[];
  /** Folders that are repositories of their own; their files are not in the tree. */
  readonly nested: readonly BytePath[];
  /** Untracked files that were found. */
  readonly others: readonly BytePath[];
  /** How many files are beyond the bounds. */
  readonly beyond: number;
}

/**
 * Writes the content of a work tree as a tree, through an index of its own. Git is told the repository and the work tree, and
 * never looks into nested repositories: nothing that an agent put there is run. [G2] [G7]
 */
export async function readFiles(git: Git, request: ReadRequest): Promise<FilesRead> {
  const folder = join(git.gitDir, "interlock", "tmp");
  await mkdir(folder, { recursive: true });
  const indexFile = join(folder, `index-${process.pid}-${randomUUID()}`);
  const place = { workTree: request.workTree, indexFile };
  try {
    await startIndex(git, request, place);
    const submodules = await applyGitlinks(git, request.gitlinks, place);
    const [{ changed, others, problems }, forced] = await Promise.all([
      compareWithIndex(git, place),
      request.agentIndex === undefined ? [] : listAdded(git, request, request.agentIndex),
    ]);
    const leaveOut = new Set((request.leaveOut ?? []).map(fromText));
    const untracked = others.filter((path) => !path.endsWith("/") && !leaveOut.has(path));
    const nested = others.filter((path) => path.endsWith("/")).map((path) => path.slice(0, -1) as BytePath);
    const added = forced.filter((path) => !leaveOut.has(path) && !isInOrAt(nested, path));
    const { workTree, agentIndex } = request;
    const hidden =
      agentIndex === undefined ? undefined : await outsideSparseCheckout(git, { workTree, agentIndex }, changed);
    const wanted = new Set([...changed.filter((path) => !hidden?.has(path)), ...untracked, ...added]);
    const within =
      request.bounds === undefined ? [...wanted] : withinBounds([...wanted], request.workTree, request.bounds);
    const failed = await updateIndex(git, within, place);
    const tree = await git.run({ args: ["write-tree"], parse: parseId }, place);
    if (request.keepIndexAs !== undefined) await rename(indexFile, request.keepIndexAs);
    return {
      tree,
      unreadable: [...problems, ...failed],
      nested: [...submodules, ...nested],
      others: untracked,
      beyond: wanted.size - within.length,
    };
  } finally {
    await rm(indexFile, { force: true });
    await rm(`${indexFile}.lock`, { force: true });
  }
}

function withinBounds(
  paths: readonly BytePath[],
  workTree: string,
  { bytesOfFile, files }: NonNullable<ReadRequest["bounds"]>,
): readonly BytePath[] {
  return paths.slice(0, files).filter((path) => sizeOf(onDisk(workTree, path)) <= bytesOfFile);
}

/** What cannot be looked at is nothing yet; git says what is wrong with it. */
function sizeOf(path: Buffer): number {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
  } catch {
    return 0;
  }
}

/** How a work tree differs from an index. */
export interface Differences {
  /** Files of the index that look otherwise on disk, or are gone. */
  readonly changed: readonly BytePath[];
  /** Files that the index does not have and that are not ignored; a repository of its own ends with a slash. */
  readonly others: readonly BytePath[];
  readonly problems: readonly Unreadable[];
}

/** Compares a work tree with an index by size and times, and by content where these leave a doubt. Writes nothing. */
export async function compareWithIndex(
  git: Git,
  place: GitPlace & { readonly workTree: string; readonly indexFile: string },
): Promise<Differences> {
  const list = (args: readonly string[]) =>
    git.run(
      { args, parse: (output) => ({ paths: parseBytePaths(output), problems: problemsOf(output.stderr) }) },
      place,
    );
  const [changed, others] = await Promise.all([list(DIFF_FILES), list(LIST_OTHERS)]);
  return { changed: changed.paths, others: others.paths, problems: [...changed.problems, ...others.problems] };
}

const DIFF_FILES = ["diff-files", "-z", "--name-only", "--no-renames", "--ignore-submodules=all"];
const LIST_OTHERS = ["ls-files", "-z", "--others", "--exclude-standard"];

async function startIndex(
  git: Git,
  request: ReadRequest,
  place: GitPlace & { readonly indexFile: string },
): Promise<void> {
  const cached = request.cache !== undefined && (await copyIndex(request.cache.file, place.indexFile));
  if (cached && request.cache?.exact === true) return;
  const from = request.base === undefined ? ["--empty"] : ["--reset", request.base];
  await git.run({ args: ["read-tree", ...from], parse: () => undefined }, place);
}

/** The agent can do to its index what it likes; one that git cannot read has nothing to say. */
function listAdded(git: Git, request: ReadRequest, agentIndex: string): Promise<readonly BytePath[]> {
  const base = request.base ?? "HEAD";
  return git.run(
    {
      args: [
        "diff-index",
        "--cached",
        "-z",
        "--name-only",
        "--no-renames",
        "--diff-filter=A",
        "--ignore-submodules=all",
        base,
      ],
      okCodes: [0, 1, 128],
      parse: (output) => (output.exitCode === 0 ? parseBytePaths(output) : []),
    },
    { workTree: request.workTree, indexFile: agentIndex },
  );
}

/** Folders and files that git could not look at are only told on stderr. */
function problemsOf(stderr: string): readonly Unreadable[] {
  return stderr.split("\n").flatMap((line) => {
    const [, folder, why] = line.match(/^warning: could not open directory '(.*)': (.*)$/) ?? [];
    if (folder !== undefined && why !== undefined) return [{ path: folder.replace(/\/$/, ""), problem: why }];
    const [, path, problem] = line.match(/^(?!warning: |error: |hint: )(.+): ([A-Z][^:]*)$/) ?? [];
    return path !== undefined && problem !== undefined ? [{ path, problem }] : [];
  });
}

/** What the agent added inside a nested repository, or as a gitlink to it, belongs to that repository. */
function isInOrAt(folders: readonly BytePath[], path: BytePath): boolean {
  return folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

/** For callers that show paths. */
export function asTexts(paths: readonly BytePath[]): readonly string[] {
  return [...new Set(paths.map(toText))].sort();
}
