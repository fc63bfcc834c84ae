/** Input that no schema need look at, since neither git nor every store nor our own walking of it could bear it. */
import type { InputProblem } from "../execution/answers.ts";

/** Nothing that people or models write is nested nearly so deeply, and what walks input calls itself for each level. */
const deepest = 100;

/** What is wrong with a value beside its form, with the place of the first such thing, or nothing. */
export function unfit(value: unknown): InputProblem | undefined {
  const found = unfitWithin(value, deepest);
  if (!found) return undefined;
  const { path, problem } = found;
  return { path: path.length < deepest ? path.join(".") : `${path.slice(0, 3).join(".")}...`, problem };
}

interface Unfit {
  readonly path: readonly string[];
  readonly problem: string;
}

function unfitWithin(value: unknown, levels: number): Unfit | undefined {
  if (typeof value === "string") return hasNul(value);
  if (typeof value !== "object" || value === null) return undefined;
  if (levels === 0) return { path: [], problem: "is nested too deeply" };
  for (const [key, inner] of Object.entries(value)) {
    if (key.includes("\0")) return hasNul(key);
    const found = unfitWithin(inner, levels - 1);
    if (found) return { ...found, path: [key, ...found.path] };
  }
  return undefined;
}

function hasNul(text: string): Unfit | undefined {
  return text.includes("\0") ? { path: [], problem: "must not contain a NUL character" } : undefined;
}
