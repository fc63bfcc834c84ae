/**
 * What to do for a train next. A policy only proposes: which candidates to build on what, and which gates to run; the core lands
 * nothing that has not passed, whatever was proposed.
 */
import type { CommitId } from "./ids.ts";
import type { Node } from "./node/node.ts";
import type { Plan } from "./plan/plan.ts";
import type { Candidate } from "./train.ts";
import { type Built, groundOf, waiting } from "./train-ground.ts";
import type { TrainMode } from "./train-mode.ts";

export type TrainStep =
  | { readonly do: "build"; readonly node: Node; readonly onto: CommitId }
  | { readonly do: "gate"; readonly node: Node; readonly candidate: Candidate; readonly gate: string }
  | { readonly do: "return"; readonly node: Node; readonly candidate: Candidate }
  | { readonly do: "intend"; readonly node: Node; readonly candidate: Candidate }
  | { readonly do: "land"; readonly node: Node; readonly candidate: Candidate };

/** Everything that can be done for a plan's train now, most urgent first; nothing while it is empty or may not move. */
export function trainSteps(plan: Plan, mode: TrainMode): readonly TrainStep[] {
  if (plan.status.is === "paused" && plan.status.why === "integration_moved") return [];
  const begun = waiting(plan)
    .flatMap((node) => builtIn(node) ?? [])
    .find(({ candidate }) => candidate.intended);
  if (begun) return [{ do: "land", ...begun }];
  if (plan.status.is !== "active" && plan.status.is !== "finished") return [];
  const landing = landable(plan);
  if (landing) return [{ do: "intend", ...landing }];
  const { line, blamed, unbuilt } = lineUp(plan, mode);
  return [
    ...blamed.flatMap((built) => judged(built)),
    ...(unbuilt ? [{ do: "build" as const, ...unbuilt }] : []),
    ...(mode.is === "window"
      ? line.flatMap((built) => missing(built, built.node.spec.gates))
      : bisect(line, unbuilt !== undefined)),
  ];
}

/** The gates that all these nodes need, which must have passed on the last of them before they land together. */
export function gatesOf(ground: readonly Built[]): ReadonlySet<string> {
  return new Set(ground.flatMap(({ node }) => node.spec.gates));
}

/** Whether a candidate may land with all that it stands on. */
export function isProven(ground: readonly Built[]): boolean {
  const { passed } = ground.at(-1)?.candidate ?? {};
  return passed !== undefined && [...gatesOf(ground)].every((gate) => passed.has(gate));
}

/** The candidate that brings most along and may land; also past one that failed, since what contains it passed. */
function landable(plan: Plan): Built | undefined {
  let best: readonly Built[] = [];
  for (const node of waiting(plan)) {
    const ground = node.state.candidate && groundOf(plan, node);
    if (ground && ground.length > best.length && isProven(ground)) best = ground;
  }
  return best.at(-1);
}

interface Line {
  /** Candidates of which each stands on the one before it, the first on the tip. */
  readonly line: readonly Built[];
  /** Failed on the tip itself: nobody else is to blame. */
  readonly blamed: readonly Built[];
  readonly unbuilt?: { readonly node: Node; readonly onto: CommitId };
}

function lineUp(plan: Plan, mode: TrainMode): Line {
  const line: Built[] = [];
  const blamed: Built[] = [];
  let onto = plan.tip;
  for (const node of waiting(plan)) {
    if (line.length >= mode.size) break;
    const built = builtIn(node);
    const { clash } = node.state;
    if (built?.candidate.onto === onto) {
      const failed = built.candidate.failed.size > 0;
      if (failed && onto === plan.tip) blamed.push(built);
      else if (!failed || mode.is === "batch") {
        line.push(built);
        onto = built.candidate.commit;
      }
    } else if (clash !== onto || onto === plan.tip) return { line, blamed, unbuilt: { node, onto } };
  }
  return { line, blamed };
}

/** What failed goes back once all its gates were run, so that its agent hears of every red one at once. */
function judged(built: Built): readonly TrainStep[] {
  const left = missing(built, built.node.spec.gates);
  return left.length > 0 || built.candidate.running.size > 0 ? left : [{ do: "return", ...built }];
}

/** The last of a batch that is complete; in one that failed, the middle of those of which nothing is known. */
function bisect(line: readonly Built[], isGrowing: boolean): readonly TrainStep[] {
  const failed = line.findIndex(({ candidate }) => candidate.failed.size > 0);
  if (failed < 0 && isGrowing) return [];
  const middle = failed < 0 ? line.length - 1 : Math.floor((failed - 1) / 2);
  const built = line[middle];
  return built ? missing(built, gatesOf(line.slice(0, middle + 1))) : [];
}

function missing({ node, candidate }: Built, gates: Iterable<string>): readonly TrainStep[] {
  const { passed, failed, running } = candidate;
  return [...gates]
    .filter((gate) => !passed.has(gate) && !failed.has(gate) && !running.has(gate))
    .map((gate) => ({ do: "gate", node, candidate, gate }));
}

function builtIn(node: Node): Built | undefined {
  return node.state.is === "submitted" && node.state.candidate ? { node, candidate: node.state.candidate } : undefined;
}
