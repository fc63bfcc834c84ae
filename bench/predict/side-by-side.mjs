// Work that was done side by side in a repository's history: what merges brought into its main line.
import { execFileSync } from "node:child_process";
import { diffTrees } from "../../dist/execution/git/diff.js";

/** Branches of more files than this are releases and clean-ups, not what one plans as one piece of work. */
const mostFiles = 60;
/** In seconds. What lies about for longer is not worked on all the time. */
const longestWork = 30 * 24 * 3600;

/** What each of the newest merges brought, oldest first: its files, when its first commit was written, and when it landed. */
export async function mergedWork(git, count) {
  const asked = ["--first-parent", "--merges", `--max-count=${count}`, "--format=%H %ct %P", "HEAD", "--"];
  const merges = linesOf(git, "log", ...asked).map((one) => one.split(" "));
  const works = [];
  for (const [merge, landed, before, side, ...others] of merges.reverse()) {
    if (others.length > 0) continue;
    const [base] = linesOf(git, "merge-base", before, side);
    const written = linesOf(git, "log", "--no-merges", "--format=%at", side, `^${before}`, "--").map(Number);
    if (base === undefined || written.length === 0) continue;
    const changes = await diffTrees(git, base, side);
    const files = changes.map(({ path }) => path);
    if (files.length === 0 || files.length > mostFiles) continue;
    const began = Math.max(Math.min(...written), Number(landed) - longestWork);
    works.push({ merge, before, files: new Set(files), began, landed: Number(landed) });
  }
  return works;
}

/** Pairs of which the later was begun before the earlier had landed. */
export function pairsOf(works) {
  return works.flatMap((one, place) =>
    works.slice(place + 1).flatMap((later) => (later.began < one.landed ? [[one, later]] : [])),
  );
}

function linesOf(git, ...args) {
  const options = { encoding: "utf8", maxBuffer: 2 ** 30, stdio: ["ignore", "pipe", "ignore"] };
  return execFileSync("git", [`--git-dir=${git.gitDir}`, ...args], options)
    .split("\n")
    .filter(Boolean);
}
