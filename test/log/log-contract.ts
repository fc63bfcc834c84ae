import { afterEach, beforeEach, describe } from "vitest";
import type { Log } from "../../src/log/port.ts";
import { keepsAppending } from "./contract/appending.ts";
import { keepsFollowing } from "./contract/following.ts";
import type { Given, LogPlace } from "./contract/given.ts";
import { keepsSideTables } from "./contract/side-tables.ts";
import { keepsTheStore } from "./contract/whole-store.ts";

/** What every implementation of the port promises; the rule ids are those of SPEC.md. */
export function keepsLogContract(name: string, makePlace: () => Promise<LogPlace>): void {
  describe(`the ${name} log`, () => {
    let place: LogPlace;
    let log: Log;
    let opened: Log[];

    async function open(): Promise<Log> {
      const another = await place.open();
      opened.push(another);
      return another;
    }

    beforeEach(async () => {
      place = await makePlace();
      opened = [];
      log = await open();
    });

    afterEach(async () => {
      for (const each of opened) await each.close();
      await place.remove();
    });

    const given: Given = {
      get place() {
        return place;
      },
      get log() {
        return log;
      },
      open,
      closeLater: (another) => opened.push(another),
    };
    keepsAppending(given);
    keepsFollowing(given);
    keepsSideTables(given);
    keepsTheStore(given);
  });
}
