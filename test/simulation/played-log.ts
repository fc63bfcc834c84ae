import type { Recorded } from "../../src/core/recorded.ts";
import type { Log } from "../../src/log/port.ts";
import { PlayedFault, playedWords } from "./faults.ts";
import type { PlayedProcess } from "./played-process.ts";
import type { World } from "./world.ts";

/** A store as one process sees it: slow, and failing before or after it has written. */
export function playedLog(world: World, process: PlayedProcess, log: Log): Log {
  const { chance, scheduler } = world;
  const real = <T>(work: Promise<T>) => scheduler.real(work);
  return {
    transact: (stream, seen, step) =>
      process.effect("commit", () => {
        const fails = chance.is(world.weather.failing.commit) || scheduler.now < world.diskIsFullUntil;
        if (fails) world.count("fault: commit in the middle");
        return real(
          log.transact(stream, seen, (missed) => {
            const wanted = step(missed);
            if (fails) throw new PlayedFault(`${playedWords}: the disk is full`);
            return wanted;
          }),
        );
      }),
    follow: (stream, after, signal) => heard(process, log.follow(stream, after, signal)),
    read: (stream, after, limit) => process.effect("read", () => real(log.read(stream, after, limit))),
    readClaims: (stream) => process.effect("read", () => real(log.readClaims(stream))),
    readSnapshot: (stream) => process.effect("read", () => real(log.readSnapshot(stream))),
    writeSnapshot: (stream, change) => process.effect("cell", () => real(log.writeSnapshot(stream, change))),
    readCell: (stream, key) => process.effect("read", () => real(log.readCell(stream, key))),
    swapCell: (stream, key, expected, next) =>
      process.effect("cell", () => real(log.swapCell(stream, key, expected, next))),
    listCells: (stream, prefix) => process.effect("read", () => real(log.listCells(stream, prefix))),
    backup: (destination) => process.effect("cell", () => real(log.backup(destination))),
    close: () => process.effect("cell", () => real(log.close())),
  };
}

/** Each process hears of news in its own time. */
async function* heard(process: PlayedProcess, news: AsyncIterable<Recorded>): AsyncGenerator<Recorded> {
  for await (const recorded of news) {
    await process.clock.sleep(0);
    yield recorded;
  }
}
