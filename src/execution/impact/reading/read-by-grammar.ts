/** Python, Go, Rust, Java and C#, by tree-sitter: sources with errors are read as far as they can be. */
import { type Node, Query } from "web-tree-sitter";
import { parserOf } from "../../landing/resolution/grammar.ts";
import type { SourceFacts } from "./facts.ts";
import { BODY_STARTS, type GrammarLanguage, IMPORT_QUERIES } from "./import-queries.ts";
import { rustImports } from "./rust-imports.ts";

/** What a source imports, exports and is part of. */
export async function readByGrammar(language: GrammarLanguage, text: string): Promise<SourceFacts> {
  const parser = await parserOf(language);
  const read = (source: string) =>
    parser.parse(source, (root) => ({ facts: factsIn(language, root), isBroken: root.hasError }));
  const head = headOf(language, text);
  const found = read(head);
  return found.isBroken && head !== text ? read(text).facts : found.facts;
}

/** Where a language has all imports first, what follows them need not be read. */
function headOf(language: GrammarLanguage, text: string): string {
  const at = BODY_STARTS[language]?.exec(text)?.index;
  if (at === undefined) return text;
  const head = text.slice(0, at);
  const open = language === "c-sharp" ? head.split("{").length - head.split("}").length : 0;
  return open > 0 ? head + "}".repeat(open) : head;
}

const queries = new Map<GrammarLanguage, Query>();

function factsIn(language: GrammarLanguage, root: Node): SourceFacts {
  let query = queries.get(language);
  if (!query) {
    query = new Query(root.tree.language, IMPORT_QUERIES[language]);
    queries.set(language, query);
  }
  const [imports, exports, partOf] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const { name, node } of query.captures(root)) {
    if (name === "export") exports.add(node.text);
    else if (name === "part") partOf.add(withoutSpaces(node.text));
    else for (const one of READERS[language](node)) imports.add(one);
  }
  return { imports: [...imports], exports: [...exports], partOf: [...partOf] };
}

const READERS: Readonly<Record<GrammarLanguage, (node: Node) => readonly string[]>> = {
  /** `import a.b` is `a.b`, `from ..p import x` is `..p:x`, `from a import *` is `a:*`. */
  python: (node) => {
    const names = node
      .childrenForFieldName("name")
      .flatMap((one) => (one ? [(one.childForFieldName("name") ?? one).text] : []))
      .map(withoutSpaces);
    const module = node.childForFieldName("module_name");
    if (!module) return names;
    const from = withoutSpaces(module.text);
    return names.length === 0 ? [`${from}:*`] : names.map((name) => `${from}:${name}`);
  },
  go: (node) => [node.text.slice(1, -1)],
  rust: rustImports,
  /** `static a.B.c` is a member of a class, `a.b.*` all of a package or class. */
  java: (node) => {
    const [, isStatic, name] = /^import(\s+static)?\s+(.+?);?$/s.exec(withoutComments(node.text)) ?? [];
    return name === undefined ? [] : [`${isStatic === undefined ? "" : "static "}${withoutSpaces(name)}`];
  },
  /** `type A.B` is one type, by alias or with its members; anything else a namespace. */
  "c-sharp": (node) => {
    const text = withoutComments(node.text);
    const [, isStatic, alias, name] =
      /^(?:global\s+)?using\s+(?:unsafe\s+)?(static\s+)?(?:(\w+)\s*=\s*)?(.+?)\s*;?$/s.exec(text) ?? [];
    if (name === undefined) return [];
    const plain = withoutSpaces(name)
      .replace(/^global::/, "")
      .replace(/<.*$/s, "");
    return [isStatic === undefined && alias === undefined ? plain : `type ${plain}`];
  },
};

function withoutSpaces(text: string): string {
  return text.replace(/\s+/g, "");
}

function withoutComments(text: string): string {
  return text.replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, " ");
}
