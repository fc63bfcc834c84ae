import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GateConfig } from "../../config/config.ts";
import type { Git } from "../git/runner.ts";
import { removeFolder } from "../slots/remove-folder.ts";
import { cloneFixtures } from "./fixtures.ts";
import { newLogFile, pruneLogs } from "./gate-logs.ts";
import { type Begun, endLeftovers } from "./leftover-processes.ts";
import { lookForReports, readReports } from "./reports.ts";
import { type GatePlace, type GateRun, runGate } from "./run-gate.ts";

/** Where gates of a repository are run. */
export interface JudgingOptions {
  readonly git: Git;
  /** The user's checkout, which fixtures are cloned from; undefined for a bare repository. */
  readonly root: string | undefined;
  /** Ours in the git common dir: outputs are kept below it. */
  readonly folder: string;
  /** How much of an output its file keeps, in bytes. */
  readonly outputLimit?: number;
}

/** A prepared worktree and the commit in it. */
export type JudgingPlace = Omit<GatePlace, "output" | "mark"> & { readonly mark: string; readonly commit: string };

/** Runs a gate on what a worktree holds. */
export type JudgeInWorktree = (gate: GateConfig, place: JudgingPlace) => Promise<GateRun>;

/** Ends what a run whose process died left running, and takes its temporary files away. */
export type EndRun = (begun: Begun) => Promise<void>;

/** More than anybody reads, and little enough that a hundred of them fit on any disk. */
const usualOutputLimit = 64 * 1024 * 1024;

/** A mark that no other run ever has. */
export function newMark(): string {
  return randomUUID().replaceAll("-", "").slice(0, 16);
}

/** The folder for temporary files that a run has for itself. */
function scratchOf(mark: string): string {
  return join(tmpdir(), `interlock-gate-${mark}`);
}

/** Passes by what has ended by itself. */
export const endRun: EndRun = async (begun) => {
  await endLeftovers(begun);
  if (begun.mark !== undefined) await removeFolder(scratchOf(begun.mark));
};

/**
 * Gives each run what it must not share with another: temporary files, fixtures, a name for a database, a file for its output;
 * and reads the reports that it wrote. What is temporary is gone afterwards.
 */
export function judgeInWorktree({
  git,
  root,
  folder,
  outputLimit = usualOutputLimit,
}: JudgingOptions): JudgeInWorktree {
  return async (gate, { commit, ...place }) => {
    const { cwd, mark } = place;
    const { INTERLOCK_PLAN: plan = "plan", INTERLOCK_NODE: node = "node" } = place.environment;
    const missing = await cloneFixtures(git, { root, worktree: cwd, commit }, gate.fixtures);
    if (missing !== undefined) return { exitCode: null, outputTail: `${missing}\n`, seconds: 0 };
    const scratch = scratchOf(mark);
    await mkdir(scratch, { mode: 0o700 });
    try {
      const environment = {
        ...place.environment,
        TMPDIR: scratch,
        TEMP: scratch,
        TMP: scratch,
        INTERLOCK_DATABASE: databaseName(plan, node, mark),
      };
      const output = { path: await newLogFile(folder, { plan, node, gate: gate.name, mark }), limit: outputLimit };
      const before = gate.report === undefined ? undefined : await lookForReports(cwd, gate.report);
      const run = await runGate(gate, { ...place, environment, output });
      await pruneLogs(folder);
      if (gate.report === undefined || !before) return run;
      const report = await readReports(cwd, gate.report, before);
      return report ? { ...run, tests: report.tests, failedTests: report.failed } : run;
    } finally {
      await removeFolder(scratch);
    }
  };
}

/** A name that PostgreSQL and MySQL take as it is: at most 63 small letters, digits and `_`, none alike. */
function databaseName(plan: string, node: string, mark: string): string {
  const part = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "_")
      .slice(0, 16);
  return `interlock_${part(plan)}_${part(node)}_${mark}`;
}
