/** The replay of recorded histories, small. The histories are kept beside the repository, so it needs to be told or find them. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const traces = process.env["INTERLOCK_TRACES"] ?? "../shared/traces";
const run = promisify(execFile);

interface Result {
  readonly nodes: number;
  readonly allowed: number;
  readonly problems: readonly string[];
}

async function replay(...more: readonly string[]): Promise<readonly Result[]> {
  const few = ["--trace", "pg-boss", "--count", "8", "--agents", "2", "--minute", "1"];
  const args = ["bench/replay.mjs", "--traces", traces, "--json", ...few, ...more];
  const { stdout } = await run(process.execPath, args, { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
}

describe.skipIf(!existsSync(traces))("a replay", () => {
  test.each([
    ["file", "writes"],
    ["region", "edits"],
  ])("of eight nodes by two agents makes the same tree: %s, %s", async (granularity, claims) => {
    const [result] = await replay("--granularity", granularity, "--claims", claims);
    expect(result).toMatchObject({ nodes: 8, problems: [] });
    expect(result?.allowed).toBeGreaterThanOrEqual(1);
  });
});
