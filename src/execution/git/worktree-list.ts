import type { Git, GitOutput } from "./runner.ts";

/** A work tree that git knows of. */
export interface Worktree {
  readonly path: string;
  readonly head: string | undefined;
  /** Full name of the branch checked out there. */
  readonly branch: string | undefined;
  readonly bare: boolean;
  /** The reason given when it was locked; empty when none was given. */
  readonly locked: string | undefined;
  readonly prunable: boolean;
}

/** All work trees of the repository, the main one first. */
export function listWorktrees(git: Git): Promise<readonly Worktree[]> {
  return git.run({ args: ["worktree", "list", "--porcelain", "-z"], parse: parseWorktrees });
}

function parseWorktrees({ stdout }: GitOutput): readonly Worktree[] {
  return stdout.toString("utf8").split("\0\0").filter(Boolean).map(parseWorktree);
}

function parseWorktree(block: string): Worktree {
  const facts = new Map(
    block.split("\0").map((line) => {
      const space = line.indexOf(" ");
      return space < 0 ? [line, ""] : [line.slice(0, space), line.slice(space + 1)];
    }),
  );
  return {
    path: facts.get("worktree") ?? "",
    head: facts.get("HEAD"),
    branch: facts.get("branch"),
    bare: facts.has("bare"),
    locked: facts.get("locked"),
    prunable: facts.has("prunable"),
  };
}
