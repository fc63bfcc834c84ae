import type { Git } from "../git/runner.ts";

/** Beyond this many paths it is quicker to search the whole tree. */
const MOST_PATHS = 200;

/** Files among `paths` that hold all three conflict markers as lines in `tree`, and do not in `base`. */
export async function findConflictMarkers(
  git: Git,
  search: { readonly tree: string; readonly base: string; readonly paths: readonly string[] },
): Promise<readonly string[]> {
  if (search.paths.length === 0) return [];
  const marked = await grep(git, search.tree, search.paths);
  if (marked.length === 0) return [];
  const before = new Set(await grep(git, search.base, marked));
  return marked.filter((path) => !before.has(path));
}

async function grep(git: Git, tree: string, paths: readonly string[]): Promise<readonly string[]> {
  const narrow = paths.length > MOST_PATHS ? [] : paths;
  const found = await git.run(
    {
      args: [
        "grep",
        "-I",
        "-l",
        "-z",
        "--full-name",
        "--all-match",
        "-E",
        ...MARKERS.flatMap((line) => ["-e", line]),
        tree,
        "--",
        ...narrow,
      ],
      okCodes: [0, 1],
      parse: ({ stdout }) =>
        stdout
          .toString("utf8")
          .split("\0")
          .filter(Boolean)
          .map((line) => line.slice(tree.length + 1)),
    },
    { env: { GIT_LITERAL_PATHSPECS: "1" } },
  );
  const wanted = new Set(paths);
  return found.filter((path) => wanted.has(path));
}

const MARKERS = ["^<{7} ", "^={7}\r?$", "^>{7} "];
