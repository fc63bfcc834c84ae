// Runs one of the acts below on the built log: child.mjs <build folder> <store: a file or a url> <act> [arguments].
import { once } from "node:events";
import { writeSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const [folder, store, act, ...rest] = process.argv.slice(2);
const openLog = await chooseStore();

const stream = "w1";
const acts = { count, batches, keepTrying, follow };

await acts[act](...rest);

async function chooseStore() {
  const load = (module) => import(pathToFileURL(join(folder, module)).href);
  if (!store.startsWith("postgres://")) {
    const { openSqliteLog } = await load("log/sqlite/open.js");
    return () => openSqliteLog({ file: store });
  }
  const { openPostgresLog } = await load("log/postgres/open.js");
  // It looks for itself so rarely that whoever hears anything was told.
  return () => openPostgresLog({ url: store, pollMs: 3_600_000 });
}

/** Appends the number after the newest one, many times. */
async function count(times) {
  const log = await openLog();
  let seen = 0;
  let newest = 0;
  for (let done = 0; done < Number(times); done += 1) {
    const committed = await log.transact(stream, seen, (missed) => {
      newest = Number(missed.at(-1)?.event.text ?? newest) + 1;
      return { append: [shared(String(newest))], claims: [], result: 0 };
    });
    seen = committed.position;
  }
  await log.close();
}

/** Appends batches of some size, with a claim and the batch's size in its first event, until killed; says when each is acknowledged. */
async function batches(size, name) {
  const log = await openLog();
  // Has seen all, so that it commits most of the time instead of reading.
  let { position: seen } = await log.transact(stream, 0, () => ({ append: [], claims: [], result: 0 }));
  say("open");
  for (let batch = 0; ; batch += 1) {
    const append = Array.from({ length: Number(size) }, (_, index) => shared(`${name}/${batch}/${index}/${size}`));
    const put = {
      id: `${name}/${batch}`,
      plan: "p",
      node: "n",
      attempt: 1,
      agent: "a",
      mode: "write",
      pattern: "x",
      slot: "s",
      since: 1,
    };
    const committed = await log.transact(stream, seen, () => ({ append, claims: [{ put }], result: 0 }));
    seen = committed.position;
    say(`${name}/${batch}`);
  }
}

/** Once told to, commits while somebody else holds the store, and says how long the event loop stood still at worst, in milliseconds. */
async function keepTrying() {
  const log = await openLog();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  say("open");
  await once(process.stdin, "data");
  process.stdin.destroy();
  delay.enable();
  // It measures between ticks of its own, so some must come before and after.
  await setTimeout(20);
  await log.transact(stream, 0, () => ({ append: [shared("at last")], claims: [], result: 0 }));
  await setTimeout(20);
  delay.disable();
  say(`stalled ${delay.max / 1e6}`);
  await log.close();
}

/** Hands on every event that it hears of, and exits by itself after some number of them. */
async function follow(expected) {
  const log = await openLog();
  const done = new AbortController();
  say("open");
  let heard = 0;
  for await (const { position, event } of log.follow(stream, 0, done.signal)) {
    say(`${position} ${event.text}`);
    heard += 1;
    if (heard === Number(expected)) done.abort();
  }
  // Not closed: a follower that has ended must not keep the process.
}

function shared(text) {
  return { at: 1, event: { type: "KnowledgeShared", agent: "a", topic: "t", text, paths: [] } };
}

// Written at once, so that what was said before a kill is known.
function say(line) {
  writeSync(1, `${line}\n`);
}
