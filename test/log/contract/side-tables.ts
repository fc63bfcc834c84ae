import { describe, expect, test } from "vitest";
import { appends, claim, put, stream } from "../samples.ts";
import type { Given } from "./given.ts";

/** What is kept beside the events: claims, snapshots, cells. */
export function keepsSideTables(given: Given): void {
  describe("claims", () => {
    test("[E4] rows change with the events of their step, and not without", async () => {
      await given.log.transact(stream, 0, () => ({ ...appends("a"), claims: [put("c2"), put("c1", "src/ä/**")] }));
      expect(await given.log.readClaims(stream)).toEqual([claim("c1", "src/ä/**"), claim("c2")]);
      const failing = given.log.transact(stream, 0, () => {
        throw new Error("no");
      });
      await expect(failing).rejects.toThrow("no");
      await given.log.transact(stream, 1, () => ({ ...appends("b"), claims: [{ drop: "c2" }, put("c1", "lib/**")] }));
      const other = await given.open();
      expect(await other.readClaims(stream)).toEqual([claim("c1", "lib/**")]);
    });

    test("the changes of a step apply in order, and to drop what is not there is no fault", async () => {
      const claims = [put("c1"), { drop: "c1" }, put("c1", "b"), { drop: "c9" }];
      await given.log.transact(stream, 0, () => ({ append: [], claims, result: 0 }));
      expect(await given.log.readClaims(stream)).toEqual([claim("c1", "b")]);
    });
  });

  describe("snapshots", () => {
    test("there is none at first", async () => {
      expect(await given.log.readSnapshot(stream)).toBeUndefined();
    });

    test("sections that are not named stay, null removes one", async () => {
      await given.log.writeSnapshot(stream, {
        position: 5,
        sections: new Map([
          ["a", "1"],
          ["b", "2"],
          ["c", ""],
        ]),
      });
      await given.log.writeSnapshot(stream, {
        position: 9,
        sections: new Map([
          ["a", null],
          ["b", "3"],
        ]),
      });
      const other = await given.open();
      expect(await other.readSnapshot(stream)).toEqual({
        position: 9,
        sections: new Map([
          ["b", "3"],
          ["c", ""],
        ]),
      });
    });

    test("one without sections has its position", async () => {
      await given.log.writeSnapshot(stream, { position: 4, sections: new Map() });
      expect(await given.log.readSnapshot(stream)).toEqual({ position: 4, sections: new Map() });
    });

    test("an older position changes nothing, the same one may be written again", async () => {
      await given.log.writeSnapshot(stream, { position: 9, sections: new Map([["a", "new"]]) });
      await given.log.writeSnapshot(stream, {
        position: 8,
        sections: new Map([
          ["a", "old"],
          ["b", "old"],
        ]),
      });
      expect(await given.log.readSnapshot(stream)).toEqual({ position: 9, sections: new Map([["a", "new"]]) });
      await given.log.writeSnapshot(stream, { position: 9, sections: new Map([["b", "same"]]) });
      expect(await given.log.readSnapshot(stream)).toEqual({
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
      expect(await given.log.readCell(stream, "k")).toBeUndefined();
      expect(await given.log.swapCell(stream, "k", "x", "1")).toBe(false);
      expect(await given.log.swapCell(stream, "k", undefined, "1")).toBe(true);
      expect(await given.log.swapCell(stream, "k", undefined, "2")).toBe(false);
      expect(await given.log.swapCell(stream, "k", "1", "")).toBe(true);
      const other = await given.open();
      expect(await other.readCell(stream, "k")).toBe("");
      expect(await other.swapCell(stream, "k", "1", undefined)).toBe(false);
      expect(await other.swapCell(stream, "k", "", undefined)).toBe(true);
      expect(await given.log.readCell(stream, "k")).toBeUndefined();
    });

    test("cells are listed by the start of their key, whatever characters it has", async () => {
      for (const key of ["a%", "a%/2", "a%/1", "a_x", "A%", "b", "ä/1", "ä/🚀"])
        await given.log.swapCell(stream, key, undefined, key);
      const listed = async (prefix: string) => [...(await given.log.listCells(stream, prefix)).keys()];
      expect(await listed("a%")).toEqual(["a%", "a%/1", "a%/2"]);
      expect(await listed("a%/")).toEqual(["a%/1", "a%/2"]);
      expect(await listed("ä/")).toEqual(["ä/1", "ä/🚀"]);
      expect(await listed("")).toHaveLength(8);
      expect(await listed("zz")).toEqual([]);
    });

    test("[E2] of several swaps at once from the same value exactly one succeeds", async () => {
      const logs = [given.log, await given.open(), await given.open()];
      for (let round = 0; round < 10; round += 1) {
        const before = round === 0 ? undefined : String(round - 1);
        const swaps = logs.flatMap((each) => [1, 2].map(() => each.swapCell(stream, "k", before, String(round))));
        expect((await Promise.all(swaps)).filter(Boolean)).toHaveLength(1);
      }
    });
  });
}
