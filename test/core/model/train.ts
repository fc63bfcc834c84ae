import type { WorkspaceCommand } from "../../../src/core/command.ts";
import { runningGates, runsOnTips } from "../../../src/core/gate-slots.ts";
import { isStale } from "../../../src/core/grounds.ts";
import { attemptNumber } from "../../../src/core/landing.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { isToBeRed } from "../../../src/core/red-nodes.ts";
import { footingOf } from "../../../src/core/train-ground.ts";
import { oneByOne, type TrainMode } from "../../../src/core/train-mode.ts";
import { type TrainStep, trainSteps } from "../../../src/core/train-policy.ts";
import { refOf, type Workspace } from "../../../src/core/workspace.ts";

/** The next step of a train, in any of the policies; a number says which and how it goes. */
export function trainMove(of: Plan, luck: number): WorkspaceCommand | undefined {
  const modes: readonly TrainMode[] = [oneByOne, { is: "window", size: 3 }, { is: "batch", size: 4 }];
  const steps = trainSteps(of, modes[luck % modes.length] ?? oneByOne);
  const step = steps[luck % steps.length];
  return step && moveOf(of, step, luck);
}

function moveOf(of: Plan, step: TrainStep, luck: number): WorkspaceCommand | undefined {
  const { node } = step;
  const by = refOf(node);
  const attempt = attemptNumber(node);
  const process = `p${luck % 2}`;
  switch (step.do) {
    case "build": {
      const { onto } = step;
      if (isStale(of, node)) {
        const why = { reason: "ground_changed", nodes: [] } as const;
        return { type: "ReturnNode", ...by, attempt, base: onto, content: `merge.${node.id}.${luck}`, why };
      }
      const content = `merge.${node.id}.${luck}`;
      if (luck % 6 === 1 && onto !== footingOf(of, node)) return { type: "ReportClash", ...by, attempt, onto };
      if (luck % 6 === 1)
        return { type: "ReturnNode", ...by, attempt, base: onto, content, why: { reason: "conflict", conflicts: [] } };
      return {
        type: "ReportCandidate",
        ...by,
        attempt,
        candidate: `k.${node.id}.${onto.length}.${luck}`,
        tree: `tree.${luck % 5}`,
        onto,
        paths: node.state.is === "submitted" ? (node.state.submission?.paths ?? []) : [],
      };
    }
    case "gate": {
      const about = { ...by, candidate: step.candidate.commit, process };
      return {
        type: "StartGate",
        ...about,
        gate: step.gate,
        ms: 60_000,
        weight: 1 + (luck % 2),
        alone: luck % 7 === 0,
        ...usesOf(luck),
      };
    }
    case "base": {
      const about = { ...by, candidate: step.candidate.commit, tip: step.tip, process };
      const how = { ms: 60_000, weight: 1 + (luck % 2), alone: luck % 7 === 0, ...usesOf(luck) };
      return { type: "StartBaseGate", ...about, gate: step.gate, ...how };
    }
    case "return": {
      const why = { reason: "gate_failed", gates: [...step.candidate.failed.values()] } as const;
      return {
        type: "ReturnNode",
        ...by,
        attempt,
        base: footingOf(of, node) ?? of.tip,
        content: step.candidate.commit,
        why,
      };
    }
    case "intend":
      return { type: "IntendLanding", ...by, candidate: step.candidate.commit };
    case "land":
      return { type: "ReportLanded", ...by, candidate: step.candidate.commit };
  }
}

/** Some gates use what nodes use as well. */
function usesOf(luck: number): { readonly uses: readonly string[]; readonly run: string } {
  const uses = luck % 3 === 1 ? ["build"] : luck % 5 === 2 ? ["port", "db:main"] : [];
  return { uses, run: `r${luck}` };
}

/** How a gate that runs ends: passed, failed, or dropped; a number says which. */
export function gateMove(workspace: Workspace, luck: number): WorkspaceCommand | undefined {
  const [loan] = workspace.locks.loans.values();
  if (loan && luck % 3 !== 1) return { type: "RepayLoan", plan: loan.plan, node: loan.node, run: loan.run };
  const running = [...runningGates(workspace)];
  const one = running[luck % running.length];
  if (!one) return baseMove(workspace, luck);
  const { node, candidate, name, gate } = one;
  const about = { ...refOf(node), candidate: candidate.commit, process: gate.process };
  if (luck % 5 === 0) return { type: "DropGate", ...about, gate: name };
  const isToFail = isToBeRed(node) && node.spec.redGates?.includes(name);
  const passed = (luck % 5 !== 1) !== isToFail;
  const verdict = { name, passed, exitCode: passed ? 0 : 1, outputTail: "", alsoFailsOnBase: false, seconds: 1 };
  return { type: "ReportGate", ...about, verdict, ...(luck % 2 === 0 ? { key: name } : {}) };
}

/** How a gate that runs on a tip ends. */
function baseMove(workspace: Workspace, luck: number): WorkspaceCommand | undefined {
  const [one] = runsOnTips(workspace);
  if (!one) return undefined;
  const { plan, name, gate } = one;
  const about = { plan: plan.id, tip: plan.tip, process: gate.process };
  if (luck % 5 === 0) return { type: "DropBaseGate", ...about, gate: name };
  const passed = luck % 3 === 0;
  const verdict = { name, passed, exitCode: passed ? 0 : 1, outputTail: "", alsoFailsOnBase: false, seconds: 1 };
  return {
    type: "ReportBaseGate",
    ...about,
    tree: `tree.${luck % 5}`,
    verdict,
    ...(luck % 2 === 0 ? { key: name } : {}),
  };
}
