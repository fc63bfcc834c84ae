import { resolve } from "node:path";
import type { Execution } from "../../execution/execution.ts";
import { createGit, type GitCommand } from "../../execution/git/runner.ts";
import { parkedView } from "../../tools/views/parked.ts";
import { durationText } from "../duration-text.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { type CommonOptions, withWorkspace } from "../open-workspace.ts";
import { Problem } from "../problem.ts";
import { showRefusal } from "../show-refusal.ts";
import { tableLines } from "../table.ts";
import type { Terminal } from "../terminal.ts";

const mostShown = 10_000;

/** Lists the work that did not land and is kept, newest first. */
export async function list(options: CommonOptions, terminal: Terminal): Promise<ExitCode> {
  return withWorkspace(options, terminal, async ({ execution }) => {
    const view = parkedView(await execution.parked(), { limit: mostShown, detailed: true });
    const newestFirst = [...view.parked].sort((a, b) => b.at.localeCompare(a.at));
    if (options.json) terminal.printJson({ ...view, parked: newestFirst });
    else if (newestFirst.length === 0) terminal.print("No work is kept: everything has landed or is still under way.");
    else {
      const rows = newestFirst.map(({ plan, node, attempt, at, ref }) => [
        `${plan}/${node}`,
        `attempt ${attempt}`,
        `${durationText(Date.now() - Date.parse(at))} ago`,
        ref,
      ]);
      for (const line of tableLines(rows)) terminal.print(line);
    }
    return exitCodes.done;
  });
}

/** Shows which files a piece of kept work changed, and how to see more. */
export async function show(named: string, options: CommonOptions, terminal: Terminal): Promise<ExitCode> {
  return withWorkspace(options, terminal, async ({ execution, repository }) => {
    const parked = await findParked(execution, named);
    const git = createGit({ gitDir: repository.commonDir });
    const changes = await git.run(changedFiles(parked.commit));
    if (options.json) terminal.printJson({ ...parked, at: new Date(parked.at).toISOString(), changes });
    else {
      const { bold, dim } = terminal.colours;
      terminal.print(`${bold(`${parked.plan}/${parked.node}`)}  attempt ${parked.attempt}  ${dim(parked.ref)}`);
      for (const line of tableLines(
        changes.map(({ status, path }) => [status, path]),
        { indent: 2 },
      ))
        terminal.print(line);
      if (changes.length === 0) terminal.print("  No files differ from where it began.");
      terminal.print(dim(`See it with: git show ${parked.ref}`));
      terminal.print(dim(`Get it back with: interlock park restore ${parked.ref} <folder>`));
    }
    return exitCodes.done;
  });
}

/** Writes a piece of kept work into a folder that does not exist yet. */
export async function restore(
  named: string,
  folder: string,
  options: CommonOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  return withWorkspace(options, terminal, async ({ execution }) => {
    const { ref } = await findParked(execution, named);
    const destination = resolve(folder);
    const restored = await execution.restoreParked(ref, destination);
    if ("refused" in restored) return showRefusal(restored, terminal, options);
    if (options.json) terminal.printJson({ status: "restored", ref, folder: destination, files: restored.files });
    else terminal.print(`${restored.files} files were written to ${destination}`);
    return exitCodes.done;
  });
}

type Parked = Awaited<ReturnType<Execution["parked"]>>[number];

/** The kept work with this ref, or of this node (`node` or `plan/node`); of several of a node, the newest. */
async function findParked(execution: Execution, named: string): Promise<Parked> {
  const all = await execution.parked();
  const exact = all.find(({ ref }) => ref === named || ref === `refs/${named}`);
  if (exact) return exact;
  const ofNode = all.filter(({ plan, node }) => named === node || named === `${plan}/${node}`);
  const plans = new Set(ofNode.map(({ plan }) => plan));
  if (plans.size > 1) {
    const names = [...plans].map((plan) => `${plan}/${named}`).join(", ");
    throw new Problem("ambiguous", exitCodes.badUsage, `Several plans have kept work of ${named}: ${names}.`);
  }
  const newest = [...ofNode].sort((a, b) => b.attempt - a.attempt || b.at - a.at)[0];
  if (newest) return newest;
  throw new Problem(
    "unknown_parked",
    exitCodes.failed,
    `No work is kept under ${named}. interlock park list shows what is.`,
  );
}

/** What a commit changed compared with its first parent. */
function changedFiles(commit: string): GitCommand<readonly { readonly status: string; readonly path: string }[]> {
  return {
    args: [
      "diff-tree",
      "--root",
      "-r",
      "-z",
      "--no-commit-id",
      "--name-status",
      "--no-renames",
      "-m",
      "--first-parent",
      commit,
    ],
    parse: ({ stdout }) => {
      const fields = stdout.toString("utf8").split("\0").filter(Boolean);
      return fields.flatMap((status, i) => (i % 2 === 0 ? [{ status, path: fields[i + 1] ?? "" }] : []));
    },
  };
}
