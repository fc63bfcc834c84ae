/**
 * One worker of a run: asks for a node, lets the command do it, hands it in, and goes on with the next one while the
 * train decides. What comes back is done again by the same worker.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Reply } from "../../tools/reply.ts";
import { refusalLines } from "../show-refusal.ts";
import type { CommandEnd } from "./agent-command.ts";
import { attemptKey, type HandedOut, handedOutIn } from "./handed-out.ts";

/** What a worker can do, so that it can be tried without processes and repositories. */
export interface WorkerPorts {
  requestNode(agent: string, signal: AbortSignal): Promise<Reply>;
  completeNode(agent: string, lease: string, summary: string, waitSeconds: number, signal: AbortSignal): Promise<Reply>;
  failNode(agent: string, lease: string, reason: string, retryable: boolean): Promise<Reply>;
  /** Runs the command for a node; the signal ends it. `again` says what has to be done better this time. */
  runCommand(agent: string, brief: HandedOut, again: Reply | undefined, signal: AbortSignal): Promise<CommandEnd>;
  /** Called while the command runs, so that the lease stays alive; says whether it still does. */
  keepLease(agent: string, lease: string): Promise<boolean>;
  readonly keepLeaseMs: number;
  /** Nothing can go on before somebody mends this; the run ends. */
  halt(why: string): void;
  /** Something that the person should know. */
  say(agent: string, text: string): void;
  /** What the worker does now, for the live view. */
  show(doing: WorkerState): void;
}

export type WorkerState =
  | { readonly is: "waiting"; readonly agent: string; readonly because?: string }
  | {
      readonly is: "working";
      readonly agent: string;
      readonly node: string;
      readonly again: boolean;
      readonly since: number;
    }
  | { readonly is: "ended"; readonly agent: string };

export interface WorkerLimits {
  /** Aborts when no new node shall be begun. */
  readonly draining: AbortSignal;
  /** Aborts when what runs shall be stopped and kept. */
  readonly stopping: AbortSignal;
  /** Aborts when the plan is finished or cannot go on. */
  readonly over: AbortSignal;
  /** How often a node may come back to its worker before it is given up. */
  readonly reworks: number;
}

/** So that a worker without work does not hammer the store when it is told to come again. */
const breathMs = 300;

/** What is refused again and again is asked for more and more rarely, down to this. */
const longestBreathMs = 10_000;

export class Worker {
  readonly #ports: WorkerPorts;
  readonly #limits: WorkerLimits;
  #agent: string;
  /** Handed in and not decided yet, by attempt. */
  readonly #handedIn = new Map<string, HandedOut>();
  readonly #cameBack = new Map<string, number>();
  #refusals = 0;
  #lastRefusal = "";
  #running: { readonly key: string; readonly end: AbortController } | undefined;

  constructor(agent: string, ports: WorkerPorts, limits: WorkerLimits) {
    this.#agent = agent;
    this.#ports = ports;
    this.#limits = limits;
  }

  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  /** Works until the plan is over or nothing new shall be begun, and then until what it handed in is decided. */
  async work(): Promise<void> {
    const { draining, over } = this.#limits;
    const enough = AbortSignal.any([draining, over]);
    while (!enough.aborted) {
      this.#ports.show({ is: "waiting", agent: this.#agent });
      await this.#next(await this.#ports.requestNode(this.#agent, enough));
    }
    if (!over.aborted) await this.#settle();
    this.#ports.show({ is: "ended", agent: this.#agent });
  }

  /** Ends the command that works on an attempt which is no longer ours. */
  attemptEnded(key: string): void {
    this.#handedIn.delete(key);
    if (this.#running?.key === key) this.#running.end.abort();
  }

  /** Ends the command that runs, if one does. */
  endCommand(): void {
    this.#running?.end.abort();
  }

  async #next(reply: Reply): Promise<void> {
    const handed = handedOutIn(reply);
    if (handed) {
      this.#refusals = 0;
      this.#lastRefusal = "";
      const key = attemptKey(handed);
      const again = handed.rework === undefined ? undefined : reply;
      await this.#attempt(handed, again, again ? this.#countBack(key) : 0);
      return;
    }
    if (reply.refused === "agent_name_taken" && typeof reply["free_name"] === "string") {
      this.#ports.say(this.#agent, `the name is taken; going on as ${reply["free_name"]}`);
      this.#agent = reply["free_name"];
      return;
    }
    if (reply.refused !== undefined && reply.refused !== "cancelled") return this.#refused(reply);
    const because = typeof reply["reason"] === "string" ? { because: reply["reason"] } : {};
    this.#ports.show({ is: "waiting", agent: this.#agent, ...because });
    await pause(breathMs);
  }

  /** The same refusal is said once, and asked again after a while. */
  async #refused(reply: Reply): Promise<void> {
    const text = refusalLines(reply).join(" ");
    if (text !== this.#lastRefusal) this.#ports.say(this.#agent, text);
    this.#lastRefusal = text;
    this.#ports.show({ is: "waiting", agent: this.#agent, because: reply.say });
    this.#refusals += 1;
    if (isHopeless(reply, this.#refusals)) this.#ports.halt(text);
    const { draining, over } = this.#limits;
    const signal = AbortSignal.any([draining, over]);
    await pause(Math.min(longestBreathMs, breathMs * 2 ** this.#refusals), undefined, { signal }).catch(
      () => undefined,
    );
  }

  /** Runs the command for a node until it is handed in, given up, or stopped. */
  async #attempt(handed: HandedOut, again: Reply | undefined, timesBack: number): Promise<void> {
    const key = attemptKey(handed);
    this.#handedIn.delete(key);
    for (let why = again, times = timesBack; ; times = this.#countBack(key)) {
      if (times > this.#limits.reworks) {
        await this.#giveUp(handed, `it came back ${times} times; the last time: ${why?.say ?? ""}`, false);
        return;
      }
      const end = await this.#run(handed, why);
      if (this.#limits.stopping.aborted) return this.#giveUp(handed, "stopped by the operator", true);
      if (end === "lost") return;
      if (end.exitCode !== 0) return this.#giveUp(handed, failureOf(end), true);
      const verdict = await this.#complete(handed, end.lastWords || handed.node.title, 0);
      if (verdict === undefined) return;
      why = verdict;
    }
  }

  /** Waits for the verdicts on what was handed in; what comes back is still done, since it belongs to what had begun. */
  async #settle(): Promise<void> {
    for (const [key, handed] of this.#handedIn) {
      while (this.#handedIn.has(key) && !this.#limits.stopping.aborted && !this.#limits.over.aborted) {
        this.#ports.show({ is: "waiting", agent: this.#agent, because: `${handed.node.id} is in the train` });
        const back = await this.#complete(handed, handed.node.title, 20);
        if (back) await this.#attempt(handed, back, this.#countBack(key));
        else await pause(breathMs);
      }
    }
  }

  /** Hands the node in; returns why it has to be done again, or nothing. */
  async #complete(handed: HandedOut, summary: string, waitSeconds: number): Promise<Reply | undefined> {
    const { stopping, over } = this.#limits;
    const signal = AbortSignal.any([stopping, over]);
    const reply = await this.#ports.completeNode(this.#agent, handed.lease, summary, waitSeconds, signal);
    const key = attemptKey(handed);
    if (reply.status === "queued") this.#handedIn.set(key, handed);
    else if (reply.refused !== "cancelled") this.#handedIn.delete(key);
    if (reply.status === "rework") return reply;
    if (reply.refused === undefined || reply.refused === "stale_lease" || reply.refused === "cancelled")
      return undefined;
    this.#ports.say(this.#agent, `${handed.node.id} could not be handed in: ${refusalLines(reply).join(" ")}`);
    return reply;
  }

  async #run(handed: HandedOut, again: Reply | undefined): Promise<CommandEnd | "lost"> {
    const { stopping } = this.#limits;
    const lost = new AbortController();
    const key = attemptKey(handed);
    this.#running = { key, end: lost };
    const { id: node } = handed.node;
    this.#ports.show({ is: "working", agent: this.#agent, node, again: again !== undefined, since: Date.now() });
    const beat = setInterval(() => {
      this.#ports.keepLease(this.#agent, handed.lease).then(
        (alive) => {
          if (!alive) lost.abort();
        },
        () => undefined,
      );
    }, this.#ports.keepLeaseMs);
    try {
      const end = await this.#ports.runCommand(this.#agent, handed, again, AbortSignal.any([stopping, lost.signal]));
      return lost.signal.aborted && !stopping.aborted ? "lost" : end;
    } finally {
      clearInterval(beat);
      this.#running = undefined;
    }
  }

  async #giveUp(handed: HandedOut, reason: string, retryable: boolean): Promise<void> {
    const reply = await this.#ports.failNode(this.#agent, handed.lease, reason, retryable);
    if (reply.refused !== undefined && reply.refused !== "stale_lease") this.#ports.say(this.#agent, reply.say);
  }

  #countBack(key: string): number {
    const times = (this.#cameBack.get(key) ?? 0) + 1;
    this.#cameBack.set(key, times);
    return times;
  }
}

/** A store that cannot be used stays so; a worktree that cannot be made twice in a row has a cause in the repository. */
function isHopeless({ refused }: Reply, times: number): boolean {
  return refused === "store_unusable" || refused === "unknown_plan" || (refused === "slot_failed" && times > 1);
}

function failureOf({ exitCode, killedBy, problem, lastOutput }: CommandEnd): string {
  const how =
    problem !== undefined
      ? `The command could not start: ${problem}`
      : exitCode === null
        ? `The command was killed by ${killedBy ?? "a signal"}.`
        : `The command ended with exit code ${exitCode}.`;
  return lastOutput === "" ? how : `${how} Its last output:\n${lastOutput}`;
}
