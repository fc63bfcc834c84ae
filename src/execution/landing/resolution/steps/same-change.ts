import { type Clash, sameLines } from "../three-way.ts";

/**
 * Settles a stretch in which both sides made the same change and one went on from there: line by line where no side has more
 * lines than the base had, or where both added and one added all that the other did.
 */
export function mergeSameChange({ base, ours, theirs }: Clash): readonly string[] | undefined {
  if (base.every((line) => line.trim() === "")) return theLonger(ours, theirs);
  return base.length === ours.length && base.length === theirs.length ? lineByLine({ base, ours, theirs }) : undefined;
}

function lineByLine({ base, ours, theirs }: Pick<Clash, "base" | "ours" | "theirs">): readonly string[] | undefined {
  const merged: string[] = [];
  const alone = { ours: false, theirs: false };
  for (const [i, line] of base.entries()) {
    const [our, their] = [ours[i] ?? "", theirs[i] ?? ""];
    if (our !== their && our !== line && their !== line) return undefined;
    alone.ours ||= our !== their && our !== line;
    alone.theirs ||= our !== their && their !== line;
    merged.push(our === line ? their : our);
  }
  // Where both went on, they may have gone different ways.
  return alone.ours && alone.theirs ? undefined : merged;
}

function theLonger(ours: readonly string[], theirs: readonly string[]): readonly string[] | undefined {
  const [less, more] = ours.length <= theirs.length ? [ours, theirs] : [theirs, ours];
  const shared = less.filter((line) => line.trim() !== "");
  if (shared.length === 0) return undefined;
  let at = 0;
  for (const line of shared) {
    const found = more.indexOf(line, at);
    if (found < 0) return undefined;
    at = found + 1;
  }
  return sameLines(less, more) ? undefined : more;
}
