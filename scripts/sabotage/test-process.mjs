// A vitest that stays: starting one takes longer than most tests do. Each test file still runs in a fresh process.
// `test-runner.mjs` starts it in a copy of the project, and ends it with all that the tests have started.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { createVitest } from "vitest/node";

const vitest = await createVitest("test", { watch: false, reporters: [{}], maxWorkers: 1 });
await vitest.standalone();
process.on("message", async (asked) => process.send({ tests: await run(asked) }));
process.send("ready");

/** Runs those tests of some files whose names match; tests that did not run are left out. */
async function run({ files, pattern, written, bail, timeout }) {
  for (const path of written) vitest.invalidateFile(path);
  for (const config of [vitest.config, ...vitest.projects.map((project) => project.config)])
    Object.assign(config, { bail: bail ? 1 : 0, testTimeout: timeout, hookTimeout: timeout });
  const paths = new Set(files.map((file) => join(process.cwd(), file)));
  const wanted = (await vitest.globTestSpecifications(files)).filter(({ moduleId }) => paths.has(moduleId));
  // What `test/global-setup.ts` does once for a vitest; here the program is another one each time.
  if (wanted.some(({ project }) => project.name === "long"))
    execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", "--noCheck"]);
  // Vitest remembers how tests ended; what cannot run this time must not seem to have ended as it did before.
  for (const { project, moduleId } of wanted) vitest.state.clearFiles(project, [moduleId]);
  vitest.setGlobalTestNamePattern(new RegExp(pattern));
  const { testModules } = await vitest.runTestSpecifications(wanted);
  const own = testModules.filter(({ moduleId }) => paths.has(moduleId));
  return own.flatMap(({ children }) => [...children.allTests()].flatMap(outcomeOf));
}

function outcomeOf(test) {
  const { state } = test.result();
  if (state !== "passed" && state !== "failed") return [];
  return [{ name: nameOf(test), status: state, ms: test.diagnostic()?.duration ?? 0 }];
}

/** As the pattern sees it. */
function nameOf({ name, parent }) {
  return parent.type === "module" ? name : `${nameOf(parent)} ${name}`;
}
