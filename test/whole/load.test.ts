/** The load, small: that it works and would notice. `npm run load` is the real one. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

interface Result {
  readonly counts: { readonly landed: number };
  readonly plans: number;
  readonly problems: readonly string[];
  readonly verdicts: readonly { readonly name: string; readonly ok?: boolean; readonly value: string }[];
}

test("[X1] many agents in several servers work without an error, and leave nothing over", async () => {
  const small = ["--minutes", "0.1", "--agents", "8", "--processes", "3", "--every-seconds", "2", "--json"];
  const ended = promisify(execFile)(process.execPath, ["bench/load.mjs", ...small], { maxBuffer: 2 ** 26 });
  const { stdout } = await ended.catch((failed: { readonly stdout: string }) => failed);
  const { counts, plans, problems, verdicts } = JSON.parse(stdout) as Result;
  expect(problems).toEqual([]);
  expect(verdicts.filter(({ ok }) => ok === false)).toEqual([]);
  expect(plans).toBeGreaterThan(0);
  expect(counts.landed).toBeGreaterThan(20);
});
