/**
 * How well likely clashes are predicted, on a repository's own later history. The repository is only read.
 *
 * npm run bench:predict -- --repo DIR [--repo DIR ...] [--count N] [--part test|tune] [--json]
 *
 * Taken are the newest N merges into the main line (1,500). Learned is from all that was in it before the last fifth of them (with
 * `--part tune`: before the fifth before that, which is what constants were chosen on). Of each merge in that fifth every other
 * file is announced, as a plan would; pairs of merges count of which the later was begun (its oldest commit was written, at most
 * 30 days ago) before the earlier had landed. What is to be predicted is whether both changed a same file, announced or not.
 * Three ways are compared: `clashesLikely` at several scores, "a same file is announced by both", and "touched before": a file
 * of the one and a file of the other are the same or were changed by one commit before. Whether git could merge them is not
 * known any more: who had a conflict has brought his branch up to date since.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { escapePath } from "../dist/core/pattern/literal.js";
import { createGit } from "../dist/execution/git/runner.js";
import { clashesLikely } from "../dist/execution/impact/clashes.js";
import { ImpactIndex } from "../dist/execution/impact/impact-index.js";
import { mergedWork, pairsOf } from "./predict/side-by-side.mjs";
import { tableOf } from "./table.mjs";

const { values: options } = parseArgs({
  options: {
    repo: { type: "string", multiple: true },
    count: { type: "string", default: "1500" },
    part: { type: "string", default: "test" },
    json: { type: "boolean", default: false },
  },
});
if (!options.repo || !["test", "tune"].includes(options.part)) {
  console.error("bench:predict: name a repository, --repo DIR; --part is test or tune");
  process.exit(2);
}

const scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
const results = [];
for (const folder of options.repo.map((one) => resolve(one))) results.push(await measure(folder));
console.log(options.json ? JSON.stringify(results) : results.map(draw).join("\n\n"));

async function measure(gitDir) {
  const git = createGit({ gitDir });
  const kept = mkdtempSync(join(tmpdir(), "interlock-predict-"));
  try {
    const all = await mergedWork(git, Number(options.count));
    const [from, to] = options.part === "test" ? [0.8, 1] : [0.6, 0.8];
    const works = all.slice(Math.floor(all.length * from), Math.floor(all.length * to));
    const index = await ImpactIndex.open({ git, folder: kept });
    const known = await index.at(works[0].before);
    return { repository: nameOf(gitDir), ...judge(works, known) };
  } finally {
    git.close();
    rmSync(kept, { recursive: true, force: true });
  }
}

function judge(works, known) {
  const nodes = works.map((work) => ({ ...work, id: work.merge, announced: announcedOf(work) }));
  const claims = nodes.map(({ id, announced }) => ({
    id,
    writes: [],
    edits: announced.map(escapePath),
    dependsOn: [],
  }));
  const began = performance.now();
  const likely = clashesLikely(claims, known, { atLeast: 0, most: Number.POSITIVE_INFINITY });
  const milliseconds = Math.round(performance.now() - began);
  const scoreOf = new Map(likely.map(({ nodes: pair, score }) => [pair.join(" "), score]));
  const pairs = pairsOf(nodes).map(([one, other]) => {
    const clashed = [...one.files].some((path) => other.files.has(path));
    return { one, other, clashed, score: scoreOf.get(`${one.id} ${other.id}`) ?? 0 };
  });
  const ways = {
    "same file announced": ({ one, other }) => one.announced.some((path) => other.announced.includes(path)),
    "touched before": ({ one, other }) =>
      one.announced.some((a) => other.announced.some((b) => a === b || known.together.wereTogether(a, b))),
    ...Object.fromEntries(scores.map((least) => [`score ≥ ${least}`, ({ score }) => score >= least])),
  };
  return {
    works: works.length,
    pairs: pairs.length,
    clashed: pairs.filter(({ clashed }) => clashed).length,
    milliseconds,
    ways: Object.entries(ways).map(([way, says]) => ({ way, ...counted(pairs, says) })),
  };
}

/** Every other file, chosen by its name, so that nobody chooses. */
function announcedOf({ merge, files }) {
  const order = (path) => createHash("sha256").update(`${merge} ${path}`).digest("hex");
  const mixed = [...files].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return mixed.slice(0, Math.ceil(mixed.length / 2));
}

function counted(pairs, says) {
  const told = pairs.filter(says);
  const right = told.filter(({ clashed }) => clashed).length;
  const recall = right / pairs.filter(({ clashed }) => clashed).length;
  const precision = right / told.length;
  const f1 = (2 * precision * recall) / (precision + recall);
  return { told: told.length, precision, recall, f1 };
}

function nameOf(folder) {
  return [".git", "repo"].includes(basename(folder)) ? basename(resolve(folder, "..")) : basename(folder);
}

function draw({ repository, works, pairs, clashed, milliseconds, ways }) {
  const percent = (part) => (Number.isNaN(part) ? "" : `${(part * 100).toFixed(1)} %`);
  const rows = ways.map(({ way, told, precision, recall, f1 }) => [
    ...[way, told, percent(precision), percent(recall), percent(f1)],
  ]);
  const head = `${repository}, ${options.part}: ${works} merges, ${pairs} pairs side by side, ${clashed} changed a same file (${percent(clashed / pairs)}); all scores in ${milliseconds} ms`;
  return `${head}\n${tableOf(["way", "told", "precision", "recall", "F1"], rows, ["way"])}`;
}
