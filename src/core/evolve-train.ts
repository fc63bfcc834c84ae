import { learnPace } from "./gate-pace.ts";
import type { Instant } from "./ids.ts";
import { passKey, runningGates } from "./landing.ts";
import { release } from "./locks/locks.ts";
import type { Node } from "./node/node.ts";
import { disorder } from "./plan/order.ts";
import type { Plan } from "./plan/plan.ts";
import { failsAsExpected, isToBeRed } from "./red-nodes.ts";
import type { TrainEvent } from "./train.ts";
import { footingOf } from "./train-ground.ts";
import { refOf, type Workspace } from "./workspace.ts";

export function evolveTrain(workspace: Workspace, event: TrainEvent, at: Instant): void {
  if (event.type === "TrainReordered") {
    const train = workspace.plans.get(event.plan)?.train;
    train?.splice(0, train.length, ...event.train);
    return;
  }
  const plan = workspace.plans.get(event.plan);
  const node = plan?.nodes.get(event.node);
  if (!plan || node?.state.is !== "submitted") return;
  const { state } = node;
  if (event.type === "CandidateBuilt") {
    const { candidate: commit, tree, onto, paths, resolved } = event;
    const nothing = { passed: new Set<string>(), failed: new Map(), red: new Set<string>(), running: new Map() };
    const alone = onto === footingOf(plan, node);
    const settled = resolved ? { resolved } : {};
    state.candidate = { commit, tree, onto, paths, ...settled, ...nothing, alone, intended: false };
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
      if (verdict.expect === "fail" ? failsAsExpected(verdict) : verdict.passed)
        (verdict.expect === "fail" ? candidate.red : candidate.passed).add(verdict.name);
      else candidate.failed.set(verdict.name, verdict);
      if (verdict.passed && key !== undefined) remember(workspace.passed, passKey(candidate.tree, key));
      turnRed(workspace, plan, node, at);
      return;
    }
    case "LandingIntended":
      candidate.intended = true;
      return;
  }
}

/** Once all its gates have said what they should, others may build on it, and change what it alone could change so far. */
function turnRed(workspace: Workspace, plan: Plan, node: Node, at: Instant): void {
  const { spec, state } = node;
  if (!isToBeRed(node) || state.is !== "submitted" || !state.candidate) return;
  const { commit, passed, red } = state.candidate;
  if (!spec.gates.every((gate) => passed.has(gate)) || !spec.redGates?.every((gate) => red.has(gate))) return;
  state.red = commit;
  release(workspace.locks, refOf(node), () => true);
  disorder(workspace, plan, at);
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
