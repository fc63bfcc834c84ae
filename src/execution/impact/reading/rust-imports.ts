import type { Node } from "web-tree-sitter";

/** `mod a` for `mod a;`, and `use crate::a::b` for each path of a `use`; modules written out in the file count as the file. */
export function rustImports(node: Node): readonly string[] {
  const inside = modulesAround(node);
  if (node.type === "mod_item") {
    const name = node.childForFieldName("name")?.text;
    return name === undefined ? [] : [`mod ${[...inside, name].join("::")}`];
  }
  if (node.type === "extern_crate_declaration") {
    const name = node.childForFieldName("name")?.text;
    return name === undefined ? [] : [`use ${name}`];
  }
  const tree = node.childForFieldName("argument")?.text ?? "";
  const written = tree.replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, " ").replace(/\s+/g, " ");
  return expand("", written)
    .map((path) => seenFromFile(path, inside.length))
    .filter((path) => path !== "")
    .map((path) => `use ${path}`);
}

function modulesAround(node: Node): readonly string[] {
  const names: string[] = [];
  for (let one = node.parent; one; one = one.parent)
    if (one.type === "mod_item") names.unshift(one.childForFieldName("name")?.text ?? "");
  return names;
}

/** `a::{b, c::{self, d as e}}` is `a::b`, `a::c`, `a::c::d`. */
function expand(before: string, tree: string): readonly string[] {
  const open = tree.indexOf("{");
  if (open < 0) {
    const path = (before + tree.replace(/ as .*$/, "")).replaceAll(" ", "").replace(/^::|^r#/, "");
    return [path.replace(/::(?:self|\*)$/, "")];
  }
  const prefix = before + tree.slice(0, open).trim();
  return partsOf(tree.slice(open + 1, tree.lastIndexOf("}"))).flatMap((part) =>
    part === "" ? [] : expand(prefix, part),
  );
}

function partsOf(list: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= list.length; at += 1) {
    const character = list[at];
    if (character === "{") depth += 1;
    else if (character === "}") depth -= 1;
    else if (character === undefined || (character === "," && depth === 0)) {
      parts.push(list.slice(start, at).trim());
      start = at + 1;
    }
  }
  return parts;
}

/** A module inside the file takes one `super` to get out of; what stays inside says nothing. */
function seenFromFile(path: string, inside: number): string {
  const names = path.split("::");
  const up = names.findIndex((name) => name !== "super");
  const supers = up < 0 ? names.length : up;
  if (inside === 0) return path;
  if (supers === 0) return names[0] === "self" ? "" : path;
  if (supers < inside) return "";
  const rest = names.slice(supers);
  return supers === inside ? ["self", ...rest].join("::") : [...names.slice(inside, supers), ...rest].join("::");
}
