import { type Language, languageOf } from "../../landing/resolution/file-kind.ts";
import { noFacts, type SourceFacts } from "./facts.ts";
import { readByGrammar } from "./read-by-grammar.ts";
import { readScript } from "./read-script.ts";

/** In bytes. People write no longer sources, and what programs wrote imports little. */
export const longestSource = 1_000_000;

/** The language whose imports are read in a file of that path; other people's code and what a program made small is left out. */
export function sourceLanguage(path: string): Language | undefined {
  return /(?:^|\/)node_modules\/|\.min\.[cm]?js$/.test(path) ? undefined : languageOf(path);
}

/**
 * What a source says of itself. A text that is no text says nothing, one with errors what can be read of it. Deep nesting can
 * end the process: `impact.ts` says what then happens.
 */
export async function readSource(language: Language, path: string, content: Buffer): Promise<SourceFacts> {
  if (content.length > longestSource || content.includes(0)) return noFacts;
  const text = content.toString("utf8");
  try {
    return within(isScript(language) ? readScript(path, text) : await readByGrammar(language, text));
  } catch (fault) {
    // Nested more deeply than our own walk over it can follow.
    if (fault instanceof RangeError) return noFacts;
    throw fault;
  }
}

/** Files with one content and alike in this say the same. */
export function waysToRead(path: string): string {
  return /(?:\.d)?\.[^./]*$/.exec(path)?.[0].toLowerCase() ?? "";
}

/** Whether files of a language import each other as scripts do. */
function isScript(language: Language): language is "javascript" | "typescript" | "tsx" {
  return language === "javascript" || language === "typescript" || language === "tsx";
}

/** More than any source that people write has; what programs write must not fill everybody's memory. */
const mostNames = 2_000;
const longestName = 400;

function within({ imports, exports, partOf }: SourceFacts): SourceFacts {
  const some = (names: readonly string[]) => names.filter(({ length }) => length <= longestName).slice(0, mostNames);
  return { imports: some(imports), exports: some(exports), partOf: some(partOf) };
}
