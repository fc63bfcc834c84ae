// Loaded into a server before it starts (`node --expose-gc --import`): says now and then how it is, in a file of its own.
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";

// Each server loads these when it first meets a conflict, some early and some late, which would look like growth.
for (const lazy of ["resolve-merge.js", "chain.js", "learn.js"])
  await import(new URL(`../../dist/execution/landing/resolution/${lazy}`, import.meta.url).href);

const folder = process.env.INTERLOCK_LOAD_MEASURES;
const file = join(folder, `${process.pid}.json`);
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

function say() {
  const stall = delay.max / 1e6;
  const usual = delay.percentile(99) / 1e6;
  // What is left after a collection is what is kept; the collection itself is none of the server's stalls.
  globalThis.gc?.();
  const { heapUsed, rss, external } = process.memoryUsage();
  const active = process.getActiveResourcesInfo().length;
  writeFileSync(`${file}.new`, JSON.stringify({ heapUsed, rss, external, active, stall, usual }));
  renameSync(`${file}.new`, file);
  delay.reset();
}

setInterval(say, 5_000).unref();
