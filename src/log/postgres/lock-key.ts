import { createHash } from "node:crypto";

/** The number under which an advisory lock is known, as text because it has 64 bits; others share the numbers with us. */
export function lockKey(purpose: "step" | "snapshot" | "migration", stream: string): string {
  return createHash("sha256").update(`interlock ${purpose} ${stream}`).digest().readBigInt64BE(0).toString();
}

/** The channel on which a stream's news is announced; names of channels have at most 63 characters. */
export function channelOf(stream: string): string {
  return `interlock_${createHash("sha256").update(stream).digest("hex").slice(0, 32)}`;
}
