import type { Loan } from "../../core/locks/loans.ts";
import type { Recorded } from "../../core/recorded.ts";
import type { Hands } from "../hands.ts";
import { lentVariables } from "../lent-variables.ts";
import { newMark } from "./judge-in-worktree.ts";

/** What a run was lent, as its environment shows it. */
export interface Lent {
  readonly run: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** The loans of the gates that this process runs. */
export class Lending {
  readonly #hands: Hands;
  readonly #own = new Set<string>();

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  /** Names a run that is about to borrow; it is ours until `end`. */
  begin(): string {
    const run = newMark();
    this.#own.add(run);
    return run;
  }

  /** Forgets a run of which nothing is lent, or nothing any more. */
  end(run: string): void {
    this.#own.delete(run);
  }

  /**
   * Whether nobody runs any more what has a loan: its process is gone, or has had far more time than it takes. What this very
   * process knows nothing of was lent to a call that did not hear how its commit ended.
   */
  isForgotten({ run, process, until }: Loan): boolean {
    if (process === this.#hands.process) return !this.#own.has(run);
    return this.#hands.liveness(process) === "gone" || until < this.#hands.clock.now();
  }
}

/** What was lent to a run by what has just happened. */
export function lentIn(run: string, events: readonly Recorded[]): Lent | undefined {
  for (const { event } of events)
    if (event.type === "GateLent" && event.run === run) return { run, variables: lentVariables(event.lent) };
  return undefined;
}
