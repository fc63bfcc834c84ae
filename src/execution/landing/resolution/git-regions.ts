import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Git } from "../../git/runner.ts";
import type { LineSides } from "./sides.ts";
import { clashOf, type Region } from "./three-way.ts";

/** Merges lines as git does and tells what it settled and what not. */
export type GitMerge = (sides: LineSides) => Promise<readonly Region[]>;

/** Asks the repository's git; whatever the user configured, the outcome is the same. [G5] */
export function askGit(git: Git): GitMerge {
  return async (sides) => {
    const parent = join(git.gitDir, "interlock", "tmp");
    const folder = await mkdir(parent, { recursive: true })
      .then(() => mkdtemp(join(parent, "sides-")))
      .catch(() => mkdtemp(join(tmpdir(), "interlock-sides-")));
    try {
      for (const side of SIDES) await writeFile(join(folder, side), sides[side].map((line) => `${line}\n`).join(""));
      const args = ["merge-file", "-p", "-q", "--diff3", `--marker-size=${MARKER_SIZE}`, ...SIDES];
      return await git.run(
        { args, okCodes: COUNTS, parse: ({ stdout }) => readRegions(stdout.toString("utf8")) },
        { workTree: folder },
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

const SIDES = ["ours", "base", "theirs"] as const;

/** The exit code counts the clashes. */
const COUNTS: readonly number[] = Array.from({ length: 128 }, (_, code) => code);

/** Long enough that no text is mistaken for it. */
const MARKER_SIZE = 61;
const MARKER = new RegExp(`^([<|=>])\\1{${MARKER_SIZE - 1}}(?: |$)`);

function readRegions(merged: string): readonly Region[] {
  const regions: Region[] = [];
  let settled: string[] = [];
  let sides = { base: [] as string[], ours: [] as string[], theirs: [] as string[] };
  let into = settled;
  for (const line of merged === "" ? [] : merged.replace(/\n$/, "").split("\n")) {
    switch (MARKER.exec(line)?.[1]) {
      case undefined:
        into.push(line);
        break;
      case "<":
        if (settled.length > 0) regions.push({ settled });
        sides = { base: [], ours: [], theirs: [] };
        into = sides.ours;
        break;
      case "|":
        into = sides.base;
        break;
      case "=":
        into = sides.theirs;
        break;
      case ">":
        regions.push({ clash: clashOf(sides) });
        settled = [];
        into = settled;
    }
  }
  if (settled.length > 0) regions.push({ settled });
  return regions;
}
