/**
 * What people and agents made of stretches that clashed, so that the same clash need not go back to anybody twice. Kept as
 * small files in the git common dir, by the hash of the path and the three sides; the oldest go when there are too many.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { LineSides } from "./sides.ts";
import type { Region } from "./three-way.ts";

/** The resolutions that a repository remembers. */
export interface ResolutionMemory {
  /** What was made of a stretch with the same three sides, whichever was ours. */
  readonly recall: (path: string, clash: LineSides) => Promise<readonly string[] | undefined>;
  /** Remembers what became of the clashes of a file; those that cannot be found in the result are passed by. */
  readonly record: (path: string, regions: readonly Region[], result: readonly string[]) => Promise<void>;
}

/** The memory of the repository whose common dir is `gitDir`. */
export function resolutionMemory(gitDir: string): ResolutionMemory {
  const folder = join(gitDir, "interlock", "resolutions");
  return {
    recall: async (path, clash) => {
      const text = await readFile(join(folder, hashOf(path, clash)), "utf8").catch(() => undefined);
      if (text === undefined) return undefined;
      const parsed = linesSchema.safeParse(readJson(text));
      return parsed.success ? parsed.data : undefined;
    },
    record: async (path, regions, result) => {
      const found = resolutionsIn(regions, result);
      if (found.length === 0) return;
      await mkdir(folder, { recursive: true });
      for (const { clash, lines } of found) {
        const draft = join(folder, `.${randomUUID()}`);
        await writeFile(draft, JSON.stringify(lines));
        await rename(draft, join(folder, hashOf(path, clash)));
      }
      await forgetOldest(folder);
    },
  };
}

/** What stands in a result where clashes were: between the lines before and the lines after them. */
export function resolutionsIn(
  regions: readonly Region[],
  result: readonly string[],
): readonly { readonly clash: LineSides; readonly lines: readonly string[] }[] {
  const found: { clash: LineSides; lines: readonly string[] }[] = [];
  let at = 0;
  for (const [i, region] of regions.entries()) {
    if ("settled" in region) continue;
    const before = settledAt(regions, i - 1).slice(-CONTEXT);
    const after = settledAt(regions, i + 1).slice(0, CONTEXT);
    const start = before.length === 0 ? (i === 0 ? 0 : undefined) : endOf(result, before, at);
    if (start === undefined) continue;
    const end =
      after.length === 0 ? (i === regions.length - 1 ? result.length : undefined) : indexOf(result, after, start);
    if (end === undefined) continue;
    at = end;
    const { base, ours, theirs } = region.clash;
    const lines = result.slice(start, end);
    if (size(lines) <= MOST_CHARACTERS) found.push({ clash: { base, ours, theirs }, lines });
  }
  return found;
}

const linesSchema = z.array(z.string());

/** So many lines around a clash tell its place. */
const CONTEXT = 3;
const MOST_FILES = 2_000;
const MOST_CHARACTERS = 100_000;

/** Which side is ours depends on who merges, not on what is meant; in another file the same lines may mean something else. */
function hashOf(path: string, { base, ours, theirs }: LineSides): string {
  const sides = [ours, theirs].map((lines) => JSON.stringify(lines)).sort();
  return createHash("sha256")
    .update(JSON.stringify([path, JSON.stringify(base), ...sides]))
    .digest("hex");
}

function settledAt(regions: readonly Region[], index: number): readonly string[] {
  const region = regions[index];
  return region && "settled" in region ? region.settled : [];
}

function endOf(lines: readonly string[], part: readonly string[], from: number): number | undefined {
  const start = indexOf(lines, part, Math.max(from - part.length, 0));
  return start === undefined ? undefined : start + part.length;
}

/** Where a part begins, or undefined when it is not there or in several places: then nobody knows which is meant. */
function indexOf(lines: readonly string[], part: readonly string[], from: number): number | undefined {
  const starts: number[] = [];
  for (let i = from; i + part.length <= lines.length; i += 1)
    if (part.every((line, j) => lines[i + j] === line)) starts.push(i);
  return starts.length === 1 ? starts[0] : undefined;
}

function size(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function forgetOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith("."));
  if (names.length <= MOST_FILES) return;
  const files = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(folder, name)).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  files.sort((a, b) => a.at - b.at);
  for (const { name } of files.slice(0, names.length - MOST_FILES)) await rm(join(folder, name), { force: true });
}
