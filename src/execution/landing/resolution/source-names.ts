/** What the nodes of a syntax tree are called, in all languages at once: grammars agree on most of it. */
import type { Node } from "web-tree-sitter";

/** An entity by what it is and its name; `other` may stand in no order but its own. */
export interface SourceName {
  readonly is: "named" | "import" | "other";
  /** Undefined where only the text tells it from others. */
  readonly name: string | undefined;
}

/** What a node that stands beside others is called. */
export function nameOf(node: Node): SourceName {
  const inner = unwrap(node);
  const imported = nameOfImport(node, inner);
  if (imported !== undefined) return { is: "import", name: imported };
  const name = nameOfEntity(inner);
  return name === undefined ? OTHER : { is: "named", name: `${inner.type} ${name}` };
}

/** The part of a node that holds members with names of their own, or undefined. */
export function bodyOf(node: Node): Node | undefined {
  const inner = unwrap(node);
  if (inner.type === "import_declaration") return groupOf(inner);
  const callback = testCallback(inner);
  const body = (callback ?? inner).childForFieldName("body");
  if (!body) return undefined;
  if (callback) return body.type === "statement_block" ? body : undefined;
  const holds = BODIES.has(body.type) || HOLDERS.has(inner.type);
  return holds ? body : undefined;
}

/** Whether a node belongs to the one that follows it. */
export function leads(node: Node): boolean {
  return node.type.includes("comment") || node.type === "attribute_item" || node.type === "decorator";
}

/** The innermost node that carries the name: exports, decorators and statements are wrapped around it. */
export function unwrap(node: Node): Node {
  const inside =
    node.childForFieldName("declaration") ??
    (node.type === "decorated_definition" ? node.childForFieldName("definition") : null) ??
    (node.type === "expression_statement" || node.type === "ambient_declaration" ? node.namedChild(0) : null);
  return inside && inside.startIndex >= node.startIndex ? unwrap(inside) : node;
}

const OTHER: SourceName = { is: "other", name: undefined };

const BODIES = new Set(["class_body", "interface_body", "declaration_list"]);

/** What holds named members in a body that other nodes use for statements. */
const HOLDERS = new Set(["class_definition", "internal_module", "module"]);

const DECLARATIONS = /(?:_declaration|_definition|_item|_signature|_alias|_specification|^internal_module|^module)$/;

/** Where the order of those that differ only in their parameters means nothing; in TypeScript it does. */
const OVERLOADED = /^(?:method_declaration|constructor_declaration|operator_declaration)$/;

const IMPORTS = new Set([
  "import_statement",
  "import_from_statement",
  "future_import_statement",
  "use_declaration",
  "extern_crate_declaration",
  "import_declaration",
  "using_directive",
  "import_spec",
]);

const TEST_FUNCTION = /^(?:describe|it|test|suite|context|specify|bench|QUnit\.(?:test|module)|Deno\.test)\b/;

function nameOfImport(node: Node, inner: Node): string | undefined {
  if (groupOf(node)) return "imports";
  if (IMPORTS.has(node.type)) {
    const isType = /^import\s+type\b/.test(node.text) ? "type " : "";
    if (node.type === "use_declaration" && node.text.includes("{")) return node.text.slice(0, node.text.indexOf("{"));
    const source = node.childForFieldName("source") ?? node.childForFieldName("module_name");
    return source ? `${node.type} ${isType}${source.text}` : textName(node);
  }
  if (node.type !== "export_statement" || inner !== node) return undefined;
  const source = node.childForFieldName("source");
  if (source) return node.text.includes("*") ? textName(node) : `export from ${source.text}`;
  return node.namedChildren.some((child) => child?.type === "export_clause") ? "export {}" : undefined;
}

/** Imports in brackets. */
function groupOf(node: Node): Node | undefined {
  return node.namedChildren.find((child) => child?.type === "import_spec_list") ?? undefined;
}

function textName(node: Node): string {
  return `${node.type} ${node.text.replace(/\s+/g, " ").replace(/;$/, "").replaceAll("'", '"')}`;
}

function nameOfEntity(node: Node): string | undefined {
  switch (node.type) {
    case "lexical_declaration":
    case "variable_declaration":
    case "field_declaration":
    case "const_declaration":
    case "var_declaration":
    case "type_declaration":
      return declared(node);
    case "impl_item":
      return ["trait", "type"].map((field) => node.childForFieldName(field)?.text ?? "").join(" for ");
    case "assignment":
    case "assignment_expression":
      return node.childForFieldName("left")?.text;
    case "call_expression":
    case "call":
      return testName(node);
    case "public_field_definition":
    case "field_definition":
      return (node.childForFieldName("name") ?? node.childForFieldName("property"))?.text;
  }
  const name = node.childForFieldName("name");
  if (!name || !DECLARATIONS.test(node.type)) return undefined;
  const receiver = node.childForFieldName("receiver")?.text ?? "";
  const parameters = OVERLOADED.test(node.type) ? (node.childForFieldName("parameters")?.text ?? "") : "";
  const accessor = /^(?:static\s+)?(?:get|set)\s/.exec(node.text)?.[0] ?? "";
  return `${receiver}${accessor}${name.text}${parameters}`.replace(/\s+/g, " ");
}

/** The names of a declaration that can have several. */
function declared(node: Node): string | undefined {
  const names = node.namedChildren.flatMap((child) => {
    if (!child) return [];
    const name = child.childForFieldName("name");
    if (name) return [name.text];
    return child.type === "variable_declaration" ? [declared(child) ?? ""] : [];
  });
  return names.length === 0 ? undefined : names.join(", ");
}

function testName(node: Node): string | undefined {
  const called = node.childForFieldName("function")?.text ?? "";
  const title = node.childForFieldName("arguments")?.namedChild(0);
  if (!TEST_FUNCTION.test(called) || !title || !/string/.test(title.type)) return undefined;
  return `${called.replace(/^(it|test|describe)\.(?:only|skip|todo)\b/, "$1")} ${title.text}`;
}

/** The function that a call of a test framework is given last. */
function testCallback(node: Node): Node | undefined {
  if (testName(node) === undefined || !/^(?:describe|suite|context|QUnit\.module)\b/.test(node.text)) return undefined;
  const last = node.childForFieldName("arguments")?.namedChildren.at(-1);
  return last && /function/.test(last.type) ? last : undefined;
}
