/**
 * Replays the merges of a repository's history, by git alone and with the resolution chain, and compares what the chain resolved
 * with what people did. The repository is only read. Exits with 1 when a line that a side added is missing.
 *
 * npm run bench:merge -- --repo DIR [--repo DIR ...] [--count N] [--skip N] [--limit MINUTES] [--written NAME ...] [--json] [--show FOLDER]
 *
 * Merges are taken newest first, all refs together, for at most so many minutes. `--show` writes the sides of every file that came out other than people's.
 * `--written` names files that a command of that repository writes anew, as `merge.lock_files` would: merges in which nothing else
 * is left are counted beside the resolved ones, not among them, because the command is not run here.
 */
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { replayMerges } from "./merge/replay-merges.mjs";
import { summarise } from "./merge/summary.mjs";
import { tableOf } from "./table.mjs";

const { values: options } = parseArgs({
  options: {
    repo: { type: "string", multiple: true },
    count: { type: "string", default: "3000" },
    skip: { type: "string", default: "0" },
    limit: { type: "string", default: "8" },
    written: { type: "string", multiple: true, default: [] },
    json: { type: "boolean", default: false },
    show: { type: "string" },
  },
});
if (!options.repo) throw new Error("Name a repository: --repo DIR");

const summaries = [];
for (const folder of options.repo.map((one) => resolve(one))) {
  const merges = await replayMerges(folder, {
    count: Number(options.count),
    skip: Number(options.skip),
    limit: Number(options.limit),
    written: options.written,
    show: options.show && resolve(options.show),
    progress: (done, all) => {
      if (!options.json && process.stderr.isTTY) process.stderr.write(`\r${basename(folder)} ${done}/${all} `);
    },
  });
  const summary = { repository: nameOf(folder), ...summarise(merges) };
  summaries.push(summary);
  if (!options.json) console.log(`\n${draw(summary)}`);
}
if (options.json) console.log(JSON.stringify(summaries));
if (summaries.some(({ files }) => files.droppedLines > 0)) process.exitCode = 1;

function nameOf(folder) {
  return [".git", "repo"].includes(basename(folder)) ? basename(resolve(folder, "..")) : basename(folder);
}

function draw({ repository, merges, files, labels, milliseconds }) {
  const part = (count) => `${count} (${((count / Math.max(merges.conflicted, 1)) * 100).toFixed(0)} %)`;
  const rows = [
    ["merges", merges.all],
    ["conflicted with git alone", `${merges.conflicted} (${((merges.conflicted / merges.all) * 100).toFixed(1)} %)`],
    ["of these resolved", part(merges.resolved)],
    ["  every file as people have it", part(merges.equal)],
    ["  some file otherwise than people have it", part(merges.resolved - merges.equal)],
    [
      `left but for ${["lock files", ...options.written].join(", ")}, which commands write anew`,
      part(merges.lockFilesLeft),
    ],
    ["resolved or left to commands alone", part(merges.resolved + merges.lockFilesLeft)],
    ["some files resolved", part(merges.partly)],
    ["lines dropped", files.droppedLines],
    ["merge and resolution, a conflicted merge, median / 95 % (ms)", milliseconds.chain],
    ["all of it (s)", milliseconds.all],
    ["git alone, through the same runner, median / 95 % (ms)", milliseconds.git],
  ];
  const columns = ["label", "files", "equal", "order or spaces", "different", "gone"];
  const byLabel = Object.entries(labels).map(([label, counts]) => [
    label,
    counts.files,
    counts.equal,
    counts.alike,
    counts.different,
    counts.gone,
  ]);
  return `${repository}\n${tableOf(["what", "count"], rows, ["what"])}\n\n${tableOf(columns, byLabel, ["label"])}`;
}
