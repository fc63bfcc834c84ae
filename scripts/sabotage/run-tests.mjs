import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Runs those tests of some files whose names match, in a group of processes of its own that ends with it. Tests that did
 * not run are left out; `late` says that the time was over before they were done.
 */
export async function runTests(folder, files, pattern, { seconds, bail }) {
  const report = join(folder, "sabotage-report.json");
  rmSync(report, { force: true });
  const options = [
    ["--testNamePattern", pattern],
    ["--reporter", "json"],
    ["--outputFile", report],
    ["--maxWorkers", "1"],
    ["--testTimeout", bail ? "15000" : "60000"],
    ["--hookTimeout", bail ? "15000" : "60000"],
    ...(bail ? [["--bail", "1"]] : []),
  ];
  const vitest = [join(folder, "node_modules/vitest/vitest.mjs"), "run", ...files, ...options.flat()];
  const run = spawn(process.execPath, vitest, { cwd: folder, stdio: "ignore", detached: true });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup(run.pid);
  }, seconds * 1000);
  await once(run, "exit");
  clearTimeout(timer);
  // What the tests started and a break kept from ending.
  endGroup(run.pid);
  return { tests: existsSync(report) ? testsIn(JSON.parse(readFileSync(report, "utf8")), folder) : [], late };
}

function testsIn({ testResults }, folder) {
  return testResults.flatMap(({ name: path, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "passed" || status === "failed")
      .map(({ fullName: name, status }) => ({ name, status, file: path.slice(folder.length + 1) })),
  );
}

function endGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // They have all ended.
  }
}
