import { comparable } from "./letter-case.ts";
import type { Pattern } from "./parse.ts";
import { takesName } from "./segment.ts";
import { fits } from "./steps.ts";

/** Whether the pattern covers the path of a file. */
export function matches(pattern: Pattern, path: string): boolean {
  return matchesNames(pattern, namesOf(path, pattern.ignoreCase));
}

/** The segments of a path in comparable form. */
export function namesOf(path: string, ignoreCase: boolean): readonly string[] {
  return comparable(path, ignoreCase).split("/");
}

/** As `matches`, for a path of which the segments are known. */
export function matchesNames(pattern: Pattern, names: readonly string[]): boolean {
  return pattern.alternatives.some(({ steps }) => fits(steps, names, takesName));
}
