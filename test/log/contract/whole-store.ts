import { describe, expect, test } from "vitest";
import { appends, claim, put, stream, texts } from "../samples.ts";
import { countUp, type Given } from "./given.ts";

/** Copying the whole store, and letting go of it. */
export function keepsTheStore(given: Given): void {
  describe("backup", () => {
    test("a copy opens as a log that holds all that the store held", async () => {
      await given.log.transact(stream, 0, () => ({ ...appends("a", "b"), claims: [put("c1")] }));
      await given.log.swapCell(stream, "k", undefined, "v");
      await given.log.writeSnapshot(stream, { position: 2, sections: new Map([["s", "t"]]) });
      await given.log.backup(given.place.backup);
      await given.log.transact(stream, 0, () => appends("later"));
      const copy = await given.place.openBackup();
      given.closeLater(copy);
      expect(await copy.read(stream, 0, 9)).toEqual(await given.log.read(stream, 0, 2));
      expect(await copy.readClaims(stream)).toEqual([claim("c1")]);
      expect(await copy.readCell(stream, "k")).toBe("v");
      expect(await copy.readSnapshot(stream)).toEqual({ position: 2, sections: new Map([["s", "t"]]) });
      expect(await copy.transact(stream, 2, () => appends("on"))).toMatchObject({ position: 3 });
    });

    test("a copy is whole though others write all the while, and never replaces a file", async () => {
      const other = await given.open();
      const writing = countUp(other, 100);
      await given.log.backup(given.place.backup);
      await writing;
      const copy = await given.place.openBackup();
      given.closeLater(copy);
      const copied = texts(await copy.read(stream, 0, 1000));
      expect(copied).toEqual(copied.map((_, index) => String(index + 1)));
      await expect(given.log.backup(given.place.backup)).rejects.toThrow();
    });
  });

  describe("closing", () => {
    test("what was asked for before is done, what is asked for after is refused, and closing again does nothing", async () => {
      const asked = [
        given.log.transact(stream, 0, () => appends("a")),
        given.log.transact(stream, 0, () => appends("b")),
      ];
      await given.log.close();
      await Promise.all(asked);
      await given.log.close();
      await expect(given.log.transact(stream, 0, () => appends("c"))).rejects.toThrow("closed");
      await expect(given.log.read(stream, 0, 9)).rejects.toThrow("closed");
      const other = await given.open();
      expect(texts(await other.read(stream, 0, 9))).toEqual(["a", "b"]);
    });
  });
}
