/** What parsers are given: some of them end the whole process on texts that nobody wrote by hand. */
import { dataFormatOf, languageOf } from "./file-kind.ts";

/** Whether a text may be parsed as what its path says; line steps take any text. */
export function mayBeParsed(path: string, text: string): boolean {
  const kind = dataFormatOf(path) ?? (languageOf(path) && "source");
  return (
    kind === undefined || (text.length <= MOST_CHARACTERS[kind] && depthOf(text) <= MOST_DEPTH && !FAR_IN.test(text))
  );
}

/** So that nobody waits for seconds while a process can do nothing else. */
const MOST_CHARACTERS = { source: 400_000, json: 1_000_000, toml: 1_000_000, yaml: 200_000 };

/** Deeper than people nest, and far from where parsers and what walks their trees run out of stack. */
const MOST_DEPTH = 300;

/** A line that is set in as deep, by spaces or by the dashes of lists in lists. */
const FAR_IN = /^[ \t?-]{600}/m;

/** How deep brackets stand in each other; those in strings and comments count, which errs on the safe side. */
function depthOf(text: string): number {
  let [depth, most] = [0, 0];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 40 || code === 91 || code === 123) {
      depth += 1;
      if (depth > most) most = depth;
    } else if (depth > 0 && (code === 41 || code === 93 || code === 125)) depth -= 1;
  }
  return most;
}
