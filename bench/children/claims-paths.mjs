// Claims and releases paths that others want too, for some seconds, in several lanes at once.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { systemClock } from "../../dist/execution/clock.js";
import { Manager } from "../../dist/execution/manager.js";
import { openSqliteLog } from "../../dist/log/sqlite/open.js";

const { file, stream, lanes, seconds, number } = JSON.parse(process.argv[2]);
const manager = await Manager.open(await openSqliteLog({ file }), stream, systemClock);
const loop = monitorEventLoopDelay({ resolution: 1 });
let done = 0;
let errors = 0;

process.send("ready");
await new Promise((go) => process.once("message", go));
// What opening the store took is over; from here on nothing may hold the process up.
await new Promise((next) => setTimeout(next, 20));
loop.enable();
const end = performance.now() + seconds * 1_000;
await Promise.all(Array.from({ length: lanes }, (_, i) => lane(number * lanes + i)));
loop.disable();
process.send({ done, errors, stall: loop.max / 1e6 });

async function lane(agent) {
  const node = [...manager.workspace.agents.get(`agent-${agent}`).nodes][0].split("/")[1];
  const by = { plan: stream, node, attempt: 1 };
  while (performance.now() < end) {
    const pattern = `shared/file-${Math.floor(Math.random() * 512)}.ts`;
    const wants = [{ kind: "path", pattern, mode: "write" }];
    const claimed = await attempt({ type: "ClaimResources", ...by, wants, wait: false });
    if (!claimed) continue;
    done += 1;
    await attempt({ type: "ReleaseResources", ...by, patterns: [pattern], changedPaths: [] });
  }
}

async function attempt(command) {
  try {
    const answer = await manager.execute(command);
    if (answer.refused === "would_wait") return false;
    if (answer.refused) throw new Error(JSON.stringify(answer));
    return true;
  } catch (error) {
    errors += 1;
    console.error(error);
    return false;
  }
}
