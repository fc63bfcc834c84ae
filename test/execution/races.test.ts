/** A node is handed out once, whatever races for it. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { NodeSpec } from "../../src/core/plan/spec.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { systemClock } from "../../src/execution/clock.ts";
import { Manager } from "../../src/execution/manager.ts";
import { openSqliteLog } from "../../src/log/sqlite/open.ts";

const rounds = 1_000;
const stream = "races";
const script = fileURLToPath(new URL("takes-nodes.mjs", import.meta.url));

const sources = new URL("../../dist", import.meta.url).href;

let file: string;
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "interlock-races-"));
  file = join(folder, "state.db");
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

async function withPlan(nodes: readonly NodeSpec[]): Promise<Manager> {
  const manager = await Manager.open(await openSqliteLog({ file }), stream, systemClock);
  onTestFinished(async () => {
    manager.close();
    await manager.log.close();
  });
  const policy = { mode: "parallel", maxParallel: 100_000, scope: "auto", onFailure: "continue" } as const;
  const plan = {
    id: "p",
    title: "p",
    constraints: [],
    target: "main",
    base: "0",
    policy,
    flags: {},
    digest: "d",
    nodes,
  };
  const answer = await manager.execute({ type: "SubmitPlan", plan });
  if (isRefusal(answer)) throw new Error(JSON.stringify(answer));
  return manager;
}

const node = (id: string, writes: readonly string[]): NodeSpec => ({
  id,
  kind: "work",
  title: id,
  instructions: "",
  requires: [],
  dependsOn: [],
  writes,
  edits: [],
  reads: [],
  watches: [],
  uses: [],
  priority: 2,
  gates: [],
  retries: 0,
});

/** Starts processes that begin all at once, and returns what each took. */
async function race(processes: number, lanes: number): Promise<readonly string[]> {
  const args = [script, sources, file, stream, String(lanes)];
  const children = Array.from({ length: processes }, () => spawn(process.execPath, args));
  const results = children.map(readLines);
  await Promise.all(children.map(({ stdout }) => once(stdout, "data")));
  for (const child of children) child.stdin.write("go\n");
  const lines = await Promise.all(results);
  return lines.flatMap((output) => JSON.parse(output.at(-1) ?? "[]") as string[]);
}

async function readLines(child: ChildProcessWithoutNullStreams): Promise<readonly string[]> {
  const lines: string[] = [];
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  createInterface(child.stdout).on("line", (line) => lines.push(line));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`a process ended with ${code}: ${errors}`);
  return lines;
}

describe("[N1] a node is handed out once", () => {
  const ids = Array.from({ length: rounds }, (_, i) => `n${i}`);

  test.each([
    [2, 1],
    [8, 1],
    [1, 50],
    [8, 10],
  ])("[N1] when %i processes race for 1,000 nodes, each with %i calls at once", async (processes, lanes) => {
    await withPlan(ids.map((id) => node(id, [`${id}.txt`])));
    const taken = await race(processes, lanes);
    expect([...taken].sort()).toEqual([...ids].sort());
  });

  test("[N1] [L1] when all want the same path, one at a time gets it", async () => {
    const manager = await withPlan(ids.slice(0, 50).map((id) => node(id, ["src/**"])));
    for (let round = 0; round < 3; round += 1) {
      const taken = await race(4, 2);
      expect(taken).toHaveLength(1);
      await manager.refresh();
      const [holder = ""] = taken;
      const by = { plan: "p", node: holder, attempt: 1 };
      expect(isRefusal(await manager.execute({ type: "GiveUpNode", ...by, reason: "next", retryable: false }))).toBe(
        false,
      );
    }
  });
});
