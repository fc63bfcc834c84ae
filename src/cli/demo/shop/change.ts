import type { Change } from "./node-script.ts";

export function isChange(step: { readonly do: string }): step is Change {
  return step.do === "write" || step.do === "add" || step.do === "replace";
}

/** A file's text after a change; undefined stands for a file that is not there. What was done already is left as it is. */
export function changed(text: string | undefined, change: Change, wiser = true): string {
  switch (change.do) {
    case "write":
      return wiser ? change.text : (change.hasty ?? change.text);
    case "add":
      return withLine(text ?? "", change.line, change.below);
    case "replace":
      return (text ?? "").replace(change.text, () => change.with);
  }
}

/**
 * Resolves every conflict by keeping the lines of both sides, in the order of the alphabet. For lists to which two
 * agents added something at one place that is the right answer; a model would think, where this is simple.
 */
export function keepBothSides(text: string): string {
  const kept: string[] = [];
  let sides = new Set<string>();
  let depth = 0;
  let inBase = false;
  for (const line of text.split("\n")) {
    const marker = markerOf(line);
    if (marker === "<") depth += 1;
    if (depth === 0) kept.push(line);
    else if (marker === undefined && !inBase) sides.add(line);
    if (marker !== undefined) inBase = marker === "|";
    if (marker !== ">" || depth === 0) continue;
    depth -= 1;
    if (depth > 0) continue;
    kept.push(...[...sides].sort());
    sides = new Set();
  }
  // What was never closed is no conflict of a merge, but nothing of it may get lost.
  return [...kept, ...sides].join("\n");
}

function markerOf(line: string): string | undefined {
  return /^([<|>])\1{6} |^(=)={6}$/.exec(line)?.slice(1).find(Boolean);
}

/** Where others added lines at the same place, all stand in the order of the alphabet, whoever came first. */
function withLine(text: string, line: string, below: string): string {
  const lines = text.split("\n");
  if (lines.includes(line)) return text;
  let at = lines.findIndex((one) => one.endsWith(below)) + 1;
  for (let next = lines[at]; next !== undefined && isAlike(next, line) && next < line; next = lines[at]) at += 1;
  return [...lines.slice(0, at), line, ...lines.slice(at)].join("\n");
}

function isAlike(a: string, b: string): boolean {
  const indentOf = (line: string) => line.length - line.trimStart().length;
  return a.trim() !== "" && indentOf(a) === indentOf(b);
}
