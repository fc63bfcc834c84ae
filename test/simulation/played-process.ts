import type { ProcessId } from "../../src/core/ids.ts";
import type { Clock } from "../../src/execution/clock.ts";
import { GitFault } from "../../src/execution/git/git-fault.ts";
import { type EffectKind, PlayedFault, playedWords } from "./faults.ts";
import type { World } from "./world.ts";

/** How long each kind of effect takes at most, in milliseconds; reading is often at once. */
const longest: Readonly<Record<EffectKind, number>> = {
  commit: 12,
  read: 3,
  cell: 3,
  git: 25,
  merge: 60,
  slot: 120,
  gate: 1_200,
  target: 80,
};

/** What is done by programs of their own goes on when the process that started them is killed or stopped. */
const ownPrograms = new Set<EffectKind>(["git", "merge", "slot", "gate", "target"]);

/** The outer shell of a process: all that it does goes through here, so that it can die, stand still or fail anywhere. */
export class PlayedProcess {
  readonly id: ProcessId;
  readonly clock: Clock;
  readonly #world: World;
  readonly #whenDead: (() => void)[] = [];
  #alive = true;
  #standsStillUntil = 0;

  constructor(world: World, number: number) {
    this.#world = world;
    this.id = `here.${number}.${number}`;
    this.clock = {
      now: () => world.wall(),
      steady: () => world.scheduler.now,
      sleep: (ms, signal) => this.#sleep(ms, signal),
      // Nobody listens to progress here.
      every: () => () => undefined,
    };
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Ends it at once: nothing that it has begun comes back to it. */
  kill(): void {
    if (!this.#alive) return;
    this.#alive = false;
    for (const tell of this.#whenDead) tell();
  }

  whenDead(tell: () => void): void {
    this.#whenDead.push(tell);
  }

  standStill(ms: number): void {
    this.#standsStillUntil = Math.max(this.#standsStillUntil, this.#world.scheduler.now + ms);
  }

  /** Does something that takes time, and fails when the weather says so. Never comes back once the process is dead. */
  effect<T>(kind: EffectKind, act: () => T | Promise<T>): Promise<T> {
    const { chance, scheduler, weather } = this.#world;
    return new Promise((resolve, reject) => {
      if (!this.#alive) return;
      const fails = chance.is(weather.failing[kind]);
      const happens = !fails || chance.is(0.5);
      const dies = chance.is(weather.dying) ? chance.pick(["before", "after"] as const) : undefined;
      const run = () => {
        if (dies === "before") this.#die(kind);
        const orphan = ownPrograms.has(kind) && chance.is(0.5);
        if (!this.#alive && !orphan) return;
        if (fails) this.#world.count(`fault: ${kind} ${happens ? "after it happened" : "before it happened"}`);
        const done = happens ? attempt(act) : Promise.reject(faultOf(kind, "did not happen"));
        const answer = done.then((value) => {
          if (fails) throw faultOf(kind, "happened, but nobody heard");
          return value;
        });
        if (dies === "after") this.#die(kind);
        answer.then(
          (value) => this.#deliver(() => resolve(value)),
          (error) => this.#deliver(() => reject(error)),
        );
      };
      // Reading takes no time most of the time, which saves steps.
      if (kind === "read" && !fails && !dies && !this.#standsStill() && chance.is(0.8)) run();
      else
        scheduler.after(chance.between(0, longest[kind]), () => (ownPrograms.has(kind) ? run() : this.#deliver(run)));
    });
  }

  /** Hands something over when the process runs: later if it stands still, never if it is dead. */
  #deliver(hand: () => void): void {
    const { scheduler } = this.#world;
    if (!this.#alive) return;
    if (this.#standsStill()) scheduler.after(this.#standsStillUntil - scheduler.now, () => this.#deliver(hand));
    else hand();
  }

  #standsStill(): boolean {
    return this.#standsStillUntil > this.#world.scheduler.now;
  }

  #die(kind: EffectKind): void {
    if (!this.#alive) return;
    this.#world.count(`fault: killed during ${kind}`);
    this.#world.trace(`${this.id} dies during ${kind}`);
    this.kill();
  }

  #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) {
        if (this.#alive) resolve();
        return;
      }
      const wake = () => {
        cancel();
        signal?.removeEventListener("abort", wake);
        if (this.#alive) resolve();
      };
      const cancel = this.#world.scheduler.after(ms, () => this.#deliver(wake));
      signal?.addEventListener("abort", wake);
    });
  }
}

function faultOf(kind: EffectKind, what: string): Error {
  const words = `${playedWords}: ${kind} ${what}`;
  return kind === "git" ? new GitFault([], 128, words) : new PlayedFault(words);
}

async function attempt<T>(act: () => T | Promise<T>): Promise<T> {
  return act();
}
