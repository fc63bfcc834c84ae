import { GitFault } from "./git-fault.ts";
import type { Git, GitOutput } from "./runner.ts";

/** One path that differs between two trees; a rename found is one entry with `from`. */
export interface TreeChange {
  readonly path: string;
  readonly status: "A" | "M" | "D" | "T" | "R";
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldId: string;
  readonly newId: string;
  /** The old name, for a rename. */
  readonly from?: string;
}

/** What to look for, and where. */
export interface DiffOptions {
  readonly renames?: boolean;
  /** Files or folders; all when absent. */
  readonly paths?: readonly string[];
  /** The same in git's own syntax. */
  readonly pathspecs?: readonly string[];
  /** `latin1` keeps names that are no UTF-8: one character per byte. */
  readonly encoding?: "utf8" | "latin1";
}

/** What differs between two commits or trees, by path. Renames are D and A unless asked for. */
export function diffTrees(
  git: Git,
  old: string,
  next: string,
  options: DiffOptions = {},
): Promise<readonly TreeChange[]> {
  const only = [...(options.pathspecs ?? []), ...(options.paths ?? []).map((path) => `:(literal)${path}`)];
  return git.run({
    args: [...DIFF_TREE, ...(options.renames === true ? ["-M", "-l1000"] : ["--no-renames"]), old, next, "--", ...only],
    parse: (output) => parseRaw(output, options.encoding ?? "utf8"),
  });
}

const DIFF_TREE = ["diff-tree", "-r", "-z", "--raw", "--ignore-submodules=none"];

function parseRaw({ stdout }: GitOutput, encoding: "utf8" | "latin1"): readonly TreeChange[] {
  const fields = stdout.toString(encoding).split("\0").filter(Boolean);
  const changes: TreeChange[] = [];
  for (let at = 0; at < fields.length; ) {
    const [oldMode = "", newMode = "", oldId = "", newId = "", kind = ""] = (fields[at] ?? "").slice(1).split(" ");
    const status = statusOf(kind);
    const change = { oldMode, newMode, oldId, newId, status };
    const [first = "", second = ""] = fields.slice(at + 1, at + 3);
    changes.push(status === "R" ? { ...change, path: second, from: first } : { ...change, path: first });
    at += status === "R" ? 3 : 2;
  }
  return changes;
}

function statusOf(kind: string): TreeChange["status"] {
  const letter = kind.charAt(0);
  if (letter === "A" || letter === "M" || letter === "D" || letter === "T" || letter === "R") return letter;
  throw new GitFault(["diff-tree"], 0, `a status that trees cannot have: ${kind}`);
}
