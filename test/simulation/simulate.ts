/** `npm run simulate -- --seeds N [--from S]`, or `-- --seed S --trace` to see one run from its beginning. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { type Played, play } from "./run.ts";
import { describe, Tally } from "./tally.ts";

interface Share {
  readonly first: number;
  readonly end: number;
  readonly step: number;
}

if (isMainThread) process.exitCode = await main();
else await work(workerData as Share);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "1000" },
      from: { type: "string", default: "1" },
      seed: { type: "string" },
      trace: { type: "boolean", default: false },
    },
  });
  if (values.seed !== undefined) return one(Number(values.seed), values.trace);
  return many(Number(values.from), Number(values.seeds));
}

async function one(seed: number, trace: boolean): Promise<number> {
  const played = await play(seed);
  if (trace) console.log(played.story.join("\n"));
  if (played.broken.length > 0) console.log(describe(played, trace ? 0 : 60));
  else console.log(`seed ${seed}: ${played.steps} steps, ${played.events} events, no broken rule`);
  return played.broken.length > 0 ? 1 : 0;
}

/** Shares the seeds out among the cores. */
async function many(from: number, seeds: number): Promise<number> {
  const tally = new Tally();
  const began = performance.now();
  const rate = () => (tally.seeds / ((performance.now() - began) / 1000)).toFixed(1);
  const progress = setInterval(() => console.log(`${tally.seeds} of ${seeds} seeds, ${rate()} a second`), 10_000);
  const step = Math.min(availableParallelism(), seeds);
  const workers = Array.from({ length: step }, (_, index) => {
    const share: Share = { first: from + index, end: from + seeds, step };
    return new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: share });
      worker.on("message", (played: Played) => {
        tally.add(played);
        if (played.broken.length > 0 && tally.failed.length <= 3) console.log(describe(played, 40));
      });
      worker.on("error", reject);
      worker.on("exit", () => resolve());
    });
  });
  await Promise.all(workers);
  clearInterval(progress);
  console.log(tally.table());
  console.log(
    `${tally.seeds} seeds, ${rate()} a second; ${tally.steps} steps; ${tally.events} events; ${tally.failed.length} broke a rule`,
  );
  for (const { seed, broken } of tally.failed.slice(0, 50)) console.log(`  seed ${seed}: ${broken[0]?.slice(0, 200)}`);
  return tally.failed.length > 0 ? 1 : 0;
}

async function work({ first, end, step }: Share): Promise<void> {
  for (let seed = first; seed < end; seed += step) {
    const played = await play(seed);
    parentPort?.postMessage(played.broken.length > 0 ? played : { ...played, story: [] });
  }
}
