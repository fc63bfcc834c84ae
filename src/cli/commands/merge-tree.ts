import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Repository } from "../../execution/git/discover.ts";
import { GitFault } from "../../execution/git/git-fault.ts";
import { resolveCommit } from "../../execution/git/refs.ts";
import { createGit, type Git } from "../../execution/git/runner.ts";
import { resolutionChain } from "../../execution/landing/resolution/chain.ts";
import { type ResolvedMerge, resolveMerge } from "../../execution/landing/resolution/resolve-merge.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { type CommonOptions, findRepository } from "../open-workspace.ts";
import { Problem } from "../problem.ts";
import { tableLines } from "../table.ts";
import { oneLine, type Terminal } from "../terminal.ts";

interface MergeTreeOptions extends CommonOptions {
  readonly base?: string;
}

/** Merges two commits without touching a checkout: prints the tree, and what became of each path that git left unsettled. */
export async function mergeTree(
  [ours, theirs]: readonly [string, string],
  options: MergeTreeOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const repository = await findRepository(options);
  const git = createGit({ gitDir: repository.commonDir });
  try {
    const base = options.base === undefined ? {} : { base: await commitNamed(git, options.base) };
    const request = { ours: await commitNamed(git, ours), theirs: await commitNamed(git, theirs), ...base };
    const merged = await resolveMerge(git, request, resolutionChain(git.gitDir)).catch(explainFor(repository));
    if (options.json) terminal.printJson(asJson(merged));
    else for (const line of lines(merged, terminal)) terminal.print(line);
    return merged.clean ? exitCodes.done : exitCodes.failed;
  } finally {
    git.close();
  }
}

async function commitNamed(git: Git, revision: string): Promise<string> {
  const commit = await resolveCommit(git, revision);
  if (commit !== undefined) return commit;
  throw new Problem("unknown_commit", exitCodes.badUsage, `${oneLine(revision)} names no commit of this repository.`);
}

/** What git cannot merge at all; whoever asks can mend it. */
function explainFor(repository: Repository) {
  return (fault: unknown): never => {
    if (!(fault instanceof GitFault)) throw fault;
    if (fault.stderr.includes("unrelated histories")) {
      const isShallow = existsSync(join(repository.commonDir, "shallow"));
      const say = isShallow
        ? "The two commits have no ancestor in common in this shallow clone. Get more of it with git fetch --unshallow."
        : "The two commits have no ancestor in common. Name one that stands in for it with --base.";
      throw new Problem("unrelated", exitCodes.badUsage, say, { cause: fault });
    }
    if (/unable to read|missing (?:blob|tree)|there is no (?:blob|tree)/.test(fault.stderr)) {
      const say =
        "This clone lacks files of the two commits, as a partial one does. Check both out once, or clone it whole.";
      throw new Problem("missing_objects", exitCodes.cannotStart, say, { cause: fault });
    }
    throw fault;
  };
}

function asJson(merged: ResolvedMerge) {
  const { tree, clean, resolved } = merged;
  return { tree, clean, conflicts: merged.clean ? [] : merged.conflicts.map(conflictJson), resolved };
}

function conflictJson({ path, kind, say, hunks, moreHunks }: Conflict) {
  return { path, kind, say, hunks, ...(moreHunks > 0 ? { more_hunks: moreHunks } : {}) };
}

type Conflict = Extract<ResolvedMerge, { readonly clean: false }>["conflicts"][number];

function lines(merged: ResolvedMerge, { colours }: Terminal): readonly string[] {
  const resolved = merged.resolved.map(({ path, by }) => [colours.green("resolved"), by, oneLine(path)]);
  const conflicts = merged.clean
    ? []
    : merged.conflicts.map(({ path, kind }) => [colours.red("conflict"), kind, oneLine(path)]);
  return [merged.tree, ...tableLines([...resolved, ...conflicts])];
}
