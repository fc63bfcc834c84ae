import { parseDocument } from "yaml";
import type { Problem } from "./problems.ts";

/** Larger texts are refused before they are parsed; no plan or config of a person comes near. */
const mostBytes = 32 * 1024 * 1024;

/** An alias may stand for this many nodes in all, so that a small text cannot become a huge value. */
const mostAliases = 100;

/**
 * Reads YAML that somebody else wrote as plain data: no tags, no merge keys, no prototypes, no alias bombs. Problems carry the line.
 */
export function readYaml(text: string): { readonly value: unknown } | { readonly problems: readonly Problem[] } {
  if (Buffer.byteLength(text) > mostBytes)
    return { problems: [{ path: "", problem: `is larger than ${mostBytes} bytes` }] };
  const document = parseDocument(text, {
    schema: "core",
    merge: false,
    uniqueKeys: true,
    stringKeys: true,
    logLevel: "silent",
  });
  const found = [...document.errors, ...document.warnings];
  if (found.length > 0) {
    return {
      problems: found.map(({ message, linePos }) => ({
        path: linePos ? `line ${linePos[0].line}` : "",
        problem: `is not valid YAML: ${firstSentence(message)}`,
      })),
    };
  }
  try {
    return { value: document.toJS({ maxAliasCount: mostAliases }) as unknown };
  } catch (error) {
    return {
      problems: [{ path: "", problem: `is not valid YAML: ${error instanceof Error ? error.message : "unreadable"}` }],
    };
  }
}

/** The library's message without its picture of the source. */
function firstSentence(message: string): string {
  return message.split(/ at line \d+/)[0]?.split("\n")[0] ?? message;
}
