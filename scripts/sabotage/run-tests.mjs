import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Runs those tests of some files whose names carry one of the rules, in a group of processes of its own that ends with it.
 * Tests that did not run are left out; `late` says that the time was over before they were done.
 */
export function runTests(folder, files, rules, { seconds, bail }) {
  const report = join(folder, "sabotage-report.json");
  rmSync(report, { force: true });
  const options = [
    ["--testNamePattern", `\\[(${rules.join("|")})\\]`],
    ["--reporter", "json"],
    ["--outputFile", report],
    ["--maxWorkers", "1"],
    ["--testTimeout", "20000"],
    ...(bail ? [["--bail", "1"]] : []),
  ];
  const { error, pid } = spawnSync(
    process.execPath,
    [join(folder, "node_modules/vitest/vitest.mjs"), "run", ...files, ...options.flat()],
    { cwd: folder, stdio: "ignore", timeout: seconds * 1000, killSignal: "SIGKILL", detached: true },
  );
  endGroup(pid);
  if (error) return { tests: [], late: true };
  return { tests: existsSync(report) ? testsIn(JSON.parse(readFileSync(report, "utf8")), folder) : [], late: false };
}

function testsIn({ testResults }, folder) {
  return testResults.flatMap(({ name: path, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "passed" || status === "failed")
      .map(({ fullName: name, status }) => ({ name, status, file: path.slice(folder.length + 1) })),
  );
}

/** What the tests started and a break kept from ending. */
function endGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // They have all ended.
  }
}
