/** `npm run simulate -- --help` says what it does. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { findReason, startServer } from "../log/postgres/start-server.ts";
import type { Played } from "./run.ts";
import { playOver, type Store, storeNames } from "./stores.ts";
import { describe, Tally } from "./tally.ts";

interface Share {
  readonly first: number;
  readonly end: number;
  readonly step: number;
  readonly store: Store;
}

const usage = `npm run simulate -- [--seeds N] [--from S] [--store memory|sqlite|postgres]
npm run simulate -- --seed S [--trace] [--store memory|sqlite|postgres]

Plays agents, people, crashes and bad weather on the real hands, with every rule checked after each step.
Exits 1 when a seed broke a rule. A seed is the same run each time, over each store. In odd seeds somebody agrees on things,
takes others for granted and disputes the rest; in every other two, work begins before what it depends on has landed.

  --seeds N   how many seeds to play (1000)
  --from S    the first of them (1)
  --seed S    plays this one only
  --trace     tells all that happens in it
  --store     memory (the default); sqlite, in files that are gone afterwards; postgres, on a server of its own
              that is started and stopped, with a new database for each seed
`;

if (isMainThread) process.exitCode = await main();
else await work(workerData as Share);

async function main(): Promise<number> {
  const asked = readArguments();
  if (typeof asked === "string") {
    console.error(`${asked}\n\n${usage}`);
    return 2;
  }
  if (asked.help) {
    console.log(usage);
    return 0;
  }
  const run = (store: Store) =>
    asked.seed === undefined ? many(asked, store) : one({ ...asked, seed: asked.seed }, store);
  if (asked.store !== "postgres") return run({ is: asked.store });
  const reason = await findReason();
  if (reason !== undefined) {
    console.error(`There is no PostgreSQL server here: ${reason}.`);
    return 2;
  }
  const server = await startServer();
  try {
    return await run({ is: "postgres", at: server.url });
  } finally {
    await server.remove();
  }
}

/** What was asked for, or what is wrong with it. */
function readArguments() {
  const options = {
    seeds: { type: "string", default: "1000" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    store: { type: "string", default: "memory" },
    trace: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  } as const;
  try {
    const { values } = parseArgs({ options });
    const store = storeNames.find((name) => name === values.store);
    if (!store) return `--store is one of ${storeNames.join(", ")}, not ${values.store}.`;
    const numbers = [values.seeds, values.from, values.seed ?? "0"];
    const odd = numbers.find((text) => !/^\d+$/.test(text));
    if (odd !== undefined) return `${JSON.stringify(odd)} is no number.`;
    const [seeds = 0, from = 0, seed] = numbers.map(Number);
    return { ...values, store, seeds, from, seed: values.seed === undefined ? undefined : seed };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What is played besides plans. */
function waysOf(seed: number) {
  return { disputes: seed % 2 === 1, early: seed % 4 >= 2 };
}

async function one({ seed, trace }: { readonly seed: number; readonly trace: boolean }, store: Store): Promise<number> {
  const played = await playOver(store, seed, waysOf(seed));
  if (trace) console.log(played.story.join("\n"));
  if (played.broken.length > 0) console.log(describe(played, trace ? 0 : 60));
  else console.log(`seed ${seed}: ${played.steps} steps, ${played.events} events, no broken rule`);
  return played.broken.length > 0 ? 1 : 0;
}

/** Shares the seeds out among the cores. */
async function many({ from, seeds }: { readonly from: number; readonly seeds: number }, store: Store): Promise<number> {
  const tally = new Tally();
  const began = performance.now();
  const rate = () => (tally.seeds / ((performance.now() - began) / 1000)).toFixed(1);
  const progress = setInterval(() => console.log(`${tally.seeds} of ${seeds} seeds, ${rate()} a second`), 10_000);
  const step = Math.min(availableParallelism(), seeds);
  const workers = Array.from({ length: step }, (_, index) => {
    const share: Share = { first: from + index, end: from + seeds, step, store };
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
  if (tally.seeds < seeds) console.log(`${seeds - tally.seeds} seeds never came to their end`);
  return tally.failed.length > 0 || tally.seeds < seeds ? 1 : 0;
}

async function work({ first, end, step, store }: Share): Promise<void> {
  for (let seed = first; seed < end; seed += step) {
    const played = await playOver(store, seed, waysOf(seed));
    parentPort?.postMessage(played.broken.length > 0 ? played : { ...played, story: [] });
  }
}
