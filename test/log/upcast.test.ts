import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { evolve, settled } from "../../src/core/evolve.ts";
import { emptyWorkspace } from "../../src/core/workspace.ts";
import { eventVersions } from "../../src/log/event-versions.ts";
import { StoreUnusable } from "../../src/log/port.ts";
import { toRecorded } from "../../src/log/stored-event.ts";
import { createUpcaster, type StoredBody } from "../../src/log/upcast.ts";

/**
 * golden/events.json holds, as `{"version": 1, "event": {...}}`, one event of every type in every version that was ever
 * written. To add one, append it by hand; never change or remove one, because somewhere a log still holds it.
 */
interface Golden {
  readonly version: number;
  readonly event: StoredBody;
}

const golden = JSON.parse(readFileSync(new URL("golden/events.json", import.meta.url), "utf8")) as readonly Golden[];

describe("golden events", () => {
  test.each(golden.map((each) => [`${each.event.type} in version ${each.version}`, each] as const))(
    "[E5] %s still reads",
    (_, { version, event }) => {
      const recorded = toRecorded([1, 1, version, null, JSON.stringify(event)]);
      expect(recorded.event.type).toMatch(/^[A-Z]/);
    },
  );
});

test("[E5] every event type that is written today is among them, in today's version", () => {
  const has = new Set(golden.map(({ version, event }) => `${event.type}@${version}`));
  expect([...eventVersions].map(([type, version]) => `${type}@${version}`).filter((key) => !has.has(key))).toEqual([]);
});

test("[E5] together they still fold, to a plan that has landed", () => {
  const workspace = emptyWorkspace();
  for (const [i, { version, event }] of golden.entries())
    evolve(workspace, toRecorded([i + 1, 1, version, null, JSON.stringify(event)]));
  const plan = settled(workspace).plans.get("p");
  expect(plan?.status).toMatchObject({ is: "landed", nodes: { landed: 2, cancelled: 1 } });
});

describe("upcasting", () => {
  const upcaster = createUpcaster(
    new Map([
      ["Moved", 3],
      ["Renamed", 1],
    ]),
    new Map([
      ["Moved@1", (body: StoredBody) => ({ ...body, to: body["where"] })],
      ["Moved@2", (body: StoredBody) => ({ ...body, by: "unknown" })],
      ["OldName@1", (body: StoredBody) => ({ ...body, type: "Renamed" })],
    ]),
  );

  test("[E5] an old event goes through every version up to today's", () => {
    expect(upcaster.toCurrent({ type: "Moved", where: "x" }, 1)).toEqual({
      type: "Moved",
      where: "x",
      to: "x",
      by: "unknown",
    });
    expect(upcaster.toCurrent({ type: "Moved", to: "x" }, 2)).toEqual({ type: "Moved", to: "x", by: "unknown" });
    expect(upcaster.toCurrent({ type: "Moved", to: "x", by: "me" }, 3)).toEqual({ type: "Moved", to: "x", by: "me" });
  });

  test("[E5] an event whose type got another name reads under that one", () => {
    expect(upcaster.toCurrent({ type: "OldName" }, 1)).toEqual({ type: "Renamed" });
  });

  test("an event of a newer program is refused with words: unknown type, or newer version", () => {
    expect(() => upcaster.toCurrent({ type: "Teleported" }, 1)).toThrow(/Teleported.*newer Interlock/);
    expect(() => upcaster.toCurrent({ type: "Moved" }, 4)).toThrow(/Moved in version 4.*newer Interlock/);
    expect(() => upcaster.toCurrent({ type: "Moved" }, 4)).toThrow(StoreUnusable);
    expect(() => upcaster.versionOf("Teleported")).toThrow(StoreUnusable);
  });
});
