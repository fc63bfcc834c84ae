import { randomUUID } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseId } from "../git/objects.ts";
import type { Git, GitPlace } from "../git/runner.ts";
import { type BytePath, fromText, parseBytePaths, toText } from "./byte-path.ts";
import { applyGitlinks } from "./gitlinks.ts";
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
}

/** The non-ignored content of a work tree. */
export interface FilesRead {
  readonly tree: string;
  readonly unreadable: readonly Unreadable[];
  /** Folders that are repositories of their own; their files are not in the tree. */
  readonly nested: readonly BytePath[];
  /** Untracked files that were found. */
  readonly others: readonly BytePath[];
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
    const [changed, others, forced] = await Promise.all([
      git.run(
        {
          args: DIFF_FILES,
          parse: (output) => ({ paths: parseBytePaths(output), problems: problemsOf(output.stderr) }),
        },
        place,
      ),
      git.run(
        {
          args: LIST_OTHERS,
          parse: (output) => ({ paths: parseBytePaths(output), problems: problemsOf(output.stderr) }),
        },
        place,
      ),
      request.agentIndex === undefined ? [] : listAdded(git, request, request.agentIndex),
    ]);
    const leaveOut = new Set((request.leaveOut ?? []).map(fromText));
    const untracked = others.paths.filter((path) => !path.endsWith("/") && !leaveOut.has(path));
    const nested = others.paths.filter((path) => path.endsWith("/")).map((path) => path.slice(0, -1) as BytePath);
    const added = forced.filter((path) => !leaveOut.has(path) && !isInOrAt(nested, path));
    const wanted = new Set([...changed.paths, ...untracked, ...added]);
    const failed = await updateIndex(git, [...wanted], place);
    const tree = await git.run({ args: ["write-tree"], parse: parseId }, place);
    if (request.keepIndexAs !== undefined) await rename(indexFile, request.keepIndexAs);
    return {
      tree,
      unreadable: [...changed.problems, ...others.problems, ...failed],
      nested: [...submodules, ...nested],
      others: untracked,
    };
  } finally {
    await rm(indexFile, { force: true });
    await rm(`${indexFile}.lock`, { force: true });
  }
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
