import { excuseFor } from "../../core/baseline.ts";
import { lowestScore, pointsOf } from "../../core/gate-score.ts";
import type { Node } from "../../core/node/node.ts";
import type { GateVerdict, ReworkReason } from "../../core/node/node-events.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { Candidate } from "../../core/train.ts";
import { type Built, groundOf } from "../../core/train-ground.ts";
import { besideBase } from "./verdict.ts";

type GateFailed = ReworkReason & { readonly reason: "gate_failed" };

/** Why a node goes back: its agent hears whose fault each failure is, and what it costs of the score that is needed. */
export function whyReturned(plan: Plan, node: Node, candidate: Candidate): GateFailed {
  const ground = groundOf(plan, node) ?? [];
  const gates = [...candidate.failed.values()].map((verdict) => toldOf(plan, ground, verdict));
  const threshold = plan.header.policy.score?.threshold;
  // What was handed in, which gates judge alone, has no score.
  const reached = ground.at(-1)?.candidate.commit === candidate.commit ? lowestScore(plan, ground) : undefined;
  return {
    reason: "gate_failed",
    gates,
    ...(threshold === undefined || reached === undefined ? {} : { score: { reached, threshold } }),
  };
}

function toldOf(plan: Plan, ground: readonly Built[], verdict: GateVerdict): GateVerdict {
  if (verdict.expect || verdict.alone) return verdict;
  const excuse = excuseFor(plan, ground, verdict.name);
  const points = pointsOf(plan, verdict.name);
  return {
    ...besideBase(verdict, plan.onTip.get(verdict.name)),
    ...(excuse === "base" ? { excused: true } : {}),
    ...(excuse === "threshold" ? { withinThreshold: true } : {}),
    ...(points > 0 ? { points } : {}),
  };
}
