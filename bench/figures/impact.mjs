import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createGit } from "../../dist/execution/git/runner.js";
import { clashesLikely } from "../../dist/execution/impact/clashes.js";
import { openImpact } from "../../dist/execution/impact/impact.js";
import { ImpactIndex } from "../../dist/execution/impact/impact-index.js";
import { impactOf } from "../../dist/execution/impact/walk.js";
import { byHand } from "../baseline/git-by-hand.mjs";
import { commitAll } from "../big-repository.mjs";
import { figure, milliseconds } from "../figure.mjs";
import { timed } from "../interleaved.mjs";
import { inTemporaryFolder } from "../temporary-folder.mjs";

const languages = [
  { extension: "ts", share: 0.5, text: script },
  { extension: "py", share: 0.2, text: python },
  { extension: "go", share: 0.15, text: go },
  { extension: "rs", share: 0.15, text: rust },
];

/** Who imports whom on a large repository of several languages: the first reading, one after a change, and answers. */
export function impact({ quick }) {
  const count = quick ? 1_000 : 10_000;
  return inTemporaryFolder(async (folder) => {
    const root = join(folder, "repository");
    mkdirSync(root);
    const paths = writeSources(root, count);
    const { first, changes } = await history(root, paths, quick ? 5 : 20);
    const gitDir = join(root, ".git");
    const git = createGit({ gitDir });
    const options = { git, folder: join(gitDir, "interlock") };
    const asked = openImpact(options);
    const quiet = await longestPause(() => new Promise((go) => setTimeout(go, 3_000)));
    const blocked = monitorEventLoopDelay({ resolution: 1 });
    blocked.enable();
    const reading = await timed(() => asked.prepare(first));
    const perChange = [];
    for (const commit of changes) perChange.push(await timed(() => asked.prepare(commit)));
    const last = changes.at(-1);
    const nodes = planOf(paths);
    const answers = [];
    for (let round = 0; round < 20; round += 1) {
      answers.push(
        await timed(() =>
          asked.impactOf(last, { paths: [paths[(round * 17) % paths.length], paths[(round * 31 + 5) % paths.length]] }),
        ),
      );
      answers.push(await timed(() => asked.clashesLikely(last, nodes)));
    }
    blocked.disable();
    // What was read is kept a moment after the last answer.
    await new Promise((go) => setTimeout(go, 3_000));
    await asked.close();
    const again = openImpact(options);
    const reopened = await timed(() => again.prepare(last));
    await again.close();
    const most = Math.max(...answers);
    return [
      held(`first reading, ${count} files`, reading, 10_000),
      held("reading after a change of one file, slowest", Math.max(...perChange), 50),
      held("answer, slowest", most, 100),
      {
        ...held("event loop of who asks, longest pause", blocked.max / 1e6, 25),
        baseline: `${milliseconds(quiet)} idle`,
      },
      ...(await processorTimes(gitDir, join(folder, "other"), first, last, { paths: [paths[17], paths[5]] }, nodes)),
      figure("reading by the next process", { value: milliseconds(reopened) }),
      figure("git ls-tree of it", { value: milliseconds(await timed(() => lsTree(gitDir, last))) }),
    ];
  });
}

async function longestPause(work) {
  const blocked = monitorEventLoopDelay({ resolution: 1 });
  blocked.enable();
  await work();
  blocked.disable();
  return blocked.max / 1e6;
}

/** On a busy machine time passes without anything being done; this is what the other process does, done here. */
async function processorTimes(gitDir, kept, first, last, question, nodes) {
  const git = createGit({ gitDir });
  const index = await ImpactIndex.open({ git, folder: kept });
  const spent = async (name, work) => {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    return figure(`processor time of ${name}, without git's`, { value: milliseconds((user + system) / 1000) });
  };
  const rows = [await spent("the first reading", () => index.at(first))];
  const known = await index.at(last);
  for (let round = 0; round < 3; round += 1) clashesLikely(nodes, known);
  rows.push(await spent("a question of what is touched", () => impactOf(question, known)));
  rows.push(await spent("a question of what clashes", () => clashesLikely(nodes, known)));
  git.close();
  return rows;
}

function held(name, value, budget) {
  return figure(name, { value: milliseconds(value), budget: `≤ ${budget} ms`, ok: value <= budget });
}

async function lsTree(gitDir, commit) {
  const git = createGit({ gitDir });
  await git.run({ args: ["ls-tree", "-r", "-z", commit], parse: ({ stdout }) => stdout.length });
  git.close();
}

function writeSources(root, count) {
  const paths = [];
  for (const { extension, share, text } of languages) {
    const own = Math.round(count * share);
    for (let i = 0; i < own; i += 1) {
      const folder = `${extension}/part${Math.floor(i / 50)}`;
      mkdirSync(join(root, folder), { recursive: true });
      const path = `${folder}/file${i}.${extension}`;
      writeFileSync(join(root, path), text(i, own));
      paths.push(path);
    }
  }
  writeFileSync(join(root, "go.mod"), "module example.com/all\n");
  writeFileSync(join(root, "Cargo.toml"), '[package]\nname = "all"\n[lib]\npath = "rs/lib.rs"\n');
  return paths;
}

/** Some files change together, as they do. */
async function history(root, paths, length) {
  await byHand(root, "init", "-q", "-b", "main");
  for (const [key, value] of [
    ["user.name", "Bench"],
    ["user.email", "bench@example.invalid"],
    ["gc.auto", "0"],
  ])
    await byHand(root, "config", key, value);
  let first = await commitAll(root, "first");
  for (let round = 0; round < length; round += 1) {
    for (let k = 0; k < 4; k += 1) change(root, paths[(round % 7) * 40 + k], `${round}`);
    first = await commitAll(root, `habit ${round}`);
  }
  const changes = [];
  for (let round = 0; round < length; round += 1) {
    change(root, paths[(round * 997) % paths.length], `again ${round}`);
    changes.push(await commitAll(root, `change ${round}`));
  }
  return { first, changes };
}

function change(root, path, word) {
  const comment = path.endsWith(".py") ? "#" : "//";
  writeFileSync(join(root, path), `${comment} ${word}\n`, { flag: "a" });
}

function planOf(paths) {
  return Array.from({ length: 50 }, (_, number) => ({
    id: `n${number}`,
    writes: [],
    edits:
      number % 5 === 0 ? [`ts/part${number}/**`] : [0, 1, 2, 3].map((k) => paths[(number * 60 + k * 7) % paths.length]),
    dependsOn: number % 3 === 0 && number > 0 ? [`n${number - 1}`] : [],
  }));
}

const lines = (i, line) => Array.from({ length: 60 }, (_, at) => line(i, at)).join("\n");
const other = (i, own, k) => (i * 7 + k * 131) % own;
const partOf = (i) => `part${Math.floor(i / 50)}`;

function script(i, own) {
  const imports = [1, 2, 3, 4, 5].map((k) => {
    const at = other(i, own, k);
    return `import { value${k} as v${k} } from "../${partOf(at)}/file${at}${k % 2 ? ".js" : ""}";`;
  });
  const body = lines(
    i,
    (n, at) => `export function f${at}(a: number): number {\n  return a + v${(at % 5) + 1} * ${n};\n}`,
  );
  return `${imports.join("\n")}\nimport { z } from "zod";\n${body}\n`;
}

function python(i, own) {
  const imports = [1, 2, 3].map((k) => `from py.${partOf(other(i, own, k))}.file${other(i, own, k)} import f${k}`);
  return `import os\n${imports.join("\n")}\n${lines(i, (n, at) => `def g${at}(a):\n    return f1(a) + ${n}\n`)}\n`;
}

function go(i, own) {
  const imports = [1, 2, 3].map((k) => `\t"example.com/all/go/${partOf(other(i, own, k))}"`);
  const body = lines(i, (n, at) => `func F${i}x${at}(a int) int {\n\treturn a + ${n}\n}`);
  return `package ${partOf(i)}\n\nimport (\n\t"fmt"\n${imports.join("\n")}\n)\n\n${body}\n`;
}

function rust(i, own) {
  const imports = [1, 2, 3].map(
    (k) => `use crate::${partOf(other(i, own, k))}::file${other(i, own, k)}::{g1, g2 as h${k}};`,
  );
  return `${imports.join("\n")}\n${lines(i, (n, at) => `pub fn g${at}(a: i64) -> i64 {\n    a + ${n}\n}`)}\n`;
}
