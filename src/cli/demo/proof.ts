import { execa } from "execa";
import type { Recorded } from "../../core/recorded.ts";
import { gitIn } from "./make-repository.ts";
import { finishedFiles } from "./shop/finished-files.ts";
import { shopNodes } from "./shop/shop-plan.ts";

/** What is wrong with what landed, in sentences; none when all is right. */
export async function problemsOnMain(root: string, events: readonly Recorded[]): Promise<readonly string[]> {
  const landings = events.flatMap(({ event }) => (event.type === "NodeLanded" ? [event.node] : []));
  const notOnce = shopNodes
    .map(({ id }) => ({ id, times: landings.filter((landed) => landed === id).length }))
    .filter(({ times }) => times !== 1);
  const wanted = finishedFiles();
  const there = (await gitIn(root, "ls-tree", "-r", "--name-only", "-z", "main")).split("\0").filter(Boolean);
  const stray = there.filter((path) => !(path in wanted));
  const texts = await Promise.all(
    Object.keys(wanted).map(async (path) => ({
      path,
      text: there.includes(path) ? await gitIn(root, "show", `main:${path}`) : "",
    })),
  );
  const wrong = texts.filter(({ path, text }) => text !== wanted[path]?.trimEnd());
  return [
    ...notOnce.map(({ id, times }) => `${id} landed ${times} times`),
    ...stray.map((path) => `${path} is on main and should not be`),
    ...wrong.map(({ path }) => `${path} on main is not what the nodes make of it`),
  ];
}

/** Runs the tests of what landed, in the user's own checkout. */
export async function testsOnMain(
  root: string,
  pattern = "test/*.test.js",
): Promise<{ readonly passed: number; readonly failed: number }> {
  const run = await execa(`node --test --test-reporter=tap ${pattern}`, { cwd: root, shell: true, reject: false });
  const count = (word: string) => Number(new RegExp(`^# ${word} (\\d+)$`, "m").exec(run.stdout)?.[1] ?? 0);
  return { passed: count("pass"), failed: run.exitCode === 0 ? 0 : Math.max(1, count("fail")) };
}
