/** The train as people ask about it: what each submission stands on, which gates it has behind it, and why it waits. */
import { type Excuse, excuseFor, faultOf, unknownOnTip } from "./baseline.ts";
import { type GateTally, lastRunsOf, tallyOf } from "./gate-history.ts";
import { usualMs } from "./gate-pace.ts";
import { isStale, missingGround } from "./grounds.ts";
import type { Instant, NodeId } from "./ids.ts";
import { type Node, satisfies } from "./node/node.ts";
import { aloneOf, failedAlone, passesAlone } from "./node-gates.ts";
import type { Plan } from "./plan/plan.ts";
import { isRed, isToBeRed, rescuersOf } from "./red-nodes.ts";
import type { Candidate } from "./train.ts";
import { type Built, builtFor, footingOf, groundOf, isLanding, waiting } from "./train-ground.ts";
import { chooseMode, type ModeChoice } from "./train-mode.ts";
import { isProven, ownGates, type TrainStep, trainSteps } from "./train-policy.ts";
import type { Workspace } from "./workspace.ts";

export interface TrainReport {
  readonly choice: ModeChoice;
  readonly entries: readonly TrainEntry[];
}

export interface TrainEntry {
  readonly node: Node;
  /** Whether it is merged with something that still stands. */
  readonly isBuilt: boolean;
  /** The nodes that it assumes to land first, next one last; with none, it stands on the integration tip. */
  readonly assumes: readonly NodeId[];
  readonly gates: readonly GateProgress[];
  readonly wait: TrainWait;
}

export interface GateProgress {
  readonly name: string;
  readonly is:
    | "passed"
    | "failed"
    | "failed_as_expected"
    | "failed_as_base"
    | "failed_within_threshold"
    | "running"
    | "waiting";
  /** Set while it runs. */
  readonly since?: Instant;
  /** How long it took when it ran before. */
  readonly usualMs?: number;
  /** How it ended lately, if it has flaked. */
  readonly flaky?: GateTally;
  /** It failed once and is run once more. */
  readonly again?: true;
  /** It looks at what was handed in alone. */
  readonly alone?: true;
}

export type TrainWait =
  | { readonly is: "landing" }
  /** The plan lands nothing while it is paused. */
  | { readonly is: "plan_paused" }
  | { readonly is: "merging" }
  /** It does not merge with these before it, so it is their turn first. */
  | { readonly is: "clash"; readonly of: readonly NodeId[] }
  /** As many as are judged at once stand before it. */
  | { readonly is: "turn" }
  | { readonly is: "gates" }
  | { readonly is: "gate_slot" }
  /** These, which stand on it, are judged for it too. */
  | { readonly is: "judged_with"; readonly of: readonly NodeId[] }
  /** It failed, but any of these that it stands on may be to blame. */
  | { readonly is: "blame"; readonly of: readonly NodeId[] }
  | { readonly is: "goes_back" }
  /** It failed, and the gate is run on the tip too, to see whose fault it is. */
  | { readonly is: "base" }
  /** Its gates failed as expected, and it lands with the first of these that passes. */
  | { readonly is: "red"; readonly of: readonly NodeId[] }
  /** These, which it stands on, came back or will not land. */
  | { readonly is: "dependency"; readonly of: readonly NodeId[] }
  /** It passed, and lands once these do. */
  | { readonly is: "order"; readonly of: readonly NodeId[] };

export function reportTrain(workspace: Workspace, plan: Plan): TrainReport {
  const choice = chooseMode(workspace, plan);
  const steps = trainSteps(plan, choice.mode);
  const entries = waiting(plan).map((node): TrainEntry => {
    const ground = groundOf(plan, node) ?? besideTrain(node);
    const assumes = (ground ?? []).slice(0, -1).map((built) => built.node.id);
    const own = aloneOf(node);
    const gates = [
      ...ownGates(plan, node).map((name) =>
        excusedIn(plan, ground, gateProgress(workspace, ground?.at(-1)?.candidate, name)),
      ),
      ...(own ? (node.spec.nodeGates ?? []) : []).map(
        (name): GateProgress => ({ ...gateProgress(workspace, own, name), alone: true }),
      ),
    ];
    return { node, isBuilt: ground !== undefined, assumes, gates, wait: waitOf(plan, node, ground, steps) };
  });
  return { choice, entries };
}

function gateProgress(workspace: Workspace, candidate: Candidate | undefined, name: string): GateProgress {
  const { passed, failed, red, running, doubted } = candidate ?? {};
  const usual = usualMs(workspace.gatePace, name);
  const tally = tallyOf(lastRunsOf(workspace.gateHistory, name));
  const known = {
    name,
    ...(usual === undefined ? {} : { usualMs: usual }),
    ...(tally.flakes > 0 ? { flaky: tally } : {}),
    ...(doubted?.has(name) ? { again: true as const } : {}),
  };
  if (passed?.has(name)) return { ...known, is: "passed" };
  if (failed?.has(name)) return { ...known, is: "failed" };
  if (red?.has(name)) return { ...known, is: "failed_as_expected" };
  const run = running?.get(name);
  return run ? { ...known, is: "running", since: run.since } : { ...known, is: "waiting" };
}

function excusedIn(plan: Plan, ground: readonly Built[] | undefined, gate: GateProgress): GateProgress {
  const excuse = gate.is === "failed" && ground ? excuseFor(plan, ground, gate.name) : undefined;
  return excuse ? { ...gate, is: excusedAs[excuse] } : gate;
}

const excusedAs = {
  base: "failed_as_base",
  threshold: "failed_within_threshold",
} as const satisfies Record<Excuse, GateProgress["is"]>;

function waitOf(
  plan: Plan,
  node: Node & { readonly state: Node["state"] & { is: "submitted" } },
  ground: readonly Built[] | undefined,
  steps: readonly TrainStep[],
): TrainWait {
  if (isLanding(plan, node)) return { is: "landing" };
  if (plan.status.is === "paused") return { is: "plan_paused" };
  if (node.unmet > 0) return { is: "dependency", of: node.spec.dependsOn.filter((id) => !isThere(plan.nodes.get(id))) };
  if (isStale(plan, node)) return { is: "goes_back" };
  const missing = missingGround(plan, node);
  if (missing.length > 0) return { is: "dependency", of: missing };
  if (isRed(node)) return { is: "red", of: rescuersOf(plan, node).map(({ id }) => id) };
  if (failedAlone(node)) return { is: "goes_back" };
  const next = (what: TrainStep["do"]) => steps.some((step) => step.do === what && step.node.id === node.id);
  const { clash } = node.state;
  const candidate = ground?.at(-1)?.candidate;
  if (next("build")) return { is: "merging" };
  if (!ground || !candidate) return clash === undefined ? { is: "turn" } : { is: "clash", of: behind(plan, clash) };
  const before = ground.slice(0, -1).map((built) => built.node.id);
  const fault = faultOf(plan, { node, candidate });
  if (fault !== "none") {
    if (next("return")) return { is: "goes_back" };
    const stands = candidate.onto === footingOf(plan, node);
    if ((stands || fault === "open") && unknownOnTip(plan, candidate).length > 0) return { is: "base" };
    if (before.length > 0) return { is: "blame", of: before };
  }
  if (candidate.running.size > 0 || (aloneOf(node)?.running.size ?? 0) > 0) return { is: "gates" };
  if (isProven(plan, ground)) return { is: "landing" };
  const isDone = (gate: string) => candidate.passed.has(gate) || excuseFor(plan, ground, gate) !== undefined;
  if (before.length > 0 && passesAlone(node) && node.spec.gates.every(isDone)) return { is: "order", of: before };
  if (next("gate")) return { is: "gate_slot" };
  const judges = judgesOf(plan, node, steps);
  return judges.length > 0 ? { is: "judged_with", of: judges } : { is: "turn" };
}

/** What is to be red is judged on what it was built on first, whatever landed since. */
function besideTrain(node: Node): readonly Built[] | undefined {
  const built = builtFor(node);
  return built && isToBeRed(node) && built.candidate.alone ? [built] : undefined;
}

function isThere(node: Node | undefined): boolean {
  return node !== undefined && (satisfies(node) || isRed(node));
}

/** Those that stand on a node and are being judged, or are about to be. */
function judgesOf(plan: Plan, node: Node, steps: readonly TrainStep[]): readonly NodeId[] {
  const judged = waiting(plan).filter(
    ({ id, state }) =>
      (state.candidate?.running.size ?? 0) > 0 || steps.some((step) => step.do === "gate" && step.node.id === id),
  );
  return judged
    .filter((one) => one !== node && groundOf(plan, one)?.some((built) => built.node === node))
    .map(({ id }) => id);
}

/** The node whose candidate a commit is, and those that it stands on. */
function behind(plan: Plan, commit: string): readonly NodeId[] {
  const node = waiting(plan).find(({ state }) => state.candidate?.commit === commit);
  return ((node && groundOf(plan, node)) ?? []).map((built) => built.node.id);
}
