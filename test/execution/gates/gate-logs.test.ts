import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { newLogFile, pruneLogs, removeLogs } from "../../../src/execution/gates/gate-logs.ts";

test("[J2] of all outputs the newest are kept, so many and so much", async () => {
  const folder = mkdtempSync(join(tmpdir(), "interlock-gate-logs-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const paths: string[] = [];
  for (const [age, node] of ["new", "newer", "old", "older", "oldest"].entries()) {
    const path = await newLogFile(folder, { plan: "p", node, gate: "test", mark: "m" });
    writeFileSync(path, "0123456789");
    utimesSync(path, 1_000_000 - age, 1_000_000 - age);
    paths.push(path);
  }
  const left = () => paths.map((path) => existsSync(path));
  await pruneLogs(folder, { files: 4, bytes: 100 });
  expect(left()).toEqual([true, true, true, true, false]);
  await pruneLogs(folder, { files: 4, bytes: 25 });
  expect(left()).toEqual([true, true, false, false, false]);
  expect(existsSync(dirname(paths[2] ?? ""))).toBe(false);
  await removeLogs(folder, (plan) => plan === "p");
  expect(left()).toEqual([false, false, false, false, false]);
  await pruneLogs(folder);
});
