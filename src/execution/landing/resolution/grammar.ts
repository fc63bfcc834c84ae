/** Grammars as WebAssembly: loaded when the first file of a language clashes, kept for the process. */
import { createRequire } from "node:module";
import { Language as Grammar, type Node, Parser, type Tree } from "web-tree-sitter";
import type { Language } from "./file-kind.ts";

/** Reads sources of one language. */
export interface SourceParser {
  readonly language: Language;
  /** What `read` makes of the syntax tree of a text; the tree is gone afterwards. */
  readonly parse: <T>(text: string, read: (root: Node) => T) => T;
}

/** The parser of a language. */
export function parserOf(language: Language): Promise<SourceParser> {
  let parser = parsers.get(language);
  if (!parser) {
    parser = load(language);
    parsers.set(language, parser);
  }
  return parser;
}

/** How many places of a text the grammar cannot read. */
export function countErrors(parser: SourceParser, text: string): number {
  return parser.parse(text, (root) => (root.hasError ? errorsBelow(root) : 0));
}

const parsers = new Map<Language, Promise<SourceParser>>();

let started: Promise<void> | undefined;

async function load(language: Language): Promise<SourceParser> {
  const { resolve } = createRequire(import.meta.url);
  started ??= Parser.init();
  await started;
  const grammar = await Grammar.load(resolve(`@vscode/tree-sitter-wasm/wasm/tree-sitter-${language}.wasm`));
  const parser = new Parser();
  parser.setLanguage(grammar);
  return {
    language,
    parse: (text, read) => {
      const tree: Tree | null = parser.parse(text);
      if (!tree) throw new Error(`The ${language} grammar did not read a text of ${text.length} characters`);
      try {
        return read(tree.rootNode);
      } finally {
        tree.delete();
      }
    },
  };
}

function errorsBelow(node: Node): number {
  if (node.isError || node.isMissing) return 1;
  if (!node.hasError) return 0;
  let count = 0;
  for (const child of node.children) if (child) count += errorsBelow(child);
  return count;
}
