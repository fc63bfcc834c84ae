import { Composer, type Document, Lexer, LineCounter, Parser } from "yaml";
import type { Problem } from "./problems.ts";

/** Larger texts are refused before they are parsed; no plan or config of a person comes near. */
const mostBytes = 32 * 1024 * 1024;

/** An alias may stand for this many nodes in all, so that a small text cannot become a huge value. */
const mostAliases = 100;

/** Composing calls itself for each level, and a process that runs out of stack within it is gone for good. */
const mostLevels = 500;

const options = { schema: "core", merge: false, uniqueKeys: true, stringKeys: true, logLevel: "silent" } as const;

/**
 * Reads YAML that somebody else wrote as plain data: no tags, no merge keys, no prototypes, no alias bombs. Problems carry the line.
 */
export function readYaml(text: string): { readonly value: unknown } | { readonly problems: readonly Problem[] } {
  if (Buffer.byteLength(text) > mostBytes) return problem(`is larger than ${mostBytes} bytes`);
  const lines = new LineCounter();
  try {
    const [document, ...more] = compose(text, lines);
    if (!document) return problem("is not valid YAML: it is empty");
    if (more.length > 0) return problem("is not valid YAML: it holds several documents");
    const found = [...document.errors, ...document.warnings];
    if (found.length === 0) return { value: document.toJS({ maxAliasCount: mostAliases }) as unknown };
    return {
      problems: found.map(({ message, pos }) => ({
        path: `line ${lines.linePos(pos[0]).line}`,
        problem: `is not valid YAML: ${message.split("\n")[0]}`,
      })),
    };
  } catch (error) {
    if (error instanceof TooDeep) return problem("is nested too deeply");
    return problem(`is not valid YAML: ${error instanceof Error ? error.message : "unreadable"}`);
  }
}

class TooDeep extends Error {}

function compose(text: string, lines: LineCounter): readonly Document.Parsed[] {
  lines.addNewLine(0);
  const documents = new Composer(options).compose(tokensOf(text, new Parser(lines.addNewLine)), true, text.length);
  return [...documents] as Document.Parsed[];
}

function* tokensOf(text: string, parser: Parser) {
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > mostLevels) throw new TooDeep();
  }
  yield* parser.end();
}

function problem(say: string): { readonly problems: readonly Problem[] } {
  return { problems: [{ path: "", problem: say }] };
}
