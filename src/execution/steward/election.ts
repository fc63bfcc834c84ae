import type { Instant, ProcessId } from "../../core/ids.ts";
import type { Hands } from "../hands.ts";

/** The row of the one process per workspace that does what is due. */
export interface Stewardship {
  readonly process: ProcessId;
  /** Processes that live longer are preferred. */
  readonly longLived: boolean;
  /** When it was last heard of, in milliseconds since 1970. */
  readonly beat: number;
}

const key = "steward";

/** A steward that is silent for longer has been stopped, or its machine sleeps. */
const silentAfterMs = 5_000;

/** What a process needs to ask for the office. */
type Voter = Pick<Hands, "process" | "clock" | "manager" | "liveness">;

/** What a process finds when it asks for the office. */
export type Office = { readonly mine: false } | { readonly mine: true; readonly before: Stewardship | undefined };

/** Keeps or takes the office if this process should have it, and beats. Two that take it at once are told apart by the store. */
export async function runForOffice(hands: Voter, longLived: boolean): Promise<Office> {
  const { process, clock } = hands;
  const { log, stream } = hands.manager;
  const text = await log.readCell(stream, key);
  const before = text === undefined ? undefined : parse(text);
  const now = clock.now();
  if (before && before.process !== process && isFit(hands, before, now) && (before.longLived || !longLived))
    return { mine: false };
  const next = JSON.stringify({ process, longLived, beat: now } satisfies Stewardship);
  const taken = await log.swapCell(stream, key, text, next);
  return taken ? { mine: true, before } : { mine: false };
}

/** The process that lost the office because nothing was heard of it: it may have been stopped in the middle of anything. */
export function silentIn(office: Office, now: Instant): ProcessId | undefined {
  const before = office.mine ? office.before : undefined;
  return before && Math.abs(now - before.beat) >= silentAfterMs ? before.process : undefined;
}

/** Whether there is a living process that lands and runs gates. */
export async function officeIsHeld(hands: Voter): Promise<boolean> {
  const { log, stream } = hands.manager;
  const text = await log.readCell(stream, key);
  return text !== undefined && isFit(hands, parse(text), hands.clock.now());
}

/** Gives the office up, if this process has it. */
export async function resign({ manager: { log, stream }, process }: Voter): Promise<void> {
  const text = await log.readCell(stream, key);
  if (text !== undefined && parse(text).process === process) await log.swapCell(stream, key, text, undefined);
}

function isFit({ liveness }: Voter, { process, beat }: Stewardship, now: number): boolean {
  return liveness(process) !== "gone" && Math.abs(now - beat) < silentAfterMs;
}

function parse(text: string): Stewardship {
  return JSON.parse(text);
}
