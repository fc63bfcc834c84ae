/**
 * Plays one contract in a thread of its own, which alone meets what somebody wrote: it has so much memory and, for each request, so
 * much time, and is replaced when it takes more.
 */
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Problem } from "../contracts/contract-kind.ts";
import type { MockSetup } from "./messages.ts";
import { type MockAnswer, type MockRequest, refusal } from "./mock.ts";

const startMs = 30_000;
const usualMs = 5_000;
const endMs = 2_000;
const mostWaiting = 200;
const limits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 };

const program = fileURLToPath(new URL("./mock-worker.js", import.meta.url));

type Started = { readonly operations: readonly string[] } | { readonly problems: readonly Problem[] };

export class Player {
  readonly setup: MockSetup;
  #worker: Worker | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(setup: MockSetup) {
    this.setup = setup;
  }

  /** Reads the contract; to be called once before anything is asked. */
  async start(): Promise<Started> {
    const worker = new Worker(program, { workerData: this.setup, resourceLimits: limits, env: {}, stdout: true });
    worker.stdout.resume();
    // Whoever waits for it hears of it too; without anybody it is nobody's business.
    worker.on("error", () => undefined);
    const started = await next<Started>(worker, startMs);
    if ("fault" in started) {
      await ended(worker);
      return { problems: [{ where: "", say: `The contract cannot be played: ${started.fault}.` }] };
    }
    if ("problems" in started) await ended(worker);
    else this.#worker = worker;
    return started;
  }

  /** One request after the other: the time that each may take is its own. */
  async answer(request: MockRequest): Promise<MockAnswer> {
    if (this.#waiting >= mostWaiting) return refusal(503, "Too many requests wait for the mock.");
    this.#waiting += 1;
    const turn = this.#turn.then(() => this.#ask(request));
    this.#turn = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  async end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    if (worker) await ended(worker);
  }

  async #ask(request: MockRequest): Promise<MockAnswer> {
    if (!this.#worker) {
      const started = await this.start();
      if ("problems" in started) return refusal(500, started.problems[0]?.say ?? "The contract cannot be played.");
    }
    const worker = this.#worker;
    if (!worker) return refusal(500, "The mock is over.");
    worker.postMessage(request);
    const answer = await next<MockAnswer>(worker, this.setup.mostMs ?? usualMs);
    if (!("fault" in answer)) return answer;
    if (this.#worker === worker) this.#worker = undefined;
    await ended(worker);
    return refusal(500, `No answer could be made: ${answer.fault}.`);
  }
}

/** The next word of a thread, or why there will be none. */
function next<T extends object>(worker: Worker, mostMs: number): Promise<T | { readonly fault: string }> {
  return new Promise((resolve) => {
    const settle = (word: T | { readonly fault: string }) => {
      clearTimeout(timer);
      worker.off("message", settle).off("error", onError).off("exit", onExit);
      resolve(word);
    };
    const onError = (error: Error) => {
      const isMemory = "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
      settle({ fault: isMemory ? "it takes more memory than it may" : error.message.slice(0, 300) });
    };
    const onExit = () => settle({ fault: "its thread ended" });
    const timer = setTimeout(() => settle({ fault: `it takes more than ${mostMs / 1000} seconds` }), mostMs);
    worker.on("message", settle).on("error", onError).on("exit", onExit);
  });
}

/** A thread that does not even end takes the process with it, which is only this mock's. */
async function ended(worker: Worker): Promise<void> {
  const stuck = setTimeout(() => process.kill(process.pid, "SIGKILL"), endMs);
  await worker.terminate();
  clearTimeout(stuck);
}
