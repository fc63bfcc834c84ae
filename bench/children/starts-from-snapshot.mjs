// Prints how many milliseconds it takes to have the state, or only the snapshot's rows, of a store.
import { systemClock } from "../../dist/execution/clock.js";
import { Manager } from "../../dist/execution/manager.js";
import { openSqliteLog } from "../../dist/log/sqlite/open.js";

const [, , what, file, stream] = process.argv;
const began = performance.now();
const log = await openSqliteLog({ file });
if (what === "rows") await log.readSnapshot(stream);
else (await Manager.open(log, stream, systemClock)).close();
process.stdout.write(String(performance.now() - began));
await log.close();
