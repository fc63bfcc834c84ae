import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Pending, Recorded } from "../../src/core/recorded.ts";
import type { ClaimRow, Log, Step } from "../../src/log/port.ts";

/** One store of its own, that several logs can have open at once, as several processes would. */
export interface LogPlace {
  open(): Promise<Log>;
  /** A path that does not exist yet, for a backup. */
  readonly backup: string;
  openBackup(): Promise<Log>;
  /** Takes the store away, after every log was closed. */
  remove(): Promise<void>;
}

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

    describe("appending", () => {
      test("[E1] positions are contiguous from 1 and reading gives the events back in order", async () => {
        expect(await log.transact(stream, 0, () => appends("a"))).toEqual({ result: "a", position: 1 });
        expect(await log.transact(stream, 1, () => appends("b", "c"))).toMatchObject({ position: 3 });
        const all = await log.read(stream, 0, 100);
        expect(all.map((each) => each.position)).toEqual([1, 2, 3]);
        expect(texts(all)).toEqual(["a", "b", "c"]);
        expect(texts(await log.read(stream, 1, 1))).toEqual(["b"]);
        expect(await log.read(stream, 3, 100)).toEqual([]);
      });

      test("an event comes back as it was, with its time and its request", async () => {
        const pending: Pending = { ...shared("x", 17), request: { scope: "share/a", id: "r1", input: "d1" } };
        await log.transact(stream, 0, () => ({ append: [pending, shared("y", 18)], claims: [], result: 0 }));
        expect(await log.read(stream, 0, 9)).toEqual([
          { position: 1, ...pending },
          { position: 2, ...shared("y", 18) },
        ]);
      });

      test("[E2] a step is handed exactly what it has not seen", async () => {
        const other = await open();
        await log.transact(stream, 0, () => appends("a", "b", "c"));
        const seen: (readonly string[])[] = [];
        for (const from of [0, 1, 3]) {
          await other.transact(stream, from, (missed) => {
            seen.push(texts(missed));
            return appends();
          });
        }
        expect(seen).toEqual([["a", "b", "c"], ["b", "c"], []]);
      });

      test("a step that has seen more than there is finds out, and nothing is written", async () => {
        await log.transact(stream, 0, () => appends("a"));
        await expect(log.transact(stream, 2, () => appends("b"))).rejects.toThrow("ends at 1");
        expect(await log.read(stream, 0, 9)).toHaveLength(1);
      });

      test("[E2] steps of several logs at once run one after another and lose no update", async () => {
        const logs = [log, await open(), await open(), await open()];
        await Promise.all(logs.map((each) => countUp(each, 25)));
        const all = await log.read(stream, 0, 1000);
        expect(texts(all)).toEqual(Array.from({ length: 100 }, (_, index) => String(index + 1)));
        expect(all.map((each) => each.position)).toEqual(all.map((_, index) => index + 1));
      });

      test("[E2] steps asked for at once through one log run in the order of asking", async () => {
        const asked = Array.from({ length: 20 }, (_, index) => String(index));
        await Promise.all(asked.map((text) => log.transact(stream, 0, () => appends(text))));
        expect(texts(await log.read(stream, 0, 100))).toEqual(asked);
      });

      test("a step that appends nothing adds nothing and still has its result", async () => {
        await log.transact(stream, 0, () => appends("a"));
        const refused = await log.transact(stream, 0, () => ({ append: [], claims: [], result: "refused" }));
        expect(refused).toEqual({ result: "refused", position: 1 });
        expect(await log.read(stream, 0, 9)).toHaveLength(1);
      });

      test("[E4] a step that throws adds nothing, its error reaches the caller, and the log stays usable", async () => {
        const failure = new Error("the step failed");
        const failing = log.transact(stream, 0, () => {
          throw failure;
        });
        await expect(failing).rejects.toBe(failure);
        await log.transact(stream, 0, () => appends("a"));
        expect(texts(await log.read(stream, 0, 9))).toEqual(["a"]);
      });

      test("[E4] events that cannot be stored add nothing of their step", async () => {
        const unknown = { at: 1, event: { type: "NeverHeardOf" } } as unknown as Pending;
        const failing = log.transact(stream, 0, () => ({
          append: [shared("a"), unknown],
          claims: [put("c1")],
          result: 0,
        }));
        await expect(failing).rejects.toThrow("NeverHeardOf");
        expect(await log.read(stream, 0, 9)).toEqual([]);
        expect(await log.readClaims(stream)).toEqual([]);
        await log.transact(stream, 0, () => appends("b"));
        expect(texts(await log.read(stream, 0, 9))).toEqual(["b"]);
      });

      test("[E1] a group of many events is appended at once", async () => {
        const many = Array.from({ length: 5000 }, (_, index) => String(index));
        expect(await log.transact(stream, 0, () => appends(...many))).toMatchObject({ position: 5000 });
        expect(texts(await log.read(stream, 0, 10_000))).toEqual(many);
      });

      test("any text survives: other scripts, quotes, line ends, NUL, half a surrogate, a megabyte", async () => {
        const odd = ["Größe 字 🚀", `'"\\`, "a\r\nb\u2028c", "nul\u0000after", "half\uD83D", "x".repeat(1_000_000), ""];
        await log.transact(stream, 0, () => appends(...odd));
        expect(texts(await log.read(stream, 0, 99))).toEqual(odd);
      });

      test("what a caller does to an event afterwards does not reach the log", async () => {
        const paths = ["a.ts"];
        const event = { type: "KnowledgeShared", agent: "a", topic: "t", text: "x", paths } as const;
        await log.transact(stream, 0, () => ({ append: [{ at: 1, event }], claims: [], result: 0 }));
        paths.push("b.ts");
        const [first] = await log.read(stream, 0, 1);
        expect(first?.event).toMatchObject({ paths: ["a.ts"] });
      });

      test("streams do not mix", async () => {
        await log.transact("one", 0, () => ({ ...appends("a"), claims: [put("c1")] }));
        await log.transact("two", 0, () => appends("b", "c"));
        await log.swapCell("one", "key", undefined, "1");
        await log.writeSnapshot("one", { position: 1, sections: new Map([["s", "1"]]) });
        expect(texts(await log.read("one", 0, 9))).toEqual(["a"]);
        expect(texts(await log.read("two", 0, 9))).toEqual(["b", "c"]);
        expect(await log.readClaims("two")).toEqual([]);
        expect(await log.readCell("two", "key")).toBeUndefined();
        expect(await log.listCells("two", "")).toEqual(new Map());
        expect(await log.readSnapshot("two")).toBeUndefined();
      });
    });

    describe("following", () => {
      test("[E7] a follower gets what was there and what comes, once and in order", async () => {
        await log.transact(stream, 0, () => appends("a", "b"));
        const following = collect(log, 0, 5);
        await log.transact(stream, 0, () => appends("c"));
        await log.transact(stream, 0, () => appends("d", "e"));
        expect(texts(await following)).toEqual(["a", "b", "c", "d", "e"]);
      });

      test("[E7] a follower may begin in the middle, or at an end that is still to come", async () => {
        await log.transact(stream, 0, () => appends("a", "b", "c"));
        expect(texts(await collect(log, 2, 1))).toEqual(["c"]);
        const following = collect(log, 3, 1);
        await setTimeout(30);
        await log.transact(stream, 0, () => appends("d"));
        expect(texts(await following)).toEqual(["d"]);
      });

      test("[E7] followers wake for what another log appends", async () => {
        const other = await open();
        const following = [collect(other, 0, 40), collect(other, 10, 30), collect(log, 0, 40)];
        for (let index = 0; index < 40; index += 1) {
          await log.transact(stream, index, () => appends(String(index)));
          if (index % 10 === 0) await setTimeout(25);
        }
        const expected = Array.from({ length: 40 }, (_, index) => String(index));
        const heard = await Promise.all(following);
        expect(heard.map(texts)).toEqual([expected, expected.slice(10), expected]);
      });

      test("[E7] a follower reads thousands of events at once, though it reads in pages", async () => {
        const many = Array.from({ length: 3500 }, (_, index) => String(index));
        await log.transact(stream, 0, () => appends(...many));
        expect(texts(await collect(log, 0, 3500))).toEqual(many);
      });

      test("a follower ends on abort: while it waits, while it is handed events, and before it begins", async () => {
        await log.transact(stream, 0, () => appends("a", "b"));
        const waiting = new AbortController();
        const ended = drain(log.follow(stream, 2, waiting.signal));
        await setTimeout(5);
        waiting.abort();
        expect(await ended).toEqual([]);

        const busy = new AbortController();
        const got: Recorded[] = [];
        for await (const recorded of log.follow(stream, 0, busy.signal)) {
          got.push(recorded);
          busy.abort();
        }
        expect(texts(got)).toEqual(["a"]);
        expect(await drain(log.follow(stream, 0, AbortSignal.abort()))).toEqual([]);
      });

      test("a log that closes ends its followers and leaves those of others alone", async () => {
        const other = await open();
        const ended = drain(log.follow(stream, 0, forever));
        const following = collect(other, 0, 1);
        await setTimeout(5);
        await log.close();
        expect(await ended).toEqual([]);
        await other.transact(stream, 0, () => appends("a"));
        expect(texts(await following)).toEqual(["a"]);
      });
    });

    describe("claims", () => {
      test("[E4] rows change with the events of their step, and not without", async () => {
        await log.transact(stream, 0, () => ({ ...appends("a"), claims: [put("c2"), put("c1", "src/ä/**")] }));
        expect(await log.readClaims(stream)).toEqual([claim("c1", "src/ä/**"), claim("c2")]);
        const failing = log.transact(stream, 0, () => {
          throw new Error("no");
        });
        await expect(failing).rejects.toThrow("no");
        await log.transact(stream, 1, () => ({ ...appends("b"), claims: [{ drop: "c2" }, put("c1", "lib/**")] }));
        const other = await open();
        expect(await other.readClaims(stream)).toEqual([claim("c1", "lib/**")]);
      });

      test("the changes of a step apply in order, and to drop what is not there is no fault", async () => {
        const claims = [put("c1"), { drop: "c1" }, put("c1", "b"), { drop: "c9" }];
        await log.transact(stream, 0, () => ({ append: [], claims, result: 0 }));
        expect(await log.readClaims(stream)).toEqual([claim("c1", "b")]);
      });
    });

    describe("snapshots", () => {
      test("there is none at first", async () => {
        expect(await log.readSnapshot(stream)).toBeUndefined();
      });

      test("sections that are not named stay, null removes one", async () => {
        await log.writeSnapshot(stream, {
          position: 5,
          sections: new Map([
            ["a", "1"],
            ["b", "2"],
            ["c", ""],
          ]),
        });
        await log.writeSnapshot(stream, {
          position: 9,
          sections: new Map([
            ["a", null],
            ["b", "3"],
          ]),
        });
        const other = await open();
        expect(await other.readSnapshot(stream)).toEqual({
          position: 9,
          sections: new Map([
            ["b", "3"],
            ["c", ""],
          ]),
        });
      });

      test("one without sections has its position", async () => {
        await log.writeSnapshot(stream, { position: 4, sections: new Map() });
        expect(await log.readSnapshot(stream)).toEqual({ position: 4, sections: new Map() });
      });

      test("an older position changes nothing, the same one may be written again", async () => {
        await log.writeSnapshot(stream, { position: 9, sections: new Map([["a", "new"]]) });
        await log.writeSnapshot(stream, {
          position: 8,
          sections: new Map([
            ["a", "old"],
            ["b", "old"],
          ]),
        });
        expect(await log.readSnapshot(stream)).toEqual({ position: 9, sections: new Map([["a", "new"]]) });
        await log.writeSnapshot(stream, { position: 9, sections: new Map([["b", "same"]]) });
        expect(await log.readSnapshot(stream)).toEqual({
          position: 9,
          sections: new Map([
            ["a", "new"],
            ["b", "same"],
          ]),
        });
      });
    });

    describe("cells", () => {
      test("a cell is set, changed and removed only from what was expected", async () => {
        expect(await log.readCell(stream, "k")).toBeUndefined();
        expect(await log.swapCell(stream, "k", "x", "1")).toBe(false);
        expect(await log.swapCell(stream, "k", undefined, "1")).toBe(true);
        expect(await log.swapCell(stream, "k", undefined, "2")).toBe(false);
        expect(await log.swapCell(stream, "k", "1", "")).toBe(true);
        const other = await open();
        expect(await other.readCell(stream, "k")).toBe("");
        expect(await other.swapCell(stream, "k", "1", undefined)).toBe(false);
        expect(await other.swapCell(stream, "k", "", undefined)).toBe(true);
        expect(await log.readCell(stream, "k")).toBeUndefined();
      });

      test("cells are listed by the start of their key, whatever characters it has", async () => {
        for (const key of ["a%", "a%/2", "a%/1", "a_x", "A%", "b", "ä/1", "ä/🚀"])
          await log.swapCell(stream, key, undefined, key);
        const listed = async (prefix: string) => [...(await log.listCells(stream, prefix)).keys()];
        expect(await listed("a%")).toEqual(["a%", "a%/1", "a%/2"]);
        expect(await listed("a%/")).toEqual(["a%/1", "a%/2"]);
        expect(await listed("ä/")).toEqual(["ä/1", "ä/🚀"]);
        expect(await listed("")).toHaveLength(8);
        expect(await listed("zz")).toEqual([]);
      });

      test("[E2] of several swaps at once from the same value exactly one succeeds", async () => {
        const logs = [log, await open(), await open()];
        for (let round = 0; round < 10; round += 1) {
          const before = round === 0 ? undefined : String(round - 1);
          const swaps = logs.flatMap((each) => [1, 2].map(() => each.swapCell(stream, "k", before, String(round))));
          expect((await Promise.all(swaps)).filter(Boolean)).toHaveLength(1);
        }
      });
    });

    describe("backup", () => {
      test("a copy opens as a log that holds all that the store held", async () => {
        await log.transact(stream, 0, () => ({ ...appends("a", "b"), claims: [put("c1")] }));
        await log.swapCell(stream, "k", undefined, "v");
        await log.writeSnapshot(stream, { position: 2, sections: new Map([["s", "t"]]) });
        await log.backup(place.backup);
        await log.transact(stream, 0, () => appends("later"));
        const copy = await place.openBackup();
        opened.push(copy);
        expect(await copy.read(stream, 0, 9)).toEqual(await log.read(stream, 0, 2));
        expect(await copy.readClaims(stream)).toEqual([claim("c1")]);
        expect(await copy.readCell(stream, "k")).toBe("v");
        expect(await copy.readSnapshot(stream)).toEqual({ position: 2, sections: new Map([["s", "t"]]) });
        expect(await copy.transact(stream, 2, () => appends("on"))).toMatchObject({ position: 3 });
      });

      test("a copy is whole though others write all the while, and never replaces a file", async () => {
        const other = await open();
        const writing = countUp(other, 100);
        await log.backup(place.backup);
        await writing;
        const copy = await place.openBackup();
        opened.push(copy);
        const copied = texts(await copy.read(stream, 0, 1000));
        expect(copied).toEqual(copied.map((_, index) => String(index + 1)));
        await expect(log.backup(place.backup)).rejects.toThrow();
      });
    });

    describe("closing", () => {
      test("what was asked for before is done, what is asked for after is refused, and closing again does nothing", async () => {
        const asked = [log.transact(stream, 0, () => appends("a")), log.transact(stream, 0, () => appends("b"))];
        await log.close();
        await Promise.all(asked);
        await log.close();
        await expect(log.transact(stream, 0, () => appends("c"))).rejects.toThrow("closed");
        await expect(log.read(stream, 0, 9)).rejects.toThrow("closed");
        const other = await open();
        expect(texts(await other.read(stream, 0, 9))).toEqual(["a", "b"]);
      });
    });
  });
}

/** The stream that the contract writes to. */
export const stream = "w1";

/** An event that carries a text. */
export function shared(text: string, at = 1): Pending {
  return { at, event: { type: "KnowledgeShared", agent: "a", topic: "t", text, paths: [] } };
}

/** A step that appends texts; its result is the first of them. */
export function appends(...all: readonly string[]): Step<string> {
  return { append: all.map((text) => shared(text)), claims: [], result: all[0] ?? "" };
}

/** The texts of events made by `shared`. */
export function texts(events: readonly Recorded[]): readonly string[] {
  return events.map(({ event }) => (event.type === "KnowledgeShared" ? event.text : event.type));
}

const forever = new AbortController().signal;

function claim(id: string, pattern = "src/**"): ClaimRow {
  return { id, plan: "p", node: "n", attempt: 1, agent: "a", mode: "write", pattern, slot: "s1", since: 7 };
}

function put(id: string, pattern?: string): { readonly put: ClaimRow } {
  return { put: claim(id, pattern) };
}

/** Reads the newest number and appends the next one, many times; every lost update shows as a number twice. */
async function countUp(log: Log, times: number): Promise<void> {
  let seen = 0;
  let newest = 0;
  for (let done = 0; done < times; done += 1) {
    const { position } = await log.transact(stream, seen, (missed) => {
      newest = Number(texts(missed).at(-1) ?? newest) + 1;
      return appends(String(newest));
    });
    seen = position;
  }
}

async function collect(log: Log, after: number, count: number): Promise<readonly Recorded[]> {
  const found: Recorded[] = [];
  for await (const recorded of log.follow(stream, after, forever)) {
    found.push(recorded);
    if (found.length === count) break;
  }
  return found;
}

async function drain(following: AsyncIterable<Recorded>): Promise<readonly Recorded[]> {
  const found: Recorded[] = [];
  for await (const recorded of following) found.push(recorded);
  return found;
}
