// Breaks each guard in turn in a copy of the project, and expects a test that names the guard's rule to fail.
// Exits 1 when one goes unnoticed, or when an entry or a rule has been left behind by the code.
// `npm run sabotage -- TEXT` tries only those whose name, rule or file contains TEXT.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyProject } from "./sabotage/copy.mjs";
import { coreGuards } from "./sabotage/core-guards.mjs";
import { edgeGuards } from "./sabotage/edge-guards.mjs";
import { executionGuards } from "./sabotage/execution-guards.mjs";
import { lockGuards } from "./sabotage/lock-guards.mjs";
import { logGuards } from "./sabotage/log-guards.mjs";
import { patternGuards } from "./sabotage/pattern-guards.mjs";
import { runTests } from "./sabotage/run-tests.mjs";
import { unbreakable } from "./sabotage/unbreakable.mjs";

/** @import { Guard } from "./sabotage/guard.mjs" */

/** So long one guard's tests may take; a break that only makes them crawl has not been caught. */
const mostSeconds = 90;

const all = [...patternGuards, ...lockGuards, ...coreGuards, ...executionGuards, ...logGuards, ...edgeGuards];
const text = process.argv[2] ?? "";
const wanted = all.filter(({ guard, rule, file }) => [guard, `[${rule}]`, file].some((one) => one.includes(text)));
const began = Date.now();
const folder = mkdtempSync(join(tmpdir(), "interlock-sabotage-"));
/** @type {Map<string, number>} */
const counts = new Map();
try {
  copyProject(process.cwd(), folder);
  const unfit = checkUnbroken();
  for (const guard of wanted) {
    const problem = unfit.get(guard);
    if (problem) tell("UNFIT", guard.guard, guard.rule, problem);
    else judge(guard);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const missed = [...counts].filter(([word]) => word !== "caught").reduce((sum, [, count]) => sum + count, 0);
console.log(
  `\n${wanted.length} guards in ${secondsSince(began)} s: ${[...counts].map(([w, n]) => `${n} ${w}`).join(", ")}`,
);
const left = text === "" ? rulesLeft() : 0;
process.exit(missed + left === 0 ? 0 : 1);

/** Whose tests do not all pass as long as nothing is broken: their failing says nothing. */
function checkUnbroken() {
  const files = [...new Set(wanted.flatMap(({ tests }) => tests))];
  const rules = [...new Set(wanted.map(({ rule }) => rule))];
  const { tests } = runTests(folder, files, rules, { seconds: 600, bail: false });
  /** @type {Map<Guard, string>} */
  const unfit = new Map();
  for (const guard of wanted) {
    const own = tests.filter(({ name, file }) => guard.tests.includes(file) && name.includes(`[${guard.rule}]`));
    const failed = own.find(({ status }) => status === "failed");
    if (failed) unfit.set(guard, `unbroken, this test fails already: ${failed.name}`);
    else if (own.length === 0) unfit.set(guard, `no test of ${guard.tests.join(", ")} names the rule`);
  }
  console.log(
    `Unbroken, ${tests.filter(({ status }) => status === "passed").length} tests pass (${secondsSince(began)} s).\n`,
  );
  return unfit;
}

/** @param {Guard} sabotage */
function judge({ guard, rule, file, from, to, tests }) {
  const path = join(folder, file);
  const code = readFileSync(path, "utf8");
  const places = code.split(from).length - 1;
  if (places !== 1)
    return tell("STALE", guard, rule, `${file} holds ${JSON.stringify(from)} ${places} times, not once`);
  const start = Date.now();
  writeFileSync(
    path,
    code.replace(from, () => to),
  );
  const outcome = runTests(folder, tests, [rule], { seconds: mostSeconds, bail: true });
  writeFileSync(path, code);
  const noticed = outcome.tests.find(({ name, status }) => status === "failed" && name.includes(`[${rule}]`));
  const seconds = `${secondsSince(start)} s`;
  if (outcome.late) tell("SLOW", guard, rule, `not done after ${mostSeconds} s`);
  else if (noticed) tell("caught", guard, rule, `${seconds}, by: ${noticed.name}`);
  else if (outcome.tests.length === 0) tell("BROKEN", guard, rule, `${seconds}, no test could run`);
  else tell("MISSED", guard, rule, `${seconds}, ${outcome.tests.length} tests saw nothing`);
}

function tell(word, guard, rule, more) {
  counts.set(word, (counts.get(word) ?? 0) + 1);
  console.log(`${word.padEnd(6)} ${rule.padEnd(3)} ${guard} (${more})`);
}

/** Lists the rules that no sabotage tries; each needs a reason, and a reason only where there is no sabotage. */
function rulesLeft() {
  const rules = [...readFileSync("SPEC.md", "utf8").matchAll(/^- \*\*([A-Z]\d+)\*\* /gm)].map(([, id]) => id);
  const tried = new Set(all.map(({ rule }) => rule));
  const untried = rules.filter((id) => !tried.has(id));
  console.log(untried.length === 0 ? "Every rule has a sabotage." : "Rules without a sabotage:");
  for (const id of untried)
    console.log(`  ${id.padEnd(3)} ${unbreakable[id] ?? "NO REASON is given in scripts/sabotage/unbreakable.mjs"}`);
  const stale = [...tried, ...Object.keys(unbreakable)].filter(
    (id) => !rules.includes(id) || (tried.has(id) && unbreakable[id]),
  );
  for (const id of stale)
    console.log(`  ${id.padEnd(3)} is no rule of SPEC.md, or has a sabotage as well as a reason for none`);
  return untried.filter((id) => !unbreakable[id]).length + stale.length;
}

function secondsSince(start) {
  return Math.round((Date.now() - start) / 100) / 10;
}
