import { describe, expect, test } from "vitest";
import type { Pending } from "../../../src/core/recorded.ts";
import { appends, put, shared, stream, texts } from "../samples.ts";
import { countUp, type Given } from "./given.ts";

/** Steps, positions and what becomes of an event. */
export function keepsAppending(given: Given): void {
  describe("appending", () => {
    test("[E1] positions are contiguous from 1 and reading gives the events back in order", async () => {
      expect(await given.log.transact(stream, 0, () => appends("a"))).toEqual({ result: "a", position: 1 });
      expect(await given.log.transact(stream, 1, () => appends("b", "c"))).toMatchObject({ position: 3 });
      const all = await given.log.read(stream, 0, 100);
      expect(all.map((each) => each.position)).toEqual([1, 2, 3]);
      expect(texts(all)).toEqual(["a", "b", "c"]);
      expect(texts(await given.log.read(stream, 1, 1))).toEqual(["b"]);
      expect(await given.log.read(stream, 3, 100)).toEqual([]);
    });

    test("an event comes back as it was, with its time and its request", async () => {
      const pending: Pending = { ...shared("x", 17), request: { scope: "share/a", id: "r1", input: "d1" } };
      await given.log.transact(stream, 0, () => ({ append: [pending, shared("y", 18)], claims: [], result: 0 }));
      expect(await given.log.read(stream, 0, 9)).toEqual([
        { position: 1, ...pending },
        { position: 2, ...shared("y", 18) },
      ]);
    });

    test("[E2] a step is handed exactly what it has not seen", async () => {
      const other = await given.open();
      await given.log.transact(stream, 0, () => appends("a", "b", "c"));
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
      await given.log.transact(stream, 0, () => appends("a"));
      await expect(given.log.transact(stream, 2, () => appends("b"))).rejects.toThrow("ends at 1");
      expect(await given.log.read(stream, 0, 9)).toHaveLength(1);
    });

    test("[E2] steps of several logs at once run one after another and lose no update", async () => {
      const logs = [given.log, await given.open(), await given.open(), await given.open()];
      await Promise.all(logs.map((each) => countUp(each, 25)));
      const all = await given.log.read(stream, 0, 1000);
      expect(texts(all)).toEqual(Array.from({ length: 100 }, (_, index) => String(index + 1)));
      expect(all.map((each) => each.position)).toEqual(all.map((_, index) => index + 1));
    });

    test("[E2] steps asked for at once through one log run in the order of asking", async () => {
      const asked = Array.from({ length: 20 }, (_, index) => String(index));
      await Promise.all(asked.map((text) => given.log.transact(stream, 0, () => appends(text))));
      expect(texts(await given.log.read(stream, 0, 100))).toEqual(asked);
    });

    test("a step that appends nothing adds nothing and still has its result", async () => {
      await given.log.transact(stream, 0, () => appends("a"));
      const refused = await given.log.transact(stream, 0, () => ({ append: [], claims: [], result: "refused" }));
      expect(refused).toEqual({ result: "refused", position: 1 });
      expect(await given.log.read(stream, 0, 9)).toHaveLength(1);
    });

    test("[E4] a step that throws adds nothing, its error reaches the caller, and the log stays usable", async () => {
      const failure = new Error("the step failed");
      const failing = given.log.transact(stream, 0, () => {
        throw failure;
      });
      await expect(failing).rejects.toBe(failure);
      await given.log.transact(stream, 0, () => appends("a"));
      expect(texts(await given.log.read(stream, 0, 9))).toEqual(["a"]);
    });

    test("[E4] events that cannot be stored add nothing of their step", async () => {
      const unknown = { at: 1, event: { type: "NeverHeardOf" } } as unknown as Pending;
      const failing = given.log.transact(stream, 0, () => ({
        append: [shared("a"), unknown],
        claims: [put("c1")],
        result: 0,
      }));
      await expect(failing).rejects.toThrow("NeverHeardOf");
      expect(await given.log.read(stream, 0, 9)).toEqual([]);
      expect(await given.log.readClaims(stream)).toEqual([]);
      await given.log.transact(stream, 0, () => appends("b"));
      expect(texts(await given.log.read(stream, 0, 9))).toEqual(["b"]);
    });

    test("[E1] a group of many events is appended at once", async () => {
      const many = Array.from({ length: 5000 }, (_, index) => String(index));
      expect(await given.log.transact(stream, 0, () => appends(...many))).toMatchObject({ position: 5000 });
      expect(texts(await given.log.read(stream, 0, 10_000))).toEqual(many);
    });

    test("any text survives: other scripts, quotes, line ends, NUL, half a surrogate, a megabyte", async () => {
      const odd = ["Größe 字 🚀", `'"\\`, "a\r\nb\u2028c", "nul\u0000after", "half\uD83D", "x".repeat(1_000_000), ""];
      await given.log.transact(stream, 0, () => appends(...odd));
      expect(texts(await given.log.read(stream, 0, 99))).toEqual(odd);
    });

    test("what a caller does to an event afterwards does not reach the log", async () => {
      const paths = ["a.ts"];
      const event = { type: "KnowledgeShared", agent: "a", topic: "t", text: "x", paths } as const;
      await given.log.transact(stream, 0, () => ({ append: [{ at: 1, event }], claims: [], result: 0 }));
      paths.push("b.ts");
      const [first] = await given.log.read(stream, 0, 1);
      expect(first?.event).toMatchObject({ paths: ["a.ts"] });
    });

    test("streams do not mix", async () => {
      await given.log.transact("one", 0, () => ({ ...appends("a"), claims: [put("c1")] }));
      await given.log.transact("two", 0, () => appends("b", "c"));
      await given.log.swapCell("one", "key", undefined, "1");
      await given.log.writeSnapshot("one", { position: 1, sections: new Map([["s", "1"]]) });
      expect(texts(await given.log.read("one", 0, 9))).toEqual(["a"]);
      expect(texts(await given.log.read("two", 0, 9))).toEqual(["b", "c"]);
      expect(await given.log.readClaims("two")).toEqual([]);
      expect(await given.log.readCell("two", "key")).toBeUndefined();
      expect(await given.log.listCells("two", "")).toEqual(new Map());
      expect(await given.log.readSnapshot("two")).toBeUndefined();
    });
  });
}
