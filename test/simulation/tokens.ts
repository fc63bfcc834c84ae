import { isForbidden } from "./played-gate.ts";
import type { Files } from "./played-git/object-store.ts";

/** A line that an agent wrote and no other line is like: by it what became of somebody's work is told. */
export function tokenLine(by: { readonly plan: string; readonly node: string }, number: number, word = "fine"): string {
  return `#${number} of ${by.plan}.${by.node} ${word}\n`;
}

/** All such lines in files, with the path in front; those that a gate would refuse do not count. */
export function tokensIn(files: Files): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [path, text] of files)
    for (const line of text.split(/(?<=\n)/))
      if (line.startsWith("#") && !isForbidden(line)) found.add(`${path} ${line}`);
  return found;
}

/** Without the lines of people, who may take back what they wrote. */
export function ofAgents(tokens: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...tokens].filter((token) => !token.endsWith("of a person\n")));
}

/** What is in the first and not in the second. */
export function missing(wanted: ReadonlySet<string>, there: ReadonlySet<string>): readonly string[] {
  return [...wanted].filter((token) => !there.has(token)).map((token) => token.trimEnd());
}
