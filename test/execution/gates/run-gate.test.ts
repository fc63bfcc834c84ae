/** Odd gates with real processes. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { newMark } from "../../../src/execution/gates/judge-in-worktree.ts";
import { endLeftovers, markVariable } from "../../../src/execution/gates/leftover-processes.ts";
import { type GatePlace, type GateRun, runGate } from "../../../src/execution/gates/run-gate.ts";

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "interlock-run-gate-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function run(command: string, place: Partial<GatePlace> = {}, minutes = 1): Promise<GateRun> {
  const usual = { cwd: folder(), environment: {}, onStart: () => undefined, signal: new AbortController().signal };
  return runGate({ run: command, env: {}, timeoutMinutes: minutes }, { ...usual, mark: newMark(), ...place });
}

function isRunning(pidFile: string): boolean {
  const pid = Number(readFileSync(pidFile, "utf8"));
  try {
    process.kill(pid, 0);
    // What nobody has waited for is still listed.
    return process.platform !== "linux" || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

test("[J1] a gate that hangs is ended when its time is over, with all that it began, and has not passed", async () => {
  const cwd = folder();
  const hangs = "trap 'exit 0' TERM; sleep 600 & echo $! > child; echo begun; wait";
  const ended = await run(hangs, { cwd }, 0.005);
  expect(ended).toMatchObject({ exitCode: null, outputTail: expect.stringContaining("longer than its 0.005 minutes") });
  expect(ended.outputTail).toContain("begun");
  expect(isRunning(join(cwd, "child"))).toBe(false);
});

test("[J1] a gate that does not listen is killed", async () => {
  const cwd = folder();
  const ended = await run("trap '' TERM; echo $$ > self; while :; do sleep 0.1; done", { cwd }, 0.005);
  expect(ended.exitCode).toBe(null);
  expect(isRunning(join(cwd, "self"))).toBe(false);
});

test("[J1] a process that it leaves running and that holds its output open is ended with it", async () => {
  const cwd = folder();
  const ended = await run("sleep 600 & echo $! > child; echo done", { cwd });
  expect(ended).toMatchObject({ exitCode: 0, outputTail: "done\n" });
  expect(ended.seconds).toBeLessThan(60);
  expect(isRunning(join(cwd, "child"))).toBe(false);
});

test.runIf(process.platform === "linux")(
  "[J1] a daemon that has left the process group and holds its output open is ended with it",
  async () => {
    const cwd = folder();
    const ended = await run(`setsid sh -c 'echo $$ > daemon; exec sleep 600' & while ! test -s daemon; do :; done`, {
      cwd,
    });
    expect(ended.exitCode).toBe(0);
    expect(ended.seconds).toBeLessThan(60);
    expect(isRunning(join(cwd, "daemon"))).toBe(false);
  },
);

test("processes of other runs, and of nobody, are left alone", async () => {
  const cwd = folder();
  const other = run("echo $$ > other; sleep 600", { cwd }, 0.02);
  while (!existsSync(join(cwd, "other")) || statSync(join(cwd, "other")).size === 0)
    await new Promise((resolve) => setTimeout(resolve, 10));
  await endLeftovers({ group: undefined, mark: newMark() });
  expect(isRunning(join(cwd, "other"))).toBe(true);
  await other;
});

test("[J2] of a long output the file has the beginning and the end, within its limit, and the reply the end", async () => {
  const path = join(folder(), "output.log");
  const before = process.memoryUsage().rss;
  const prints = "echo first; yes 0123456789abcdef | head -c 200000000; echo; echo last; exit 3";
  const ended = await run(prints, { output: { path, limit: 1_000_000 } });
  expect(ended).toMatchObject({ exitCode: 3, outputFile: path });
  expect(ended.outputTail.length).toBeLessThan(7_000);
  expect(ended.outputTail).toMatch(/^\[\.\.\.\]\n[\s\S]*\nlast\n$/);
  const kept = readFileSync(path, "utf8");
  expect(kept.length).toBeLessThan(1_100_000);
  expect(kept).toMatch(
    /^first\n0123456789abcdef\n[\s\S]*\n\[interlock\] 198934476 bytes of output are left out here\n/,
  );
  expect(kept).toMatch(/\nlast\n$/);
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
}, 30_000);

test("an output within its limit is kept as it is, and nobody else can read it", async () => {
  const path = join(folder(), "output.log");
  const { outputFile } = await run("echo one; echo two >&2", { output: { path, limit: 1_000 } });
  expect(
    readFileSync(outputFile ?? "", "utf8")
      .split("\n")
      .sort(),
  ).toEqual(["", "one", "two"]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("an output that cannot be kept costs the file, not the run", async () => {
  const ended = await run("echo one", { output: { path: join(folder(), "none", "output.log"), limit: 1_000 } });
  expect(ended).toMatchObject({ exitCode: 0, outputTail: expect.stringMatching(/^one\n[\s\S]*could not be kept/) });
  expect(ended.outputFile).toBe(undefined);
});

test("a gate sees none of our secrets, but the mark of its run", async () => {
  process.env["INTERLOCK_TEST_SECRET"] = "hidden";
  onTestFinished(() => {
    delete process.env["INTERLOCK_TEST_SECRET"];
  });
  const mark = newMark();
  const { outputTail } = await run("env", { mark });
  expect(outputTail).toContain(`${markVariable}=${mark}\n`);
  expect(outputTail).not.toContain("hidden");
});

test("TAP on standard output is read, and nothing is read out of other words", async () => {
  const tap = "TAP version 13\nok 1 - adds\nnot ok 2 - subtracts\nok 3 - divides # SKIP by what\n1..3\n";
  const cwd = folder();
  writeFileSync(join(cwd, "tap"), tap);
  expect(await run("cat tap; exit 1", { cwd })).toMatchObject({
    exitCode: 1,
    tests: { passed: 1, failed: 1, skipped: 1 },
    failedTests: ["subtracts"],
  });
  const other = await run("echo ok 1 - fine; echo 'not ok 2 - said somebody'", { cwd });
  expect(other.tests).toBe(undefined);
});

test("a command that cannot even be started has not passed", async () => {
  expect(await run("echo \0")).toMatchObject({
    exitCode: null,
    outputTail: expect.stringContaining("could not start"),
  });
  const gone = join(folder(), "gone");
  expect(await run("true", { cwd: gone })).toMatchObject({ exitCode: null });
});

test("ended by whoever waits for it, it has judged nothing", async () => {
  const ending = new AbortController();
  const ended = await run("trap 'exit 0' TERM; sleep 600 & wait", {
    signal: ending.signal,
    onStart: () => setTimeout(() => ending.abort(), 100),
  });
  expect(ended.exitCode).toBe(null);
});
