/** Something that was made to fail on purpose; anything else that is thrown in a run is a defect. */
export class PlayedFault extends Error {
  override readonly name = "PlayedFault";
}

/** What a process does that takes time and can go wrong. */
export type EffectKind = "commit" | "read" | "cell" | "git" | "merge" | "slot" | "gate" | "target";

export interface Weather {
  /** How often each kind of effect fails, half of the time before and half of the time after it happened. */
  readonly failing: Readonly<Record<EffectKind, number>>;
  /** How often a process dies in the middle of an effect. */
  readonly dying: number;
  /** How often somebody kills, stops, or closes a process, or changes the clock, per move of the world. */
  readonly moves: Readonly<
    Record<
      "nothing" | "kill" | "start" | "close" | "stop" | "sleep" | "forward" | "backward" | "snapshot" | "diskFull",
      number
    >
  >;
  /** How badly agents behave. */
  readonly mischief: number;
}

export const calm: Weather = {
  failing: { commit: 0, read: 0, cell: 0, git: 0, merge: 0, slot: 0, gate: 0, target: 0 },
  dying: 0,
  moves: {
    nothing: 1,
    kill: 0,
    start: 0,
    close: 0,
    stop: 0,
    sleep: 0,
    forward: 0,
    backward: 0,
    snapshot: 0,
    diskFull: 0,
  },
  mischief: 0,
};

export const windy: Weather = {
  failing: { commit: 0.01, read: 0.001, cell: 0.002, git: 0.004, merge: 0.01, slot: 0.01, gate: 0.02, target: 0.05 },
  dying: 0.001,
  moves: {
    nothing: 4,
    kill: 2,
    start: 2,
    close: 1,
    stop: 2,
    sleep: 0.5,
    forward: 0.5,
    backward: 0.5,
    snapshot: 1,
    diskFull: 1,
  },
  mischief: 0.5,
};

export const stormy: Weather = {
  failing: { commit: 0.05, read: 0.01, cell: 0.02, git: 0.03, merge: 0.05, slot: 0.05, gate: 0.1, target: 0.2 },
  dying: 0.005,
  moves: {
    nothing: 1,
    kill: 3,
    start: 3,
    close: 1,
    stop: 3,
    sleep: 1,
    forward: 1,
    backward: 1,
    snapshot: 1,
    diskFull: 2,
  },
  mischief: 1,
};

/** Whether something that was thrown goes back to what was played, however it was wrapped. */
export function isPlayed(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error instanceof PlayedFault ||
    error.name === "StoreBusy" ||
    error.message.includes(playedWords) ||
    isPlayed(error.cause)
  );
}

export const playedWords = "played fault";
