/** What a source says apart from how its lines are broken, set in and punctuated. */
import type { TreeCursor } from "web-tree-sitter";
import type { SourceParser } from "./grammar.ts";

/** Whether two sources have the same syntax tree with the same words in it; a formatter changes neither. */
export function saysTheSame(parser: SourceParser, one: string, other: string): boolean {
  const [tokens, others] = [tokensOf(parser, one), tokensOf(parser, other)];
  if (!tokens || !others || tokens.length !== others.length) return false;
  return tokens.every((token, i) => token === others[i]);
}

/** Whether two stretches could be layouts of one another: cheap, and never wrong when it says no. */
export function mayDifferInLayout(one: readonly string[], other: readonly string[]): boolean {
  return squeeze(one) === squeeze(other);
}

function squeeze(lines: readonly string[]): string {
  return lines
    .join("")
    .replace(/[\s,;]+/g, "")
    .replaceAll("'", '"');
}

const OPEN = "\0(";
const CLOSE = "\0)";

/** The tree, node by node; undefined when the grammar cannot read the text. */
function tokensOf(parser: SourceParser, text: string): readonly string[] | undefined {
  return parser.parse(text, (root) => {
    if (root.hasError) return undefined;
    const tokens: string[] = [];
    const cursor = root.walk();
    try {
      collect(cursor, hasFreeEnds(parser), tokens);
    } finally {
      cursor.delete();
    }
    return tokens;
  });
}

/** Without recursion, because sources can be nested deeper than the stack is. */
function collect(cursor: TreeCursor, freeEnds: boolean, tokens: string[]): void {
  const parents: string[] = [];
  for (;;) {
    const type = cursor.nodeType;
    if (cursor.gotoFirstChild()) {
      tokens.push(OPEN + type);
      parents.push(type);
      continue;
    }
    addLeaf(tokens, { type, text: cursor.nodeText, parent: parents.at(-1), freeEnds });
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent()) return;
      parents.pop();
      tokens.push(CLOSE);
    }
  }
}

interface Leaf {
  readonly type: string;
  readonly text: string;
  readonly parent: string | undefined;
  readonly freeEnds: boolean;
}

function addLeaf(tokens: string[], { type, text, parent, freeEnds }: Leaf): void {
  if (freeEnds && type === ";" && parent !== "for_statement") return;
  // A comma before a closing bracket says nothing, unless it is all that stands there.
  if (
    CLOSING.has(type) &&
    tokens.at(-1) === "," &&
    !/^(?:[([{<,]|\0)/.test(tokens.at(-2) ?? "\0") &&
    parent !== "tuple"
  )
    tokens.pop();
  if (type.includes("comment")) tokens.push(`${type} ${text.replace(/\s+/g, "")}`);
  else tokens.push(QUOTES.has(type) ? text.replaceAll("'", '"') : text);
}

const CLOSING = new Set([")", "]", "}", ">"]);

/** What opens and closes a string; in the languages where both quotes mean the same. */
const QUOTES = new Set(["'", '"', "string_start", "string_end"]);

/** Whether statements end with or without a semicolon. */
function hasFreeEnds({ language }: SourceParser): boolean {
  return language === "javascript" || language === "typescript" || language === "tsx";
}
