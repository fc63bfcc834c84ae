/**
 * Finds the reports that a gate wrote. Only regular files inside its worktree are read, of bounded size, and only those that
 * were not there in this form before it began: a worktree is used again, and a branch may have a report committed.
 */
import { constants, type Stats } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { matches } from "../../core/pattern/match.ts";
import { parsePattern } from "../../core/pattern/parse.ts";
import { readJunit } from "./junit.ts";
import { mostNames, TapReader, type TestReport } from "./tap.ts";

/** What was there before a gate began, by path. */
export type ReportsBefore = ReadonlyMap<string, string>;

/** What is beyond this is no report of tests; nothing else of it is lost, since the output is kept too. */
const largestBytes = 32 * 1024 * 1024;
const mostFiles = 500;
const mostEntries = 50_000;

/** The state of the files that a pattern names, to know later which of them are new. */
export async function lookForReports(folder: string, pattern: string): Promise<ReportsBefore> {
  const found = new Map<string, string>();
  for await (const { path, stats } of filesOf(folder, pattern)) found.set(path, stampOf(stats));
  return found;
}

/** What the reports say that were written since; undefined when there are none that can be read. */
export async function readReports(
  folder: string,
  pattern: string,
  before: ReportsBefore,
): Promise<TestReport | undefined> {
  const reports: TestReport[] = [];
  for await (const { path, stats } of filesOf(folder, pattern)) {
    if (before.get(path) === stampOf(stats) || stats.size > largestBytes) continue;
    const report = await readReport(join(folder, path));
    if (report) reports.push(report);
  }
  return sumOf(reports);
}

/** All that several reports say together; undefined for none. */
function sumOf(reports: readonly TestReport[]): TestReport | undefined {
  if (reports.length === 0) return undefined;
  const tests = { passed: 0, failed: 0, skipped: 0 };
  const failed = new Set<string>();
  for (const report of reports) {
    tests.passed += report.tests.passed;
    tests.failed += report.tests.failed;
    tests.skipped += report.tests.skipped;
    for (const name of report.failed) if (failed.size < mostNames) failed.add(name);
  }
  return { tests, failed: [...failed] };
}

async function readReport(path: string): Promise<TestReport | undefined> {
  const content = await readPlainFile(path).catch(() => undefined);
  if (!content) return undefined;
  const text = content.toString("utf8").replace(/^\uFEFF/, "");
  if (text.trimStart().startsWith("<")) return readJunit(text.trimStart());
  const tap = new TapReader();
  tap.add(content);
  return tap.report();
}

/** What the gate left running may still put a link in its place. */
async function readPlainFile(path: string): Promise<Buffer | undefined> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.size > largestBytes) return undefined;
    const content = Buffer.alloc(stats.size);
    const { bytesRead } = await file.read(content, 0, content.length, 0);
    return content.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function stampOf({ ino, size, mtimeMs, ctimeMs }: Stats): string {
  return [ino, size, mtimeMs, ctimeMs].join(" ");
}

/** The regular files that a pattern covers, in order; links are never followed. */
async function* filesOf(folder: string, text: string): AsyncGenerator<{ path: string; stats: Stats }> {
  const parsed = parsePattern(text);
  if ("problem" in parsed) return;
  const { pattern } = parsed;
  const isBelow = isOnTheWayTo(pattern.text);
  let [files, entries] = [0, 0];
  const open = [""];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const names = await readdir(join(folder, at)).catch(() => []);
    for (const name of names.sort().reverse()) {
      entries += 1;
      if (entries > mostEntries || files >= mostFiles) return;
      const path = at === "" ? name : `${at}/${name}`;
      if (name === ".git" || !isBelow(path)) continue;
      const stats = await lstat(join(folder, path)).catch(() => undefined);
      if (stats?.isDirectory()) open.push(path);
      else if (stats?.isFile() && matches(pattern, path)) {
        files += 1;
        yield { path, stats };
      }
    }
  }
}

/** Whether something at a path or below it may be meant: what goes before the first wildcard is the same. */
function isOnTheWayTo(pattern: string): (path: string) => boolean {
  const fixed = pattern.split("/");
  const wild = fixed.findIndex((name) => /[*?[{]/.test(name));
  const names = wild < 0 ? fixed : fixed.slice(0, wild);
  return (path) => {
    const own = path.split("/");
    return names.slice(0, own.length).every((name, i) => name === own[i]);
  };
}
