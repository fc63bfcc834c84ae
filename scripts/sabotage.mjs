// Breaks each guard in turn in a copy of the project, and expects a test that names the guard's rule to fail.
// Exits 1 when one goes unnoticed, or when an entry or a rule has been left behind by the code.
// `npm run sabotage -- TEXT` tries only those whose name, [rule] or file contains TEXT.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { conflictGuards } from "./sabotage/conflict-guards.mjs";
import { contractGuards } from "./sabotage/contract-guards.mjs";
import { copyProject } from "./sabotage/copy.mjs";
import { coreGuards } from "./sabotage/core-guards.mjs";
import { edgeGuards } from "./sabotage/edge-guards.mjs";
import { executionGuards } from "./sabotage/execution-guards.mjs";
import { impactGuards } from "./sabotage/impact-guards.mjs";
import { lockGuards } from "./sabotage/lock-guards.mjs";
import { logGuards } from "./sabotage/log-guards.mjs";
import { mockGuards } from "./sabotage/mock-guards.mjs";
import { nodeGuards } from "./sabotage/node-guards.mjs";
import { patternGuards } from "./sabotage/pattern-guards.mjs";
import { radarGuards } from "./sabotage/radar-guards.mjs";
import { resolutionGuards } from "./sabotage/resolution-guards.mjs";
import { slotGuards } from "./sabotage/slot-guards.mjs";
import { softGuards } from "./sabotage/soft-guards.mjs";
import { speculationGuards } from "./sabotage/speculation-guards.mjs";
import { TestRunner } from "./sabotage/test-runner.mjs";
import { trainGuards } from "./sabotage/train-guards.mjs";
import { unbreakable } from "./sabotage/unbreakable.mjs";

/** @import { Guard } from "./sabotage/guard.mjs" */

/** So long one guard's tests may take; a break that only makes them crawl has not been caught. */
const mostSeconds = 90;

/** A test that waits for what a break keeps from coming is given this and five times what it takes otherwise, in milliseconds. */
const leastTimeout = 5_000;

/** Copies of the project that are worked on at once; much of the time of the tests is waiting. */
const lanes = Math.max(2, availableParallelism());

const core = [...patternGuards, ...lockGuards, ...nodeGuards, ...trainGuards, ...radarGuards, ...coreGuards];
const all = [
  ...executionGuards,
  ...resolutionGuards,
  ...slotGuards,
  ...logGuards,
  ...edgeGuards,
  ...mockGuards,
  ...softGuards,
  ...speculationGuards,
  ...conflictGuards,
  ...impactGuards,
  ...contractGuards,
  ...core,
];
const text = process.argv[2] ?? "";
const wanted = all.filter(({ guard, rule, file }) => [guard, `[${rule}]`, file].some((one) => one.includes(text)));
const began = Date.now();
/** @type {Map<string, number>} */
const counts = new Map();
/** The tests of each file as they end while nothing is broken. @type {Map<string, Promise<readonly object[]>>} */
const unbroken = new Map();
const folders = Array.from({ length: lanes }, () => mkdtempSync(join(tmpdir(), "interlock-sabotage-")));
try {
  for (const folder of folders) copyProject(process.cwd(), folder);
  const left = [...wanted];
  await Promise.all(
    folders.map(async (folder) => {
      const runner = new TestRunner(folder);
      try {
        for (let guard = left.shift(); guard; guard = left.shift()) await judge(guard, folder, runner);
      } finally {
        runner.end();
      }
    }),
  );
} finally {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
console.log(
  `\n${wanted.length} guards in ${secondsSince(began)} s: ${[...counts].map(([w, n]) => `${n} ${w}`).join(", ")}`,
);
const forgotten = text === "" ? rulesLeft() : 0;
process.exit((counts.get("caught") ?? 0) === wanted.length && forgotten === 0 ? 0 : 1);

/**
 * How long the tests of a guard take as long as nothing is broken, or why it cannot be judged: then they do not all pass,
 * so their failing says nothing.
 */
async function known(guard, runner) {
  const ran = [];
  for (const file of guard.tests) {
    const before = unbroken.get(file) ?? runUnbroken(file, runner);
    unbroken.set(file, before);
    ran.push(...(await before));
  }
  const own = ran.filter(({ name }) => new RegExp(patternOf(guard)).test(name));
  const failed = own.find(({ status }) => status === "failed");
  if (failed) return { problem: `unbroken, this test fails already: ${failed.name}` };
  if (own.length === 0) return { problem: `no such test of the rule in ${guard.tests.join(", ")}` };
  return { longest: Math.max(...own.map(({ ms }) => ms)) };
}

async function runUnbroken(file, runner) {
  const patterns = wanted.filter(({ tests }) => tests.includes(file)).map(patternOf);
  const limits = { seconds: 300, timeout: 60_000, bail: false };
  const { tests } = await runner.run([file], [...new Set(patterns)].join("|"), limits);
  return tests;
}

/** @param {Guard} sabotage @param {string} folder @param {TestRunner} runner */
async function judge(sabotage, folder, runner) {
  const { guard, rule, file, from, to, also = [], tests } = sabotage;
  const tell = (word, more) => {
    counts.set(word, (counts.get(word) ?? 0) + 1);
    console.log(`${word.padEnd(6)} ${rule.padEnd(3)} ${guard} (${more})`);
  };
  const { problem, longest } = await known(sabotage, runner);
  if (problem) return tell("UNFIT", problem);
  const { whole, broken, lost } = edited(folder, [[file, from, to], ...also]);
  if (lost) return tell("STALE", lost);
  const start = Date.now();
  for (const [path, code] of broken) runner.write(path, code);
  const timeout = Math.min(15_000, leastTimeout + 5 * longest);
  const outcome = await runner.run(tests, patternOf(sabotage), { seconds: mostSeconds, timeout, bail: true });
  for (const [path, code] of whole) runner.write(path, code);
  const noticed = outcome.tests.find(({ name, status }) => status === "failed" && name.includes(`[${rule}]`));
  const seconds = `${secondsSince(start)} s`;
  if (outcome.late) tell("SLOW", `not done after ${mostSeconds} s`);
  else if (noticed) tell("caught", `${seconds}, by: ${noticed.name}`);
  else if (outcome.tests.length === 0) tell("BROKEN", `${seconds}, no test could run`);
  else tell("MISSED", `${seconds}, ${outcome.tests.length} tests saw nothing`);
}

/** The files as they are and as they become; `lost` says which text is not there once and only once. */
function edited(folder, edits) {
  const whole = new Map();
  const broken = new Map();
  for (const [file, from, to] of edits) {
    const path = join(folder, file);
    if (!existsSync(path)) return { whole, broken, lost: `there is no ${file}` };
    if (!whole.has(path)) whole.set(path, readFileSync(path, "utf8"));
    const code = broken.get(path) ?? whole.get(path);
    const places = code.split(from).length - 1;
    if (places !== 1) return { whole, broken, lost: `${file} holds ${JSON.stringify(from)} ${places} times, not once` };
    broken.set(
      path,
      code.replace(from, () => to),
    );
  }
  return { whole, broken };
}

/** Matches the names of the tests that are to notice. @param {Guard} guard */
function patternOf({ rule, only = "" }) {
  return `\\[${rule}\\].*${only.replace(/[^\w ]/g, "\\$&")}`;
}

/** Lists the rules that no sabotage tries; each needs a reason, and a reason only where there is no sabotage. */
function rulesLeft() {
  const rules = [...readFileSync("SPEC.md", "utf8").matchAll(/^- \*\*([A-Z]\d+)\*\* /gm)].map(([, id]) => id);
  const tried = new Set(all.map(({ rule }) => rule));
  const untried = rules.filter((id) => !tried.has(id));
  console.log(untried.length === 0 ? `Each of the ${rules.length} rules has a sabotage.` : "Rules without a sabotage:");
  for (const id of untried)
    console.log(`  ${id.padEnd(3)} ${unbreakable[id] ?? "NO REASON is given in scripts/sabotage/unbreakable.mjs"}`);
  const odd = [...tried, ...Object.keys(unbreakable)].filter(
    (id) => !rules.includes(id) || (tried.has(id) && unbreakable[id]),
  );
  for (const id of odd)
    console.log(`  ${id.padEnd(3)} is no rule of SPEC.md, or has both a sabotage and a reason for none`);
  return untried.filter((id) => !unbreakable[id]).length + odd.length;
}

function secondsSince(start) {
  return Math.round((Date.now() - start) / 100) / 10;
}
