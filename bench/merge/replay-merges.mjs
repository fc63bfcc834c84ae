/** Does merges again that people did. Objects that this makes go to a repository of its own, which borrows theirs. */
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { performance } from "node:perf_hooks";
import { readBlobs, readFileAt } from "../../dist/execution/git/objects.js";
import { createGit } from "../../dist/execution/git/runner.js";
import { mergeByGit } from "../../dist/execution/landing/merge.js";
import { isLockFile } from "../../dist/execution/landing/resolution/file-kind.js";
import { resolveMerge } from "../../dist/execution/landing/resolution/resolve-merge.js";
import { inTemporaryFolder } from "../temporary-folder.mjs";
import { droppedLines, verdictOn } from "./compare.mjs";

/** What became of each merge with two parents, newest first. */
export function replayMerges(folder, { count, skip, limit, written, show, progress }) {
  return inTemporaryFolder(async (temporary) => {
    const own = join(temporary, "own.git");
    run(["init", "-q", "--bare", own]);
    const objects = run(["-C", folder, "rev-parse", "--path-format=absolute", "--git-path", "objects"]);
    appendFileSync(join(own, "objects", "info", "alternates"), `${objects}\n`);
    const listed = ["rev-list", "--all", "--min-parents=2", "--max-parents=2", "--parents", `--skip=${skip}`];
    const merges = run(["-C", folder, ...listed, `--max-count=${count}`])
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split(" "));
    const git = createGit({ gitDir: own });
    const results = [];
    for (const [merge, ours, theirs] of merges) {
      if (minutesUsed() > limit) break;
      const result = await replay(git, { merge, ours, theirs, written, show }).catch(unlessImpossible);
      if (result) results.push(result);
      progress(results.length, merges.length);
    }
    git.close();
    return results;
  });
}

/** Of the processor. */
function minutesUsed() {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return (userCPUTime + systemCPUTime) / 60e6;
}

/** Histories without a common commit are people's to merge, and a copy may lack objects. */
function unlessImpossible(fault) {
  if (!/unrelated histories|unable to read|there is no (?:blob|tree)/.test(String(fault.stderr))) throw fault;
}

async function replay(git, { merge, ours, theirs, written, show }) {
  const [plain, gitMs] = await timed(() => mergeByGit(git, { ours, theirs }));
  if (plain.unsettled.length === 0) return { merge, gitMs, chainMs: 0, conflicts: [], files: [], left: [] };
  const [chain, chainMs] = await timed(() => resolveMerge(git, { ours, theirs }));
  const files = [];
  for (const { path, by } of chain.resolved) {
    const { stages } = plain.unsettled.find((one) => one.path === path);
    const [base, our, their] = (await readBlobs(git, [stages.base, stages.ours, stages.theirs])).map(String);
    const [ownText, peoples] = [await readFileAt(git, chain.tree, path), await readFileAt(git, merge, path)].map(
      asText,
    );
    const sides = { base, ours: our, theirs: their };
    const file = { path, by, verdict: verdictOn(ownText, peoples), dropped: droppedLines(sides, ownText, by) };
    files.push(file);
    if (show && (file.verdict === "different" || file.dropped.length > 0))
      writeSides(show, `${merge.slice(0, 10)}-${path.replaceAll("/", "_")}`, { ...sides, own: ownText, peoples });
  }
  const conflicts = plain.unsettled.map(({ path, kind }) => ({ path, kind }));
  const isWritten = (path) => isLockFile(path) || written.includes(basename(path));
  const left = chain.clean
    ? []
    : chain.conflicts.map(({ path, kind }) => ({ path, kind, isLock: kind === "content" && isWritten(path) }));
  return { merge, gitMs, chainMs, conflicts, files, left };
}

function asText(blob) {
  return blob === undefined ? undefined : String(blob);
}

async function timed(act) {
  const start = performance.now();
  const result = await act();
  return [result, performance.now() - start];
}

function writeSides(folder, name, texts) {
  mkdirSync(folder, { recursive: true });
  for (const [side, text] of Object.entries(texts)) writeFileSync(join(folder, `${name}.${side}`), text ?? "");
}

function run(args) {
  return execFileSync("git", args, { encoding: "utf8", maxBuffer: 2 ** 28 }).replace(/\n$/, "");
}
