import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readBlobs } from "../git/objects.ts";
import type { Git } from "../git/runner.ts";
import type { UnsettledPath } from "./merge-output.ts";

/** A stretch where both sides changed the same lines; each text is cut at the cap. */
export interface ConflictHunk {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
}

/** The first hunks of a file's conflict, and how many more there are. */
export interface Hunks {
  readonly hunks: readonly ConflictHunk[];
  readonly moreHunks: number;
}

const MOST_HUNKS = 10;
const MOST_CHARACTERS = 4_000;
/** Long enough that no text is mistaken for it. */
const MARKER_SIZE = 57;

/** The stretches that clash in a file both sides wrote; none for what is no text or is missing on a side. */
export async function readHunks(git: Git, conflict: UnsettledPath): Promise<Hunks> {
  const { base, ours, theirs } = conflict.stages;
  if ((conflict.kind !== "content" && conflict.kind !== "add/add") || ours === undefined || theirs === undefined)
    return NONE;
  const [our, their, common] = await readBlobs(git, base === undefined ? [ours, theirs] : [ours, theirs, base]);
  const folder = await mkdtemp(join(git.gitDir, "interlock", "tmp", "hunks-"));
  try {
    await writeFile(join(folder, "ours"), our ?? "");
    await writeFile(join(folder, "base"), common ?? "");
    await writeFile(join(folder, "theirs"), their ?? "");
    return await git.run(
      {
        args: ["merge-file", "-p", "-q", "--diff3", `--marker-size=${MARKER_SIZE}`, "ours", "base", "theirs"],
        okCodes: Array.from({ length: 128 }, (_, code) => code),
        parse: ({ stdout }) => parseHunks(stdout.toString("utf8")),
      },
      { workTree: folder },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const NONE: Hunks = { hunks: [], moreHunks: 0 };

function parseHunks(merged: string): Hunks {
  const hunks: ConflictHunk[] = [];
  const sides: Record<keyof ConflictHunk, string[]> = { base: [], ours: [], theirs: [] };
  let side: keyof ConflictHunk | undefined;
  for (const line of merged.split(/(?<=\n)/)) {
    const marker = /^([<|=>])\1{56}(?: |\r?\n|$)/.exec(line)?.[1];
    if (marker === "<") side = "ours";
    else if (marker === "|") side = "base";
    else if (marker === "=") side = "theirs";
    else if (marker === ">") {
      hunks.push({ base: cut(sides.base), ours: cut(sides.ours), theirs: cut(sides.theirs) });
      for (const lines of Object.values(sides)) lines.length = 0;
      side = undefined;
    } else if (side !== undefined) sides[side].push(line);
  }
  return { hunks: hunks.slice(0, MOST_HUNKS), moreHunks: Math.max(hunks.length - MOST_HUNKS, 0) };
}

function cut(lines: readonly string[]): string {
  const text = lines.join("");
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}
