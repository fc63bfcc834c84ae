import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Git } from "../../git/runner.ts";
import { askGit } from "./git-regions.ts";
import type { Label } from "./resolution.ts";
import { type ResolveOptions, resolveText } from "./resolve-text.ts";
import { textOf } from "./sides.ts";

/** One file in a merge of somebody else's. */
export interface DrivenFile {
  readonly path: string;
  readonly base: Uint8Array;
  readonly ours: Uint8Array;
  readonly theirs: Uint8Array;
  readonly markerSize: number;
}

/** What became of it; nothing is written where git could not merge either. */
export interface DrivenMerge {
  readonly clean: boolean;
  readonly merged: Uint8Array | string | undefined;
  readonly by: readonly Label[];
}

/** Merges one file as git does, and resolves what git leaves; what stays a conflict has git's markers. */
export async function driveMerge(git: Git, file: DrivenFile, options: ResolveOptions): Promise<DrivenMerge> {
  const attempt = await mergeFile(git, file);
  if (attempt.clashes === 0) return { clean: true, merged: attempt.merged, by: [] };
  const [base, ours, theirs] = [file.base, file.ours, file.theirs].map(textOf);
  // Git gives a driver an empty base when there is none.
  const isText = base !== undefined && base !== "" && ours !== undefined && theirs !== undefined;
  const resolved = isText ? await resolveText(file.path, { base, ours, theirs }, askGit(git), options) : undefined;
  if (resolved) return { clean: true, merged: resolved.text, by: resolved.by };
  return { clean: false, merged: attempt.merged, by: [] };
}

const SIDES = ["ours", "base", "theirs"] as const;

/** Beyond this git did not merge: the file is binary. */
const MOST_CLASHES = 127;

async function mergeFile(
  git: Git,
  file: DrivenFile,
): Promise<{ readonly clashes: number; readonly merged: Buffer | undefined }> {
  const folder = await mkdtemp(join(tmpdir(), "interlock-driver-"));
  try {
    for (const side of SIDES) await writeFile(join(folder, side), file[side]);
    return await git.run(
      {
        args: ["merge-file", "-p", "-q", `--marker-size=${file.markerSize}`, ...SIDES],
        okCodes: Array.from({ length: 256 }, (_, code) => code),
        parse: ({ stdout, exitCode }) => ({
          clashes: exitCode,
          merged: exitCode > MOST_CLASHES ? undefined : stdout,
        }),
      },
      { workTree: folder },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
