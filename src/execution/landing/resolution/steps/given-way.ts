import type { LineSides } from "../sides.ts";

/** A stretch that was settled by letting one side's lines go, because they say nothing that the other side's do not. */
export interface GivenWay {
  readonly lines: readonly string[];
  readonly side: "ours" | "theirs";
  /** The lines that went, and those of the base that they had replaced. */
  readonly gone: readonly string[];
  readonly back: readonly string[];
}

/** The sides as if those lines had never been changed; the order of lines is lost. */
export function asIfUnchanged(sides: LineSides, all: readonly GivenWay[]): LineSides {
  const side = (name: GivenWay["side"]) => {
    const own = all.filter((one) => one.side === name);
    const counts = new Map<string, number>();
    for (const line of own.flatMap(({ gone }) => gone)) counts.set(line, (counts.get(line) ?? 0) + 1);
    const kept = sides[name].filter((line) => {
      const count = counts.get(line) ?? 0;
      if (count > 0) counts.set(line, count - 1);
      return count === 0;
    });
    return [...kept, ...own.flatMap(({ back }) => back)];
  };
  return { base: sides.base, ours: side("ours"), theirs: side("theirs") };
}
