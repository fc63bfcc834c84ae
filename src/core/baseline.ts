/**
 * Whose fault a failed gate is: what it says of a candidate, beside what it says of the tip that this would land on.
 *
 * [T10] With `baseline: ratchet` a gate may fail on what lands, but only one that fails on the very tip that it lands on, in no test
 *      that does not fail there, and that nothing passed which lands with it.
 */
import { isWithinThreshold } from "./gate-score.ts";
import type { Node } from "./node/node.ts";
import type { GateVerdict } from "./node/node-events.ts";
import type { Plan } from "./plan/plan.ts";
import { failsAsExpected, isToBeRed } from "./red-nodes.ts";
import type { Candidate } from "./train.ts";
import { type Built, groundOf } from "./train-ground.ts";

/** What a gate says of the integration tip. */
export interface TipVerdict extends Pick<GateVerdict, "passed" | "exitCode" | "tests" | "failedTests"> {
  /** Names gate, command and tools, where that is known: what another command says is not compared. */
  readonly key?: string;
}

/** `open`: it may turn out to be the base's. */
export type Fault = "none" | "open" | "own";

/** Why a gate may fail: the tip fails it too, or the others reach the threshold. */
export type Excuse = "base" | "threshold";

/** Whether a candidate is to blame for what failed on it. */
export function faultOf(plan: Plan, { node, candidate }: Built): Fault {
  if (candidate.failed.size === 0) return "none";
  const ground = isToBeRed(node) ? undefined : groundOf(plan, node);
  if (!ground) return "own";
  const faults = [...candidate.failed.keys()].map((gate) => faultIn(plan, ground, gate));
  return faults.includes("own") ? "own" : faults.includes("open") ? "open" : "none";
}

/** Why a gate that failed on the last of these keeps none of them from landing; undefined where it does. */
export function excuseFor(plan: Plan, ground: readonly Built[], gate: string): Excuse | undefined {
  if (!ground.at(-1)?.candidate.failed.has(gate)) return undefined;
  if (besideTip(plan, ground, gate) === "none") return "base";
  return isWithinThreshold(plan, ground, gate) ? "threshold" : undefined;
}

/** The gates that failed on a candidate, and of which nobody knows yet what they say of the tip. */
export function unknownOnTip(plan: Plan, { failed }: Candidate): readonly string[] {
  return [...failed.values()].flatMap(({ name, expect, alone }) =>
    expect || alone || plan.onTip.has(name) ? [] : [name],
  );
}

/** Of a node's gates those that failed on what it lands with, by what let them. */
export function letFail(
  plan: Plan,
  { spec }: Pick<Node, "spec">,
  ground: readonly Built[],
): { readonly failedAsBase?: readonly string[]; readonly failedWithinThreshold?: readonly string[] } {
  const failed = spec.gates.filter((gate) => ground.at(-1)?.candidate.failed.has(gate));
  const within = failed.filter((gate) => excuseFor(plan, ground, gate) === "threshold");
  const asBase = failed.filter((gate) => !within.includes(gate));
  return {
    ...(asBase.length > 0 ? { failedAsBase: asBase } : {}),
    ...(within.length > 0 ? { failedWithinThreshold: within } : {}),
  };
}

/** What is known of a tip ends with it. */
export function forgetTip(plan: Plan): void {
  plan.onTip.clear();
  plan.runsOnTip.clear();
}

/** A candidate that is the tip has been judged for it. */
export function learnTip(plan: Plan, { commit, passed, failed, keys }: Candidate): void {
  if (commit !== plan.tip) return;
  const keyOf = (gate: string) => {
    const key = keys.get(gate);
    return key === undefined ? {} : { key };
  };
  for (const gate of passed) plan.onTip.set(gate, { passed: true, exitCode: 0, ...keyOf(gate) });
  for (const [gate, verdict] of failed)
    if (!verdict.expect) plan.onTip.set(gate, { ...tipVerdict(verdict), ...keyOf(gate) });
}

/** As much of a verdict as is compared. */
export function tipVerdict({ passed, exitCode, tests, failedTests }: GateVerdict): TipVerdict {
  return { passed, exitCode, ...(tests ? { tests } : {}), ...(failedTests ? { failedTests } : {}) };
}

function isRatchet({ header: { policy } }: Plan): boolean {
  return policy.baseline === "ratchet";
}

function faultIn(plan: Plan, ground: readonly Built[], gate: string): Fault {
  return isWithinThreshold(plan, ground, gate) ? "none" : besideTip(plan, ground, gate);
}

/** Whose fault a failure is by what the tip says. */
function besideTip(plan: Plan, ground: readonly Built[], gate: string): Fault {
  const last = ground.at(-1)?.candidate;
  const failed = last?.failed.get(gate);
  if (!last || !failed || !isRatchet(plan)) return "own";
  // Somebody said that it would pass in the end.
  if (ground.some(({ node }) => node.spec.redGates?.includes(gate))) return "own";
  const below = ground.slice(0, -1).map(({ candidate }) => candidate);
  if (below.some(({ passed }) => passed.has(gate))) return "own";
  const there = plan.onTip.get(gate);
  if (there && there.key !== last.keys.get(gate)) return "own";
  const known = [...(there ? [there] : []), ...below.flatMap((one) => one.failed.get(gate) ?? [])];
  if (!failsAsExpected(failed) || !known.every((before) => isNoWorse(failed, before))) return "own";
  return !there || below.some(({ running }) => running.has(gate)) ? "open" : "none";
}

type Failure = Pick<GateVerdict, "passed" | "exitCode" | "tests" | "failedTests">;

/** By name, where all that failed are named; else by how many they are; by exit code, where the one before named none. */
function isNoWorse(failed: Failure, before: Failure): boolean {
  if (before.passed || !failsAsExpected(before)) return false;
  if (!before.failedTests) return true;
  if (!failed.failedTests) return false;
  if (namesAll(failed) && namesAll(before)) {
    const known = new Set(before.failedTests);
    return failed.failedTests.every((name) => known.has(name));
  }
  return (failed.tests?.failed ?? Number.POSITIVE_INFINITY) <= (before.tests?.failed ?? 0);
}

function namesAll({ tests, failedTests = [] }: Failure): boolean {
  return (tests?.failed ?? 0) <= failedTests.length;
}
