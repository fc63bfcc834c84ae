import { expect } from "vitest";
import type { Log } from "../../src/log/port.ts";
import { stream, texts } from "./samples.ts";

/** Every batch of the children's `batches` is there wholly or not at all, with its claim, and all that were acknowledged are. */
export async function expectWholeBatches(log: Log, acknowledged: readonly string[]): Promise<void> {
  const events = await log.read(stream, 0, 1_000_000);
  const claims = await log.readClaims(stream);
  expect(events.every((each, index) => each.position === index + 1)).toBe(true);
  const found = new Map<string, { count: number; size: number }>();
  for (const text of texts(events)) {
    const [name, batch, , size] = text.split("/");
    const entry = found.get(`${name}/${batch}`) ?? { count: 0, size: Number(size) };
    found.set(`${name}/${batch}`, { ...entry, count: entry.count + 1 });
  }
  expect([...found].filter(([, { count, size }]) => count !== size)).toEqual([]);
  expect(acknowledged.filter((batch) => !found.has(batch))).toEqual([]);
  expect(claims.map((row) => row.id).sort()).toEqual([...found.keys()].sort());
}
