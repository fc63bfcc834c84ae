/** Steps for what is begun before what it depends on has landed. */
import type { WorkspaceCommand } from "../../src/core/command.ts";
import { trainSteps } from "../../src/core/train-policy.ts";
import { why } from "../../src/core/why.ts";
import type { Scenario } from "./scenario.ts";

/** What a candidate of a node came to be; `attempt` is 1 if nothing is said. */
export function builds(node: string, candidate: string, onto: string, attempt = 1): WorkspaceCommand {
  return { type: "ReportCandidate", plan: "p", node, attempt, candidate, onto, tree: `tree-${candidate}`, paths: [] };
}

export function judges(node: string, candidate: string, passed = true): readonly WorkspaceCommand[] {
  const about = { plan: "p", node, candidate, process: "p1" };
  const verdict = {
    name: "test",
    passed,
    exitCode: passed ? 0 : 1,
    outputTail: "",
    alsoFailsOnBase: false,
    seconds: 1,
  };
  return [
    { type: "StartGate", ...about, gate: "test", ms: 60_000, weight: 1, alone: false },
    { type: "ReportGate", ...about, verdict },
  ];
}

export function intends(node: string, candidate: string): WorkspaceCommand {
  return { type: "IntendLanding", plan: "p", node, candidate };
}

export function lands(node: string, candidate: string): readonly WorkspaceCommand[] {
  return [intends(node, candidate), { type: "ReportLanded", plan: "p", node, candidate }];
}

/** A gate failed. */
export function back(node: string, content: string, base: string, attempt = 1): WorkspaceCommand {
  const why = { reason: "gate_failed", gates: [] } as const;
  return { type: "ReturnNode", plan: "p", node, attempt, why, base, content };
}

/** What it was begun on has changed; the core says what that was. */
export function backAsStale(node: string, base: string, attempt = 1): WorkspaceCommand {
  const why = { reason: "ground_changed", nodes: [] } as const;
  return { type: "ReturnNode", plan: "p", node, attempt, why, base, content: `merge-${node}` };
}

/** The reworked worktree is there. */
export function refills(node: string, attempt = 1): (s: Scenario) => WorkspaceCommand {
  return (s) => {
    const { state } = s.node(node);
    const slot = state.is === "rework" || state.is === "leased" ? state.attempt.slot : "";
    return { type: "ReportSlot", plan: "p", node, attempt, slot };
  };
}

export function steps({ workspace }: Scenario): readonly string[] {
  const of = workspace.plans.get("p");
  if (!of) throw new Error("no plan");
  const mode = { is: "window", size: 3 } as const;
  return trainSteps(of, mode).map((step) => `${step.do} ${step.node.id}${"onto" in step ? ` on ${step.onto}` : ""}`);
}

export function waitsOf({ workspace }: Scenario, node: string): readonly string[] {
  return (
    why(workspace)
      .find((one) => one.node === node)
      ?.waitsFor.map(({ kind, what }) => `${kind} ${what}`) ?? []
  );
}

/** What became of what was taken for granted by beginning early, oldest first. */
export function assumed({ workspace }: Scenario): readonly string[] {
  return [...workspace.speculation.assumptions.values()].map(
    ({ by, about, state }) => `${by} ${about.kind}:${about.id} ${state.is}`,
  );
}
