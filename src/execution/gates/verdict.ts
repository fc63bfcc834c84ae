import type { TipVerdict } from "../../core/baseline.ts";
import type { GateVerdict } from "../../core/node/node-events.ts";
import type { GateRun } from "./run-gate.ts";

/** Enough to see what is wrong; an event is kept for ever. */
const mostNames = 50;
const longestName = 200;

/** What a run says of a candidate. */
export function verdictOf(name: string, { failedTests = [], ...run }: GateRun): GateVerdict {
  return {
    name,
    passed: run.exitCode === 0,
    alsoFailsOnBase: false,
    ...run,
    ...(failedTests.length > 0 ? { failedTests: shown(failedTests) } : {}),
  };
}

/** A verdict beside what the same gate says of the base: as a whole and, where both named their tests, one by one. */
export function besideBase(verdict: GateVerdict, onBase: TipVerdict | undefined): GateVerdict {
  const there = new Set(onBase?.failedTests);
  const both = (verdict.failedTests ?? []).filter((name) => there.has(name));
  return {
    ...verdict,
    alsoFailsOnBase: onBase?.passed === false,
    ...(both.length > 0 ? { failedOnBase: both } : {}),
  };
}

function shown(names: readonly string[]): readonly string[] {
  return names.slice(0, mostNames).map((name) => name.slice(0, longestName));
}
