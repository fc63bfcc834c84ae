/**
 * What to do for a train next. A policy only proposes: which candidates to build on what, and which gates to run; the core lands
 * nothing that has not passed, whatever was proposed.
 */
import { excuseFor, type Fault, faultOf, unknownOnTip } from "./baseline.ts";
import { hasLostGround, isStale, restsOn } from "./grounds.ts";
import type { CommitId } from "./ids.ts";
import type { Node } from "./node/node.ts";
import { aloneOf, failedAlone, passesAlone } from "./node-gates.ts";
import type { Plan } from "./plan/plan.ts";
import { isHeldBack, isRed, isToBeRed, redsUnder } from "./red-nodes.ts";
import type { Candidate } from "./train.ts";
import { type Built, builtFor, footingOf, groundOf, type Waiting, waiting } from "./train-ground.ts";
import type { TrainMode } from "./train-mode.ts";
import { isInTheWay, isUrgent } from "./train-order.ts";

export type TrainStep =
  | { readonly do: "build"; readonly node: Node; readonly onto: CommitId }
  | { readonly do: "gate"; readonly node: Node; readonly candidate: Candidate; readonly gate: string }
  /** The gate failed on this candidate, and nobody knows what it says of the tip. */
  | {
      readonly do: "base";
      readonly node: Node;
      readonly candidate: Candidate;
      readonly gate: string;
      readonly tip: CommitId;
    }
  | { readonly do: "return"; readonly node: Node; readonly candidate: Candidate }
  | { readonly do: "intend"; readonly node: Node; readonly candidate: Candidate }
  | { readonly do: "land"; readonly node: Node; readonly candidate: Candidate };

/** Everything that can be done for a plan's train now, most urgent first; nothing while it is empty or may not move. */
export function trainSteps(plan: Plan, mode: TrainMode): readonly TrainStep[] {
  if (plan.status.is === "paused" && plan.status.why === "integration_moved") return [];
  const begun = waiting(plan)
    .flatMap((node) => builtFor(node) ?? [])
    .find(({ candidate }) => candidate.intended);
  if (begun) return [{ do: "land", ...begun }];
  if (plan.status.is !== "active" && plan.status.is !== "finished") return [];
  const landing = landable(plan);
  if (landing) return [{ do: "intend", ...landing }];
  const { line, blamed, reds, unbuilt } = lineUp(plan, mode);
  const steps: readonly TrainStep[] = [
    ...waiting(plan).flatMap((node) => {
      const own = failedAlone(node);
      return own ? [{ do: "return" as const, node, candidate: own }] : [];
    }),
    // Merged with what there is instead, it goes back.
    ...waiting(plan).flatMap((node) => {
      const onto = isStale(plan, node) && !node.pausedBy ? footingOf(plan, node) : undefined;
      return onto === undefined ? [] : [{ do: "build" as const, node, onto }];
    }),
    ...blamed.flatMap((built) => judged(plan, built)),
    ...(unbuilt ? [{ do: "build" as const, ...unbuilt }] : []),
    ...[...line, ...reds].flatMap(({ node }) => missingAlone(node)),
    ...reds.flatMap((built) => missing(built, ownGates(plan, built.node))),
    ...(mode.is === "window"
      ? ends(line).flatMap((built) => missing(built, ownGates(plan, built.node)))
      : bisect(plan, line, unbuilt !== undefined)),
    // What is not at its turn yet is looked at when nothing else is to be done.
    ...waiting(plan)
      .filter((node) => ![...line, ...reds].some((built) => built.node === node))
      .flatMap(missingAlone),
  ];
  return steps.filter((step) => step.do !== "gate" || !isInTheWay(plan, step.node));
}

/** The gates that all these nodes need, which the last of them is judged by before they land together. */
export function gatesOf(ground: readonly Built[]): ReadonlySet<string> {
  return new Set(ground.flatMap(({ node }) => allGates(node)));
}

/** What a candidate of this node has to be judged by: red nodes below it need what they are to pass in the end. */
export function ownGates(plan: Plan, node: Node): readonly string[] {
  return [...new Set([...redsUnder(plan, node), node].flatMap(allGates))];
}

function allGates({ spec }: Node): readonly string[] {
  return [...spec.gates, ...(spec.redGates ?? [])];
}

/** Whether a candidate may land with all that it stands on. */
export function isProven(plan: Plan, ground: readonly Built[]): boolean {
  const last = ground.at(-1);
  if (!last || !ground.every((_, i) => isCarried(plan, ground, i))) return false;
  if (!ground.every(({ node }) => passesAlone(node) && !node.pausedBy)) return false;
  return [...gatesOf(ground)].every((gate) => last.candidate.passed.has(gate) || excuseFor(plan, ground, gate));
}

/** Whether what it depends on lands before it, and a red node with somebody who depends on it. */
function isCarried(plan: Plan, ground: readonly Built[], place: number): boolean {
  const node = ground[place]?.node;
  if (!node) return false;
  const below = new Set(ground.slice(0, place).map((built) => built.node));
  const needed = [...redsUnder(plan, node), ...restsOn(plan, node)];
  if (node.unmet > 0 || !needed.every((before) => below.has(before))) return false;
  if (hasLostGround(node)) return false;
  if (isToBeRed(node)) return false;
  return !isRed(node) || ground.slice(place + 1).some((built) => redsUnder(plan, built.node).includes(node));
}

/** The candidate that brings most along and may land; also past one that failed, since what contains it passed. */
function landable(plan: Plan): Built | undefined {
  let best: readonly Built[] = [];
  for (const node of waiting(plan)) {
    const ground = node.state.candidate && groundOf(plan, node);
    if (ground && ground.length > best.length && isProven(plan, ground)) best = ground;
  }
  return best.at(-1);
}

interface Line {
  /** Candidates of which each stands on the one before it, the first on the tip. */
  readonly line: readonly Built[];
  /** Failed on the tip itself and what it depends on: nobody else is to blame. */
  readonly blamed: readonly Built[];
  /** Candidates beside the line that are to be red. */
  readonly reds: readonly Built[];
  readonly unbuilt?: Unbuilt;
}

interface Unbuilt {
  readonly node: Node;
  readonly onto: CommitId;
}

function lineUp(plan: Plan, mode: TrainMode): Line {
  const line: Built[] = [];
  const blamed: Built[] = [];
  const reds: Built[] = [];
  // Where each red node stands this time: who comes first decides, so that it is not built to and fro.
  const placed = new Map<Node, CommitId>();
  let onto = plan.tip;
  for (const node of waiting(plan)) {
    if (ends(line).length >= mode.size) break;
    if (isRed(node) || failedAlone(node) || isHeldBack(plan, node) || isStale(plan, node)) continue;
    if (!restsOn(plan, node).every((before) => line.some((built) => built.node === before))) continue;
    if (mode.is === "batch" && ends(line).some((built) => isUrgent(built.node)) && !isUrgent(node)) break;
    const beside = isToBeRed(node);
    const found = coupled(plan, node, { onto: beside ? plan.tip : onto, line: beside ? [] : line, placed });
    if (!found) continue;
    if ("unbuilt" in found) return { line, blamed, reds, unbuilt: found.unbuilt };
    const built = found.cars.at(-1);
    if (!built) continue;
    const fault = faultOf(plan, built);
    const isBlamed = fault !== "none" && built.candidate.onto === footingOf(plan, node);
    if (isBlamed) blamed.push(built);
    if (beside && !isBlamed) reds.push(built);
    if (beside) continue;
    // What may be the base's failure holds nobody up until that is known.
    if (isBlamed ? fault === "open" : fault !== "own" || mode.is === "batch") {
      line.push(...found.cars);
      onto = built.candidate.commit;
    }
  }
  return { line, blamed, reds };
}

/** The candidates of the red nodes below a node that are not in the line yet and its own, or the first that is not built there. */
function coupled(
  plan: Plan,
  node: Waiting,
  {
    onto,
    line,
    placed,
  }: { readonly onto: CommitId; readonly line: readonly Built[]; readonly placed: Map<Node, CommitId> },
): { readonly cars: readonly Built[] } | { readonly unbuilt: Unbuilt } | undefined {
  const own = builtFor(node);
  if (own && mayStay(own)) return { cars: [own] };
  const cars: Built[] = [];
  let at = onto;
  for (const one of [...redsUnder(plan, node).filter((red) => !line.some((built) => built.node === red)), node]) {
    if (one.pausedBy) return undefined;
    if (isRed(one)) {
      if ((placed.get(one) ?? at) !== at) return undefined;
      placed.set(one, at);
    }
    const built = builtFor(one);
    if (built && built.candidate.onto === at) cars.push(built);
    else if (one.state.is === "submitted" && one.state.clash === at && at !== footingOf(plan, one)) return undefined;
    else return { unbuilt: { node: one, onto: at } };
    at = built.candidate.commit;
  }
  return { cars };
}

/** Whether a candidate is red need not be found out again because something landed meanwhile. */
function mayStay({ node, candidate }: Built): boolean {
  return isToBeRed(node) && candidate.alone && (candidate.failed.size === 0 || candidate.running.size > 0);
}

/** Those that may be the last of what lands together. */
function ends(line: readonly Built[]): readonly Built[] {
  return line.filter(({ node }) => !isRed(node));
}

/** Gates that look at what was handed in alone, and have not yet; none once it failed one. */
function missingAlone(node: Node): readonly TrainStep[] {
  const own = aloneOf(node);
  return own && own.failed.size === 0 ? missing({ node, candidate: own }, node.spec.nodeGates ?? []) : [];
}

/** What failed goes back once all its gates were run, so that its agent hears of every red one at once. */
function judged(plan: Plan, built: Built): readonly TrainStep[] {
  const left = [...missing(built, ownGates(plan, built.node)), ...onTip(plan, built)];
  const isOpen = built.candidate.running.size > 0 || unknownOnTip(plan, built.candidate).length > 0;
  return left.length > 0 || isOpen || faultOf(plan, built) !== "own" ? left : [{ do: "return", ...built }];
}

/** The last of a batch that is complete; in one that failed, the middle of those of which nothing is known. */
function bisect(plan: Plan, line: readonly Built[], isGrowing: boolean): readonly TrainStep[] {
  const last = ends(line);
  const faults = last.map((built): Fault => faultOf(plan, built));
  // One run on the tip saves those that look for who is to blame.
  if (faults.includes("open"))
    return last.filter((_, i) => faults[i] === "open").flatMap((built) => onTip(plan, built));
  const failed = faults.indexOf("own");
  if (failed < 0 && isGrowing) return [];
  const middle = failed < 0 ? last.length - 1 : Math.floor((failed - 1) / 2);
  const built = last[middle];
  return built ? missing(built, gatesOf(line.slice(0, line.indexOf(built) + 1))) : [];
}

function onTip(plan: Plan, { node, candidate }: Built): readonly TrainStep[] {
  return unknownOnTip(plan, candidate)
    .filter((gate) => !plan.runsOnTip.has(gate))
    .map((gate) => ({ do: "base", node, candidate, gate, tip: plan.tip }));
}

function missing({ node, candidate }: Built, gates: Iterable<string>): readonly TrainStep[] {
  const { passed, failed, red, running } = candidate;
  return [...gates]
    .filter((gate) => !passed.has(gate) && !failed.has(gate) && !red.has(gate) && !running.has(gate))
    .map((gate) => ({ do: "gate", node, candidate, gate }));
}
