import type { ProcessId } from "../../src/core/ids.ts";
import type { CallContext } from "../../src/execution/answers.ts";
import type { Caller } from "../../src/execution/execution.ts";
import type { LocalExecution } from "../../src/execution/local-execution.ts";
import type { Rules } from "./rules.ts";
import { type Running, startProcess } from "./start-process.ts";
import type { World } from "./world.ts";

/** What came back of a call: an answer, an error that was played, or nothing because the process died. */
export type Outcome<T> =
  | { readonly is: "answer"; readonly answer: T }
  | { readonly is: "lost" }
  | { readonly is: "fault" };

/** The players' way to the processes. */
export class Scene {
  readonly world: World;
  readonly rules: Rules;
  /** Until everybody goes home. */
  isOpen = true;
  /** Every agent with every lease that it was given. */
  readonly callers: Caller[] = [];
  readonly #running: Running[] = [];
  readonly #closing = new Set<ProcessId>();
  #requests = 0;

  constructor(world: World, rules: Rules) {
    this.world = world;
    this.rules = rules;
  }

  running(): readonly Running[] {
    return this.#running.filter(({ process }) => process.alive && !this.#closing.has(process.id));
  }

  /** Starts one more process, which can be asked in a while. */
  start(longLived: boolean): void {
    startProcess(this.world, longLived).then(
      (running) => this.#running.push(running),
      (error) => this.world.mustBePlayed(error, "starting a process"),
    );
  }

  /** Ends a process in good order; what it is asked meanwhile comes to nothing. */
  close(running: Running): void {
    this.#closing.add(running.process.id);
    this.ask(running, "close", (execution) => execution.close()).then(() => running.process.kill());
  }

  requestId(): string {
    this.#requests += 1;
    return `r${this.#requests}`;
  }

  /** Calls a process, as a client does that loses the connection when the process dies, and gives up after some minutes. */
  ask<T>(
    { process, execution }: Running,
    what: string,
    act: (execution: LocalExecution, call: CallContext) => Promise<T>,
    requestId?: string,
  ): Promise<Outcome<T>> {
    const { world } = this;
    const { scheduler, chance } = world;
    const cancelled = new AbortController();
    const call: CallContext = {
      tool: what,
      inputDigest: what,
      signal: cancelled.signal,
      ...(requestId === undefined ? {} : { requestId }),
    };
    return new Promise((resolve) => {
      const answered = (outcome: Outcome<T>) => {
        giveUp();
        scheduler.after(chance.between(0, 5), () => {
          world.trace(`  ${what} at ${process.id}: ${JSON.stringify(outcome).slice(0, 300)}`);
          resolve(outcome);
        });
      };
      const lost = () => answered({ is: "lost" });
      const giveUp = scheduler.after(240_000, () => {
        cancelled.abort();
        world.breaks(`[W2] ${what} was not answered in four minutes`);
        lost();
      });
      process.whenDead(lost);
      scheduler.after(chance.between(0, 5), () => {
        if (!process.alive) return;
        act(execution, call).then(
          (answer) => answered({ is: "answer", answer }),
          (error) => {
            if (!this.#closing.has(process.id)) world.mustBePlayed(error, what);
            answered({ is: "fault" });
          },
        );
      });
    });
  }
}
