import { readValue } from "./data-value.ts";
import { dataFormatOf, languageOf } from "./file-kind.ts";
import { countErrors, parserOf } from "./grammar.ts";
import type { LineSides } from "./sides.ts";

/** Whether a merged text can be read in its format or by its grammar, as far as its sides can. */
export async function isReadable(path: string, sides: LineSides, merged: readonly string[]): Promise<boolean> {
  const all = [sides.base, sides.ours, sides.theirs].map(asText);
  const text = asText(merged);
  const format = dataFormatOf(path);
  if (format) {
    const read = (one: string) => readValue(format, one) !== undefined;
    return read(text) || !all.every(read);
  }
  const language = languageOf(path);
  if (!language) return true;
  const parser = await parserOf(language);
  return countErrors(parser, text) <= Math.max(...all.map((one) => countErrors(parser, one)));
}

function asText(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
