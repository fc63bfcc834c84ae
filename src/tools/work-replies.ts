/** Facts about work that several tools show: claims, rework, gates. */
import { z } from "zod";
import type { GrantedClaim } from "../core/locks/claim-events.ts";
import type { GateVerdict } from "../core/node/node-events.ts";
import type { Rework } from "../execution/answers.ts";
import { shownScore, wordTally } from "./gate-words.ts";

export const claimReply = z.strictObject({
  pattern: z.string(),
  mode: z.string(),
  value: z.number().optional(),
  changed_since_base: z.boolean().optional(),
});

/** What a gate's reports say, where its whole output is, and how it ended lately if it had to run twice. */
export const testFacts = {
  output_file: z.string().optional(),
  tests: z.strictObject({ passed: z.int(), failed: z.int(), skipped: z.int() }).optional(),
  failed_tests: z.array(z.string()).optional(),
  failed_on_base: z.array(z.string()).optional(),
  flaky: z.literal(true).optional(),
  history: z.string().optional(),
};

export const groundReply = z.strictObject({
  nodes: z.array(z.string()),
  contracts: z.array(z.strictObject({ contract: z.string(), from: z.string(), to: z.string() })),
});

export const reworkFacts = {
  reason: z.enum(["conflict", "gate_failed", "ground_changed", "review", "withdrawn"]),
  because: z.string().optional(),
  ground: groundReply.optional(),
  conflicts: z
    .array(
      z.strictObject({
        path: z.string(),
        kind: z.string(),
        with: z.array(z.string()),
        hunks: z.array(z.strictObject({ base: z.string(), ours: z.string(), theirs: z.string() })),
      }),
    )
    .optional(),
  gates: z
    .array(
      z.strictObject({
        name: z.string(),
        exit_code: z.int().nullable(),
        output_tail: z.string(),
        expected: z.literal("fail").optional(),
        kind: z.literal("node").optional(),
        also_fails_on_base: z.boolean(),
        excused: z.literal(true).optional(),
        within_threshold: z.literal(true).optional(),
        points: z.number().optional(),
        ...testFacts,
      }),
    )
    .optional(),
  score: z.number().optional(),
  threshold: z.number().optional(),
  worktree: z.string(),
};
const reworkReply = z.strictObject(reworkFacts);
export type ReworkReply = z.infer<typeof reworkReply>;

/** What sent a submission back, with the exact hunks or output. */
export function factsOfRework({ reason, because, ground, conflicts, gates, score, worktree }: Rework): ReworkReply {
  return {
    reason,
    ...(because === undefined ? {} : { because }),
    ...(ground ? { ground: { nodes: [...ground.nodes], contracts: ground.contracts.map((one) => ({ ...one })) } } : {}),
    ...(conflicts.length > 0
      ? { conflicts: conflicts.map((one) => ({ ...one, with: [...one.with], hunks: [...one.hunks] })) }
      : {}),
    ...(gates.length > 0
      ? {
          gates: gates.map((gate) => ({
            name: gate.name,
            exit_code: gate.exitCode,
            output_tail: gate.outputTail,
            ...(gate.expect ? { expected: gate.expect } : {}),
            ...(gate.alone ? { kind: "node" as const } : {}),
            also_fails_on_base: gate.alsoFailsOnBase,
            ...(gate.excused ? { excused: true as const } : {}),
            ...(gate.withinThreshold ? { within_threshold: true as const } : {}),
            ...(gate.points === undefined ? {} : { points: gate.points }),
            ...factsOfTests(gate),
          })),
        }
      : {}),
    ...(score ? { score: shownScore(score.reached), threshold: score.threshold } : {}),
    worktree,
  };
}

export function factsOfTests(gate: GateVerdict): z.infer<z.ZodObject<typeof testFacts>> {
  const { outputFile, tests, failedTests, failedOnBase, flaky } = gate;
  return {
    ...(outputFile === undefined ? {} : { output_file: outputFile }),
    ...(tests ? { tests } : {}),
    ...(failedTests ? { failed_tests: [...failedTests] } : {}),
    ...(failedOnBase ? { failed_on_base: [...failedOnBase] } : {}),
    ...(flaky ? { flaky: true, history: wordTally(flaky) } : {}),
  };
}

export function sayOfRework({ reason, ground, gates, score }: Rework): string {
  switch (reason) {
    case "conflict":
      return "Your work conflicts with what landed meanwhile. The worktree holds the merge with markers; resolve them there and complete the node again.";
    case "gate_failed":
      if (gates.length > 0 && gates.every(({ expect }) => expect === "fail")) return sayNotRed(gates);
      if (gates.length > 0 && gates.every(({ alone }) => alone))
        return "A gate failed on what you handed in. Correct it in the worktree, which is as you handed it in, and complete the node again.";
      return `A gate failed on your work merged with what landed meanwhile. Correct it in the worktree and complete the node again.${sayScore(gates, score)}${sayExcused(gates)}`;
    case "ground_changed":
      return ground?.contracts.length
        ? "A contract that you began on has another version now: read_contract, format diff, shows what changed. The worktree holds your work merged with what has landed; correct what no longer fits, and complete the node again."
        : "What you began on came back and landed otherwise than you saw it. The worktree holds your work merged with that; look at both together, correct what no longer fits, and complete the node again.";
    case "withdrawn":
      return "Your node is out of the train and yours again; the worktree is as you left it. Correct it there, by what your notices say, and complete the node again.";
    case "review":
      return "A reviewer asked for changes. Make them in the worktree and complete the node again.";
  }
}

function sayExcused(gates: Rework["gates"]): string {
  const names = gates.flatMap(({ name, excused }) => (excused ? [name] : []));
  return names.length > 0 ? ` Leave ${names.join(", ")}: that fails on the base too, which your plan lets be.` : "";
}

/** Which gates count for what is missing, or which may go on failing. */
function sayScore(gates: Rework["gates"], score: Rework["score"]): string {
  if (!score) return "";
  const reached = `Your score is ${shownScore(score.reached)} and your plan needs ${score.threshold}`;
  if (score.reached < score.threshold) {
    const counted = gates.flatMap(({ name, points }) => (points === undefined ? [] : [`${name} counts ${points}`]));
    return ` ${reached}: ${counted.join(", ")}.`;
  }
  const may = gates.flatMap(({ name, withinThreshold }) => (withinThreshold ? [name] : []));
  return may.length > 0 ? ` ${reached}, so ${may.join(", ")} may go on failing.` : "";
}

function sayNotRed(gates: Rework["gates"]): string {
  const passed = gates.filter((gate) => gate.passed).map(({ name }) => name);
  if (passed.length > 0)
    return `Your node was expected to make ${passed.join(", ")} fail, but it passed: nothing shows yet what is missing. Write a test in the worktree that fails, and complete the node again.`;
  return "A gate that is expected to fail could not be run to its end, which shows nothing. Correct it in the worktree and complete the node again.";
}

/** A claim as callers see it. */
export function claimFacts({
  pattern,
  mode,
  value,
  changedSinceBase,
}: GrantedClaim & { readonly changedSinceBase?: boolean }): z.infer<typeof claimReply> {
  return {
    pattern,
    mode,
    ...(value === undefined ? {} : { value }),
    ...(changedSinceBase === undefined ? {} : { changed_since_base: changedSinceBase }),
  };
}
