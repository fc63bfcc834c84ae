// Commits rows to a store that others write too, for some seconds; tries again whenever it is busy.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setImmediate, setTimeout } from "node:timers/promises";
import { openRawStore } from "../baseline/raw-store.mjs";

const { file, seconds } = JSON.parse(process.argv[2]);
const store = await patiently(() => openRawStore(file));
const loop = monitorEventLoopDelay({ resolution: 1 });
let done = 0;

process.send("ready");
await new Promise((go) => process.once("message", go));
await setTimeout(20);
loop.enable();
for (const end = performance.now() + seconds * 1_000; performance.now() < end; done += 1) {
  await patiently(() => store.commit());
  await setImmediate();
}
loop.disable();
process.send({ done, errors: 0, stall: loop.max / 1e6 });

async function patiently(work) {
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!error.code?.startsWith("SQLITE_BUSY")) throw error;
      await setTimeout(1 + Math.random() * 7);
    }
  }
}
