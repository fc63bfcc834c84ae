import { createHash } from "node:crypto";

/** A number that follows from what is given alone, from 0 to 2^31 - 1: whoever asks the same gets the same. */
export function seedFrom(...parts: readonly unknown[]): number {
  return createHash("sha256").update(JSON.stringify(parts)).digest().readUInt32BE(0) >>> 1;
}
