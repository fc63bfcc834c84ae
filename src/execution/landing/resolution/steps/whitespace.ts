import { type Clash, sameLines } from "../three-way.ts";

/**
 * Settles a stretch in which one side changed nothing but spaces: at the ends of lines, where spaces never mean anything that
 * lines of code rest on, or at their start, when each line still stands where it stood: then a line is set in as far as one
 * side says and reads as the other says.
 */
export function mergeWhitespace({ base, ours, theirs }: Clash): readonly string[] | undefined {
  // Where lines end in two ways, which end is meant is for people to say.
  if ([...base, ...ours, ...theirs].some((line) => /\r$/.test(line))) return undefined;
  const ends = (lines: readonly string[]) => lines.map((line) => line.trimEnd());
  if (sameLines(ends(ours), ends(theirs))) return ends(ours);
  if (sameLines(ends(base), ends(ours))) return theirs;
  if (sameLines(ends(base), ends(theirs))) return ours;
  if (base.length !== ours.length || base.length !== theirs.length) return undefined;
  const merged: string[] = [];
  for (const [i, line] of base.entries()) {
    const [our, their] = [ours[i] ?? "", theirs[i] ?? ""];
    const indent = settle(indentOf(line), indentOf(our), indentOf(their));
    const content = settle(line.trim(), our.trim(), their.trim());
    if (indent === undefined || content === undefined) return undefined;
    merged.push(content === "" ? "" : indent + content);
  }
  const isSpacesOnly = (lines: readonly string[]) => lines.every((line, i) => line.trim() === base[i]?.trim());
  return isSpacesOnly(ours) || isSpacesOnly(theirs) ? merged : undefined;
}

function indentOf(line: string): string {
  return /^\s*/.exec(line)?.[0] ?? "";
}

function settle(base: string, ours: string, theirs: string): string | undefined {
  if (ours === theirs || theirs === base) return ours;
  return ours === base ? theirs : undefined;
}
