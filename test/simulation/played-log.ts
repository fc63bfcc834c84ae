import { setTimeout } from "node:timers/promises";
import { Mutex } from "async-mutex";
import type { Position } from "../../src/core/ids.ts";
import type { Recorded } from "../../src/core/recorded.ts";
import type { Log, StreamId } from "../../src/log/port.ts";
import { PlayedFault, playedWords } from "./faults.ts";
import type { PlayedProcess } from "./played-process.ts";
import type { World } from "./world.ts";

/** A store as one process sees it: slow, and failing before or after it has written. */
export function playedLog(world: World, process: PlayedProcess, log: Log): Log {
  const { chance, scheduler } = world;
  /** Steps of one log run in the order of asking, however long each takes. */
  const order = new Mutex();
  const effect = <T>(kind: "read" | "cell", act: () => Promise<T>) => process.effect(kind, () => scheduler.real(act));
  return {
    transact: (stream, seen, step) =>
      order.runExclusive(() =>
        process.effect("commit", async () => {
          const fails = chance.is(world.weather.failing.commit) || scheduler.now < world.diskIsFullUntil;
          if (fails) world.count("fault: commit in the middle");
          world.commits += 1;
          const committed = await scheduler.real(() =>
            log.transact(stream, seen, (missed) => {
              const wanted = step(missed);
              if (fails) throw new PlayedFault(`${playedWords}: the disk is full`);
              return wanted;
            }),
          );
          world.ends.set(stream, committed.position);
          return committed;
        }),
      ),
    follow: (stream, after, signal) => heard(world, process, log, { stream, after, signal }),
    read: (stream, after, limit) => effect("read", () => log.read(stream, after, limit)),
    readClaims: (stream) => effect("read", () => log.readClaims(stream)),
    readSnapshot: (stream) => effect("read", () => log.readSnapshot(stream)),
    writeSnapshot: (stream, change) => effect("cell", () => log.writeSnapshot(stream, change)),
    readCell: (stream, key) => effect("read", () => log.readCell(stream, key)),
    swapCell: (stream, key, expected, next) => effect("cell", () => log.swapCell(stream, key, expected, next)),
    listCells: (stream, prefix) => effect("read", () => log.listCells(stream, prefix)),
    backup: (destination) => effect("cell", () => log.backup(destination)),
    close: () => order.runExclusive(() => effect("cell", () => log.close())),
  };
}

/** [E7] Each process hears of news in its own time, but all that was committed reaches it. */
async function* heard(
  world: World,
  process: PlayedProcess,
  log: Log,
  { stream, after, signal }: { readonly stream: StreamId; readonly after: Position; readonly signal: AbortSignal },
): AsyncGenerator<Recorded, void, void> {
  const news = log.follow(stream, after, signal)[Symbol.asyncIterator]();
  let position = after;
  try {
    for (;;) {
      const isOwed = () => !signal.aborted && position < (world.ends.get(stream) ?? 0);
      const next = await nextOf(world, process, news, isOwed);
      if (next === undefined) return;
      position = next.position;
      await process.clock.sleep(0);
      yield next;
    }
  } finally {
    void news.return?.();
  }
}

/** What a store tells next, handed over when it is this listener's turn; undefined when it tells nothing any more. */
function nextOf(
  world: World,
  process: PlayedProcess,
  news: AsyncIterator<Recorded>,
  isOwed: () => boolean,
): Promise<Recorded | undefined> {
  const told = news.next();
  return new Promise((resolve, reject) => {
    let isTold = false;
    const tell = () => {
      isTold = true;
    };
    told.then(tell, tell);
    const catchUp = async () => {
      const isLate = !isTold && !(await settlesWithin(patience, told));
      forget();
      if (isLate) world.breaks(`[E7] ${process.id} was not told within ${patience} ms of what was committed`);
      if (isLate) resolve(undefined);
      else told.then(({ done, value }) => resolve(done ? undefined : value), reject);
    };
    const forget = world.scheduler.listen({ isBehind: () => isTold || isOwed(), catchUp });
    process.whenDead(forget);
  });
}

async function settlesWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  const inTime = new AbortController();
  const settled = work.then(
    () => true,
    () => true,
  );
  const late = setTimeout(ms, false, { signal: inTime.signal }).catch(() => true);
  const found = await Promise.race([settled, late]);
  inTime.abort();
  return found;
}

/** Real milliseconds; those who wait at a store look for themselves every two seconds at the latest. */
const patience = 10_000;
