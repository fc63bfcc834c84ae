import { parseId } from "./objects.ts";
import type { Git } from "./runner.ts";

/** One commit of a log. */
export interface LoggedCommit {
  readonly commit: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: string;
  /** When it was committed, ISO 8601 with its own offset. */
  readonly at: string;
  readonly message: string;
}

/** Whether `ancestor` is in the history of `descendant` (a commit is its own ancestor). */
export function isAncestor(git: Git, ancestor: string, descendant: string): Promise<boolean> {
  return git.run({
    args: ["merge-base", "--is-ancestor", ancestor, descendant],
    okCodes: [0, 1],
    parse: ({ exitCode }) => exitCode === 0,
  });
}

/** The best common ancestor, or undefined when the histories are unrelated. */
export function mergeBase(git: Git, one: string, other: string): Promise<string | undefined> {
  return git.run({
    args: ["merge-base", one, other],
    okCodes: [0, 1],
    parse: (output) => parseId(output) || undefined,
  });
}

/** Of the commits, those that are in no other's history. */
export async function independentCommits(git: Git, commits: readonly string[]): Promise<readonly string[]> {
  if (commits.length < 2) return commits;
  return git.run({
    args: ["merge-base", "--independent", ...commits],
    parse: ({ stdout }) => stdout.toString("ascii").split("\n").filter(Boolean),
  });
}

/** Commits reachable from `from` and not from `not`, newest first, at most `limit`. */
export function listCommits(
  git: Git,
  range: { readonly from: string; readonly not?: readonly string[]; readonly limit?: number },
): Promise<readonly LoggedCommit[]> {
  const limit = range.limit === undefined ? [] : [`--max-count=${range.limit}`];
  const not = (range.not ?? []).map((commit) => `^${commit}`);
  return git.run({
    args: ["log", "-z", "--no-decorate", `--format=${LOG_FORMAT}`, ...limit, range.from, ...not, "--"],
    parse: ({ stdout }) => stdout.toString("utf8").split("\0").filter(Boolean).map(parseCommit),
  });
}

const LOG_FORMAT = ["%H", "%T", "%P", "%an", "%cI", "%B"].join("%n");

function parseCommit(entry: string): LoggedCommit {
  const [commit = "", tree = "", parents = "", author = "", at = "", ...message] = entry.split("\n");
  return {
    commit,
    tree,
    parents: parents.split(" ").filter(Boolean),
    author,
    at,
    message: message.join("\n").trimEnd(),
  };
}
