// Breaks each guard in turn in a copy of the project, and expects the tests of the rule that it guards to notice.
// Exits 1 when one goes unnoticed. `npm run sabotage -- NAME` tries only those whose name contains NAME.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Guard, rule, file, what stands there, what is put there, and the tests that should notice. */
const sabotages = [
  [
    "locks: a writer beside an editor",
    "L1",
    "src/core/locks/modes.ts",
    'edit: ["edit", "watch"]',
    'edit: ["edit", "write", "watch"]',
    "test/core",
  ],
  [
    "locks: overlap finds nothing",
    "P4",
    "src/core/pattern/overlap.ts",
    "if (path !== undefined) return path",
    "if (path === undefined) continue; else if (path.length > 1) return path",
    "test/core/pattern",
  ],
  [
    "epoch: any attempt may act",
    "N2",
    "src/core/node/hand-in.ts",
    "if (current?.attempt === attempt) return current;",
    "if (current) return current;",
    "test/core",
  ],
  [
    "scope: everything may be changed",
    "S1",
    "src/core/node/hand-in.ts",
    "return outside.length > 0 ?",
    "return outside.length < 0 ?",
    "test/execution/endings.test.ts",
  ],
  [
    "train: candidates on an old tip may land",
    "T1",
    "src/core/landing.ts",
    "if (!candidate || candidate.onto !== plan.tip)",
    "if (!candidate)",
    "test/core",
  ],
  [
    "train: red gates pass",
    "T2",
    "src/execution/landing/train-driver.ts",
    "if (run.exitCode === 0)",
    "if (run.exitCode !== null)",
    "test/execution/endings.test.ts",
  ],
  [
    "plan: dependents do not wait",
    "H2",
    "src/core/plan/order.ts",
    "if (node.unmet > 0)",
    "if (node.unmet > 1e9)",
    "test/core",
  ],
  [
    "plan: max_parallel is not looked at",
    "H3",
    "src/core/node/hand-out.ts",
    "plan.live < parallelLimit(plan)",
    "plan.live < 1e9 + parallelLimit(plan)",
    "test/core",
  ],
  [
    "leases: forged ones are taken",
    "V3",
    "src/execution/lease-token.ts",
    "if (!genuine ||",
    "if (",
    "test/execution/lease-token.test.ts",
  ],
  [
    "leases: no grace",
    "V1",
    "src/core/lease.ts",
    "attempt.until + times.grace",
    "attempt.until - times.grace",
    "test/core",
  ],
  ["requests: repetitions act again", "I1", "src/core/perform.ts", "if (known)", "if (known && at < 0)", "test/core"],
  [
    "parking: what came after the hand-in is dropped",
    "X3",
    "src/execution/steward/retired-slots.ts",
    "(found.tree === safe || found.changes.length === 0)",
    "true",
    "test/execution/endings.test.ts",
  ],
  [
    "hand-in: left-over markers are taken",
    "X3",
    "src/execution/handing-in.ts",
    "if (snapshot.markers.length > 0)",
    "if (snapshot.markers.length > 1e9)",
    "test/execution/endings.test.ts",
  ],
  [
    "rework: what came after the hand-in is overwritten",
    "X3",
    "src/execution/preparing.ts",
    'if (found.is === "gone" || found.tree === known) return undefined;',
    "return undefined;",
    "test/execution/endings.test.ts",
  ],
  [
    "branches: moved without looking",
    "G6",
    "src/execution/git/refs.ts",
    '[...options, ref, to, from ?? ""]',
    "[...options, ref, to]",
    "test/execution/git",
  ],
  [
    "git: hooks of the user run",
    "G1",
    "src/execution/git/environment.ts",
    "core.hooksPath=",
    "core.unknownPath=",
    "test/execution/untouched.test.ts",
  ],
  [
    "store: a commit is acknowledged before it is one",
    "E3",
    "src/log/sqlite/sqlite-log.ts",
    "      statements.commit.run();\n      return result;",
    "      setTimeout(() => statements.commit.run(), 5);\n      return result;",
    "test/log/sqlite",
  ],
  [
    "log: who follows is never woken",
    "E7",
    "src/log/bell.ts",
    "for (const wake of [...this.#waiting]) wake();",
    "",
    "test/log/memory.test.ts",
  ],
  [
    "recovery: a landing that was done is not seen",
    "G6",
    "src/execution/landing/branch.ts",
    "return !move.moved && move.actual === landing.to ? { moved: true } : move;",
    "return move;",
    "test/execution/landing",
  ],
];

const wanted = sabotages.filter(([name]) => name.includes(process.argv[2] ?? ""));
const copy = mkdtempSync(join(tmpdir(), "interlock-sabotage-"));
const run = (command, args, options = {}) => spawnSync(command, args, { cwd: copy, encoding: "utf8", ...options });
let missed = 0;
try {
  run("git", ["clone", "-q", resolve("."), copy], { cwd: resolve(".") });
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
  for (const [name, rule, file, guard, broken, tests] of wanted) {
    const path = join(copy, file);
    const text = readFileSync(path, "utf8");
    if (!text.includes(guard)) {
      console.log(`STALE   ${name}: ${file} no longer holds ${JSON.stringify(guard)}`);
      missed += 1;
      continue;
    }
    writeFileSync(path, text.replace(guard, broken));
    const { status, stdout } = run("npx", [
      "vitest",
      "run",
      tests,
      "--testTimeout",
      "30000",
      "--reporter",
      "verbose",
      "--no-color",
    ]);
    writeFileSync(path, text);
    const noticed = [...(stdout ?? "").matchAll(/^\s*× .*$/gm)]
      .map(([line]) => line)
      .filter((line) => line.includes(`[${rule}]`));
    const caught = status !== 0 && noticed.length > 0;
    console.log(`${caught ? "caught " : "MISSED "} ${name} [${rule}]${caught ? `: ${noticed.length} tests` : ""}`);
    if (!caught) missed += 1;
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(
  missed === 0 ? `All ${wanted.length} guards are guarded.` : `${missed} of ${wanted.length} went unnoticed.`,
);
process.exit(missed === 0 ? 0 : 1);
