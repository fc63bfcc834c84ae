import { learnTip } from "./baseline.ts";
import { type KnownGate, keepRuns, runsOf, withFlake, withRun } from "./gate-history.ts";
import { learnPace } from "./gate-pace.ts";
import { allRuns } from "./gate-slots.ts";
import type { Instant } from "./ids.ts";
import { release } from "./locks/locks.ts";
import type { Node } from "./node/node.ts";
import { isAlone, judgedAs, passesAlone, unjudged } from "./node-gates.ts";
import { rememberPass } from "./passed-trees.ts";
import { disorder } from "./plan/order.ts";
import type { Plan } from "./plan/plan.ts";
import { failsAsExpected, isToBeRed } from "./red-nodes.ts";
import { isBeforeSoft } from "./soft-edges.ts";
import type { Candidate, TrainEvent } from "./train.ts";
import { footingOf, groundOf, type Waiting, waiting } from "./train-ground.ts";
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
    const alone = onto === footingOf(plan, node);
    const settled = resolved ? { resolved } : {};
    if (!state.candidate && isBeforeSoft(plan, node)) disorder(workspace, plan, at);
    state.candidate = { commit, tree, onto, paths, ...settled, ...unjudged(), alone, intended: false };
    delete state.clash;
    return;
  }
  if (event.type === "CandidateClashed") {
    if (isBeforeSoft(plan, node)) disorder(workspace, plan, at);
    delete state.candidate;
    state.clash = event.onto;
    return;
  }
  const candidate = judgedAs(node, event.candidate);
  if (!candidate) return;
  const own = isAlone(node, event.candidate);
  if (own) state.own = candidate;
  switch (event.type) {
    case "GateStarted": {
      const { gate, process, until, weight } = event;
      const others = [...allRuns(workspace)];
      for (const other of others) other.beside = true;
      candidate.running.set(gate, { process, since: at, until, weight, beside: others.length > 0 });
      return;
    }
    case "GateDropped":
      candidate.running.delete(event.gate);
      return;
    case "GateDoubted":
      ended(workspace, candidate, event, at);
      candidate.doubted.add(event.verdict.name);
      return;
    case "GateJudged": {
      const { verdict, key } = event;
      ended(workspace, candidate, event, at);
      if (verdict.expect === "fail" ? failsAsExpected(verdict) : verdict.passed)
        (verdict.expect === "fail" ? candidate.red : candidate.passed).add(verdict.name);
      else candidate.failed.set(verdict.name, verdict);
      if (verdict.passed && key !== undefined) rememberPass(workspace, candidate.tree, key);
      if (key !== undefined && verdict.passed && !own) clearBelow(workspace, plan, node, { gate: verdict.name, key });
      if (key !== undefined && !verdict.passed) clearIfAbove(workspace, plan, candidate, { gate: verdict.name, key });
      if (key !== undefined) candidate.keys.set(verdict.name, key);
      // What another command said of the tip is no measure any more.
      if (key !== undefined && plan.onTip.get(verdict.name)?.key !== key) plan.onTip.delete(verdict.name);
      learnTip(plan, candidate);
      turnRed(workspace, plan, node, at);
      return;
    }
    case "LandingIntended":
      candidate.intended = true;
      return;
  }
}

/** Learns from a gate's end; what was known without a run is no run, but shows that the tree is not to blame. */
function ended(
  { gatePace, gateHistory }: Workspace,
  { running, tree }: Candidate,
  { verdict, key }: TrainEvent & { readonly type: "GateJudged" | "GateDoubted" },
  at: Instant,
): void {
  const { name: gate, passed, seconds, expect } = verdict;
  const run = running.get(gate);
  running.delete(gate);
  if (run) learnPace(gatePace, { gate, ms: at - run.since, beside: run.beside });
  if (key === undefined || expect === "fail") return;
  const known = { gate, key };
  const before = runsOf(gateHistory, known);
  if (run) keepRuns(gateHistory, known, withRun(before, { tree, passed, seconds }));
  else if (passed && before.length > 0) keepRuns(gateHistory, known, withFlake(before, tree));
}

/** What passed shows that nothing below it was to blame for failing. */
function clearBelow({ gateHistory }: Workspace, plan: Plan, node: Node, known: KnownGate): void {
  const { gate } = known;
  for (const { candidate } of groundOf(plan, node) ?? [])
    if (candidate.failed.has(gate) || candidate.doubted.has(gate))
      keepRuns(gateHistory, known, withFlake(runsOf(gateHistory, known), candidate.tree));
}

/** What failed is not to blame if something that contains it has passed already. */
function clearIfAbove({ gateHistory }: Workspace, plan: Plan, failed: Candidate, known: KnownGate): void {
  const contains = (node: Waiting) => groundOf(plan, node)?.some(({ candidate }) => candidate === failed);
  if (waiting(plan).some((node) => node.state.candidate?.passed.has(known.gate) && contains(node)))
    keepRuns(gateHistory, known, withFlake(runsOf(gateHistory, known), failed.tree));
}

/** Once all its gates have said what they should, others may build on it, and change what it alone could change so far. */
function turnRed(workspace: Workspace, plan: Plan, node: Node, at: Instant): void {
  const { spec, state } = node;
  if (!isToBeRed(node) || state.is !== "submitted" || !state.candidate) return;
  const { commit, passed, red } = state.candidate;
  if (!passesAlone(node)) return;
  if (!spec.gates.every((gate) => passed.has(gate)) || !spec.redGates?.every((gate) => red.has(gate))) return;
  state.red = commit;
  release(workspace.locks, refOf(node), () => true);
  disorder(workspace, plan, at);
}
