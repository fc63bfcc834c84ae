import { readFile } from "node:fs/promises";
import { z } from "zod";
import { isAncestor } from "../../git/history.ts";
import type { Git } from "../../git/runner.ts";
import { readJson, writeWhole } from "../fact-cache.ts";
import { changedTogether, mostCommits } from "./changed-together.ts";

/** What commits changed, newest first, up to a commit. */
export interface LearnedHistory {
  readonly tip: string;
  readonly commits: readonly (readonly string[])[];
}

/** What was learned when somebody last asked, from a file; undefined when there is none that can be read. */
export async function recallHistory(file: string): Promise<LearnedHistory | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  const parsed = text === undefined ? undefined : schema.safeParse(readJson(text));
  if (!parsed?.success) return undefined;
  const { tip, paths, commits } = parsed.data;
  return { tip, commits: commits.map((numbers) => numbers.flatMap((number) => paths[number] ?? [])) };
}

/** Keeps what was learned, each path once. */
export function recordHistory(file: string, { tip, commits }: LearnedHistory): Promise<void> {
  const numbers = new Map<string, number>();
  const numberOf = (path: string) => {
    const number = numbers.get(path) ?? numbers.size;
    numbers.set(path, number);
    return number;
  };
  const listed = commits.map((paths) => paths.map(numberOf));
  return writeWhole(file, JSON.stringify({ tip, paths: [...numbers.keys()], commits: listed }));
}

/** The history up to `tip`: what is known with what came since, and what is known as it is for a tip that is in it. */
export async function learnHistory(git: Git, tip: string, known: LearnedHistory | undefined): Promise<LearnedHistory> {
  if (known && (await isAncestor(git, tip, known.tip).catch(() => false))) return known;
  if (!known || !(await isAncestor(git, known.tip, tip).catch(() => false)))
    return { tip, commits: await changedTogether(git, { from: tip }) };
  const fresh = await changedTogether(git, { from: tip, not: known.tip });
  return { tip, commits: [...fresh, ...known.commits].slice(0, mostCommits) };
}

const schema = z.object({
  tip: z.string(),
  paths: z.array(z.string()),
  commits: z.array(z.array(z.number().int().nonnegative())),
});
