import type { Git } from "../../git/runner.ts";

/** So far back a repository's habits are worth knowing. */
export const mostCommits = 4_000;

/** The paths that each commit in the history of `from` changed, newest first; neither merges, nor the first of all, which says nothing of habits. */
export function changedTogether(
  git: Git,
  range: { readonly from: string; readonly not?: string; readonly limit?: number },
): Promise<readonly (readonly string[])[]> {
  const not = range.not === undefined ? [] : [`^${range.not}`];
  const limit = `--max-count=${range.limit ?? mostCommits}`;
  const form = [
    "--min-parents=1",
    "--max-parents=1",
    "--no-renames",
    "--no-ext-diff",
    "--name-only",
    "-z",
    `--format=tformat:${MARK}`,
  ];
  return git.run(
    {
      args: ["log", ...form, limit, range.from, ...not, "--"],
      parse: ({ stdout }) => parseCommits(stdout.toString("utf8")),
    },
    // A clone without old content must not fetch it for this.
    { env: { GIT_NO_LAZY_FETCH: "1" } },
  );
}

/** No path is this. */
const MARK = "//";

/** Each commit is the mark and, where it changed something, a line end and its paths; a NUL ends each part. */
function parseCommits(text: string): readonly (readonly string[])[] {
  const commits: string[][] = [];
  let isFirst = false;
  for (const part of text.split("\0")) {
    if (part === MARK) commits.push([]);
    else if (part !== "") commits.at(-1)?.push(isFirst ? part.replace(/^\n/, "") : part);
    isFirst = part === MARK;
  }
  return commits;
}
