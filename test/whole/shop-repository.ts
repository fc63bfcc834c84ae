import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { committedFiles, finishedFiles } from "../../src/cli/demo/shop/finished-files.ts";
import { interlock } from "../cli/command-line.ts";
import { killHard, processesIn } from "./processes.ts";

/** What the tests use of the demo as it is shipped: its agents can only be started from the compiled program. */
const shipped = new URL("../../dist/cli/demo/", import.meta.url);
export const { Crew } = (await import(new URL("crew.js", shipped).href)) as typeof import("../../src/cli/demo/crew.ts");
const { makeRepository } = (await import(
  new URL("make-repository.js", shipped).href
)) as typeof import("../../src/cli/demo/make-repository.ts");

export interface ShopRepository {
  readonly root: string;
  git(...args: readonly string[]): string;
  /** What `interlock ... --json` answers. */
  ask<T>(...args: readonly string[]): Promise<T>;
}

/** The demo's repository, removed when the test ends; with the demo's plan submitted, unless asked otherwise. */
export async function shopRepository({ submit = true } = {}): Promise<ShopRepository> {
  const root = await makeRepository(committedFiles(), "A till that adds up goods");
  onTestFinished(() => leaveNothing(root));
  const shop = openShop(root);
  if (submit) await shop.ask("plan", "plan.yaml");
  return shop;
}

export function openShop(root: string): ShopRepository {
  return {
    root,
    git: (...args) =>
      execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim(),
    ask: async <T>(...args: readonly string[]) => {
      const { exitCode, stdout, stderr } = await interlock(root, [...args, "--json"]);
      expect({ exitCode, stderr }, `interlock ${args.join(" ")}: ${stdout}`).toEqual({ exitCode: 0, stderr: "" });
      return JSON.parse(stdout) as T;
    },
  };
}

/** An event in the output of `interlock log --json`, which has one a line. */
interface Logged {
  readonly type: string;
  readonly node?: string;
}

/** Ends what still works on a repository, and removes it. */
export function leaveNothing(root: string): void {
  for (const { pid } of processesIn(root)) killHard(pid);
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
}

/** The plan has ended right: the tree is what its nodes make of it, each landed once, and nothing is left over. */
export async function expectTheRightEnd({ root, git, ask }: ShopRepository, branch: string): Promise<void> {
  const wanted = finishedFiles();
  const found = git("ls-tree", "-r", "--name-only", branch).split("\n");
  expect(found.sort()).toEqual(Object.keys(wanted).sort());
  for (const [path, text] of Object.entries(wanted)) expect(git("show", `${branch}:${path}`)).toBe(text.trim());
  const { stdout: log } = await interlock(root, ["log", "--json", "--limit", "100000"]);
  const events = log
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Logged);
  const landed = events.flatMap(({ type, node }) => (type === "NodeLanded" && node ? [node] : []));
  expect(landed.sort()).toEqual([...new Set(landed)].sort());
  expect(landed).toHaveLength(10);
  expect(await ask("locks")).toMatchObject({ locks: [], waiting: [] });
  expect(execFileSync("git", ["fsck", "--full", "--no-dangling"], { cwd: root, encoding: "utf8" })).toBe("");
}

/** A file in which the agents complain; next to the repository, so that it outlives it. */
export function complaintsFile(): string {
  const file = join(tmpdir(), `interlock-whole-${process.pid}-${Math.round(performance.now())}.log`);
  onTestFinished(() => rmSync(file, { force: true }));
  return file;
}
