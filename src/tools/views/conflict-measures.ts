/** How often things could not both be so, how long it took to decide that, and what had to be gone over again. */
import { type Instant, nodeKey, type PlanId } from "../../core/ids.ts";
import type { Recorded } from "../../core/recorded.ts";
import { type ConflictId, conflictId } from "../../core/speculation/conflicts.ts";
import { type ConvergenceId, convergenceId } from "../../core/speculation/convergences.ts";

interface ConflictMeasure {
  readonly plans: readonly PlanId[];
  settled: boolean;
}

interface ConvergenceMeasure {
  readonly plans: readonly PlanId[];
  readonly since: Instant;
  ms?: number;
}

interface Figures {
  readonly opened: number;
  readonly settled: number;
  /** Undefined where no rework was ordered. */
  readonly estimatedMinutes?: number;
  /** How long each convergence that is over took, in milliseconds. */
  readonly convergedMs: readonly number[];
}

/** Conflicts and convergences of all plans, folded event by event. */
export class ConflictMeasures {
  readonly #conflicts = new Map<ConflictId, ConflictMeasure>();
  readonly #convergences = new Map<ConvergenceId, ConvergenceMeasure>();
  readonly #estimates: { readonly plan: PlanId; readonly minutes: number }[] = [];
  /** Nodes that were made for rework: all work on them is that. */
  readonly #made = new Set<string>();

  add({ position, at, event }: Recorded): void {
    switch (event.type) {
      case "ConflictOpened":
        this.#conflicts.set(conflictId(position), { plans: event.plans, settled: false });
        return;
      case "ConflictResolved": {
        const conflict = this.#conflicts.get(event.conflict);
        if (conflict) conflict.settled = true;
        return;
      }
      case "ConvergenceOpened": {
        const plans = event.conflicts.flatMap((id) => this.#conflicts.get(id)?.plans ?? []);
        this.#convergences.set(convergenceId(position), { plans, since: at });
        return;
      }
      case "ConvergenceCompleted": {
        const convergence = this.#convergences.get(event.convergence);
        if (convergence) convergence.ms = at - convergence.since;
        return;
      }
      case "ReworkOrdered":
        this.#estimates.push({ plan: event.plan, minutes: event.estimateMinutes });
        if (event.made) this.#made.add(nodeKey(event));
        return;
      default:
        return;
    }
  }

  isRework(key: string): boolean {
    return this.#made.has(key);
  }

  /** Of one plan, or of all. */
  figures(plan: PlanId | undefined): Figures {
    const isAsked = ({ plans }: { readonly plans: readonly PlanId[] }) => plan === undefined || plans.includes(plan);
    const conflicts = [...this.#conflicts.values()].filter(isAsked);
    const estimates = this.#estimates.filter((one) => plan === undefined || one.plan === plan);
    return {
      opened: conflicts.length,
      settled: conflicts.filter(({ settled }) => settled).length,
      ...(estimates.length > 0 ? { estimatedMinutes: estimates.reduce((sum, { minutes }) => sum + minutes, 0) } : {}),
      convergedMs: [...this.#convergences.values()].filter(isAsked).flatMap(({ ms }) => ms ?? []),
    };
  }
}
