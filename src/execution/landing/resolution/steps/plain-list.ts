import type { Clash } from "../three-way.ts";

/** Settles a stretch of a file whose lines each stand for themselves: those that both added are all there, once. */
export function mergePlainList({ base, ours, theirs }: Clash): readonly string[] | undefined {
  // What is excepted depends on the lines before it.
  if ([...ours, ...theirs].some((line) => line.startsWith("!"))) return undefined;
  const removed = base.filter((line) => !ours.includes(line) || !theirs.includes(line));
  // A line that one side took out and the other may have rewritten is for people to judge.
  if (removed.some((line) => line.trim() !== "")) return undefined;
  return [...ours, ...theirs.filter((line) => !ours.includes(line))];
}
