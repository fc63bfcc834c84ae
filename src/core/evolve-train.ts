import { learnPace } from "./gate-pace.ts";
import type { Instant } from "./ids.ts";
import { passKey, runningGates } from "./landing.ts";
import type { TrainEvent } from "./train.ts";
import { findNode, type Workspace } from "./workspace.ts";

export function evolveTrain(workspace: Workspace, event: TrainEvent, at: Instant): void {
  if (event.type === "TrainReordered") {
    const train = workspace.plans.get(event.plan)?.train;
    train?.splice(0, train.length, ...event.train);
    return;
  }
  const node = findNode(workspace, event.plan, event.node);
  if (node?.state.is !== "submitted") return;
  const { state } = node;
  if (event.type === "CandidateBuilt") {
    const { candidate: commit, tree, onto, paths, resolved } = event;
    const nothing = { passed: new Set<string>(), failed: new Map(), running: new Map(), intended: false };
    state.candidate = { commit, tree, onto, paths, ...(resolved ? { resolved } : {}), ...nothing };
    delete state.clash;
    return;
  }
  if (event.type === "CandidateClashed") {
    delete state.candidate;
    state.clash = event.onto;
    return;
  }
  const { candidate } = state;
  if (candidate?.commit !== event.candidate) return;
  switch (event.type) {
    case "GateStarted": {
      const { gate, process, until, weight } = event;
      const others = [...runningGates(workspace)];
      for (const other of others) other.gate.beside = true;
      candidate.running.set(gate, { process, since: at, until, weight, beside: others.length > 0 });
      return;
    }
    case "GateDropped":
      candidate.running.delete(event.gate);
      return;
    case "GateJudged": {
      const { verdict, key } = event;
      const run = candidate.running.get(verdict.name);
      candidate.running.delete(verdict.name);
      if (run) learnPace(workspace.gatePace, { gate: verdict.name, ms: at - run.since, beside: run.beside });
      if (!verdict.passed) candidate.failed.set(verdict.name, verdict);
      else {
        candidate.passed.add(verdict.name);
        if (key !== undefined) remember(workspace.passed, passKey(candidate.tree, key));
      }
      return;
    }
    case "LandingIntended":
      candidate.intended = true;
      return;
  }
}

/** Trees come back soon or never. */
const mostPassed = 2_000;

function remember(passed: Set<string>, key: string): void {
  passed.delete(key);
  passed.add(key);
  if (passed.size <= mostPassed) return;
  for (const oldest of passed) {
    passed.delete(oldest);
    return;
  }
}
