/** What the log says about how work went, folded event by event so that asking again costs only what is new. */
import { type Instant, type NodeId, nodeKey, type PlanId, type Position } from "../../core/ids.ts";
import type { Recorded } from "../../core/recorded.ts";
import { reworkOrdered } from "../../core/speculation/rework.ts";
import { ConflictMeasures } from "./conflict-measures.ts";

/** Sums for one plan; times in milliseconds. */
export interface Measures {
  firstLease?: Instant;
  lastLanding?: Instant;
  landed: number;
  /** Time in agents' hands, of nodes that landed and of all. */
  workedMs: number;
  reworkMs: number;
  preparingMs: number;
  claimWaitMs: number;
  trainMs: number;
  handedIn: Set<string>;
  conflicted: Set<string>;
  redGates: number;
  gateRuns: number;
  /** Of attempts under way. */
  clashesTold: number;
  /** Of the last landings whose gates counted for points, oldest first. */
  scores: readonly LandedScore[];
  readonly agents: Set<string>;
}

export interface LandedScore {
  readonly plan: PlanId;
  readonly node: NodeId;
  readonly at: Instant;
  readonly score: number;
}

/** The last of some scores, oldest first: as many as show where they are going. */
export function lastScores(scores: readonly LandedScore[]): readonly LandedScore[] {
  return scores.toSorted((one, other) => one.at - other.at).slice(-mostScores);
}

const mostScores = 20;

/** All plans' sums as of a position, with what is open right now. */
export class MeasureFold {
  position: Position;
  readonly plans = new Map<PlanId, Measures>();
  readonly conflicts = new ConflictMeasures();
  readonly #leased = new Map<string, Instant>();
  readonly #reworked = new Map<string, Instant>();
  readonly #unprepared = new Map<string, Instant>();
  readonly #handedIn = new Map<string, Instant>();
  readonly #tickets = new Map<string, Instant>();

  /** Begins after a position: of what was before, nothing is known. */
  constructor(after: Position) {
    this.position = after;
  }

  add({ position, at, event }: Recorded): void {
    this.position = position;
    this.conflicts.add({ position, at, event });
    if (!("plan" in event) || typeof event.plan !== "string") return;
    const sums = this.#of(event.plan);
    if (!("node" in event) || typeof event.node !== "string") return;
    const key = nodeKey({ plan: event.plan, node: event.node });
    switch (event.type) {
      case "NodeLeased":
        sums.firstLease ??= at;
        sums.agents.add(event.agent);
        this.#leased.set(key, at);
        this.#unprepared.set(key, at);
        if (this.conflicts.isRework(key)) this.#reworked.set(key, at);
        return;
      case "SlotPrepared":
        sums.preparingMs += taken(this.#unprepared, key, at);
        return;
      case "NodeSubmitted":
        this.#stop(sums, key, at);
        sums.handedIn.add(key);
        this.#handedIn.set(key, at);
        return;
      case "NodeReturned":
        sums.trainMs += taken(this.#handedIn, key, at);
        if (event.why.reason === "conflict") sums.conflicted.add(key);
        this.#leased.set(key, at);
        this.#reworked.set(key, at);
        return;
      case "NodeWithdrawn":
        sums.trainMs += taken(this.#handedIn, key, at);
        this.#leased.set(key, at);
        if (event.because === reworkOrdered) this.#reworked.set(key, at);
        return;
      case "ReworkOrdered":
        // Whoever has it goes over it from now on.
        if (this.#leased.has(key)) this.#reworked.set(key, at);
        return;
      case "NodeGivenUp":
      case "AttemptFenced":
      case "NodeCancelled":
      case "NodeFailed":
        this.#stop(sums, key, at);
        return;
      case "NodeLanded":
        this.#stop(sums, key, at);
        sums.trainMs += taken(this.#handedIn, key, at);
        sums.lastLanding = at;
        sums.landed += 1;
        if (event.score !== undefined)
          sums.scores = lastScores([...sums.scores, { plan: event.plan, node: event.node, at, score: event.score }]);
        return;
      case "GateJudged":
        sums.gateRuns += 1;
        if (!event.verdict.passed) sums.redGates += 1;
        return;
      case "GateDoubted":
        sums.gateRuns += 1;
        sums.redGates += 1;
        return;
      case "ClashFound":
        sums.clashesTold += 1;
        return;
      case "ClaimsQueued":
        if (event.attempt > 0) this.#tickets.set(event.ticket, at);
        return;
      case "ClaimsGranted":
      case "TicketEnded":
        if (event.ticket !== undefined) sums.claimWaitMs += taken(this.#tickets, event.ticket, at);
        return;
      default:
        return;
    }
  }

  #of(plan: PlanId): Measures {
    const known = this.plans.get(plan);
    if (known) return known;
    const fresh: Measures = {
      landed: 0,
      workedMs: 0,
      reworkMs: 0,
      preparingMs: 0,
      claimWaitMs: 0,
      trainMs: 0,
      handedIn: new Set(),
      conflicted: new Set(),
      redGates: 0,
      gateRuns: 0,
      clashesTold: 0,
      scores: [],
      agents: new Set(),
    };
    this.plans.set(plan, fresh);
    return fresh;
  }

  /** The node leaves its agent's hands. */
  #stop(sums: Measures, key: string, at: Instant): void {
    sums.preparingMs += taken(this.#unprepared, key, at);
    sums.reworkMs += taken(this.#reworked, key, at);
    sums.workedMs += taken(this.#leased, key, at);
  }
}

function taken(open: Map<string, Instant>, key: string, at: Instant): number {
  const since = open.get(key);
  open.delete(key);
  return since === undefined ? 0 : at - since;
}
