import type { WorkspaceCommand } from "../../../src/core/command.ts";
import { attemptNumber, nextStep } from "../../../src/core/landing.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { refOf } from "../../../src/core/workspace.ts";

/** The next step of a train; a number says how it goes. */
export function trainMove(of: Plan, luck: number): WorkspaceCommand | undefined {
  const step = nextStep(of);
  if (!step) return undefined;
  const { node } = step;
  const by = refOf(node);
  const attempt = attemptNumber(node);
  const content = `merge.${node.id}.${luck}`;
  const back = { type: "ReturnNode", ...by, attempt, base: of.tip, content } as const;
  switch (step.do) {
    case "build":
      if (luck % 6 === 1) return { ...back, why: { reason: "conflict", conflicts: [] } };
      return {
        type: "ReportCandidate",
        ...by,
        attempt,
        candidate: `k.${node.id}.${of.tip.length}.${luck}`,
        tree: "tree",
        onto: of.tip,
        paths: node.state.is === "submitted" ? (node.state.submission?.paths ?? []) : [],
      };
    case "gate":
      if (luck % 6 === 1) return { ...back, why: { reason: "gate_failed", gates: [] } };
      if (luck % 6 === 2) return { type: "ReportGateStart", ...by, candidate: step.candidate.commit, gate: step.gate };
      return {
        type: "ReportGate",
        ...by,
        candidate: step.candidate.commit,
        verdict: {
          name: step.gate,
          passed: luck % 6 !== 3,
          exitCode: 0,
          outputTail: "",
          alsoFailsOnBase: false,
          seconds: 1,
        },
      };
    case "intend":
      return { type: "IntendLanding", ...by, candidate: step.candidate.commit };
    case "land":
      return { type: "ReportLanded", ...by, candidate: step.candidate.commit };
  }
}
