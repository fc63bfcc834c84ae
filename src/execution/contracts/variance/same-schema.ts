import { isObject, own, sameValue } from "../document.ts";
import { annotations, type Part, target } from "./keywords.ts";

const maps = new Set(["properties", "patternProperties", "dependentSchemas"]);
const lists = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const single = new Set([
  "additionalProperties",
  "items",
  "additionalItems",
  "not",
  "if",
  "then",
  "else",
  "contains",
  "propertyNames",
  "unevaluatedProperties",
  "unevaluatedItems",
  "contentSchema",
]);

/** Marks on a property that decide which way it travels are no mere annotations. */
const telling = new Set(["readOnly", "writeOnly"]);

/** Whether two schemas are written alike, references followed and annotations left aside; then they mean the same. */
export function sameSchema(a: Part, b: Part, seen = new Map<unknown, Set<unknown>>()): boolean {
  if (
    a.source.dialect !== b.source.dialect ||
    a.source.absent !== b.source.absent ||
    a.source.rebased ||
    b.source.rebased
  )
    return (
      a.source.dialect === b.source.dialect &&
      a.source.absent === b.source.absent &&
      sameValue(a.source.document, b.source.document) &&
      sameValue(a.raw, b.raw)
    );
  if (!isObject(a.raw) || !isObject(b.raw)) return a.raw === b.raw;
  const before = seen.get(a.raw) ?? new Set();
  if (before.has(b.raw)) return true;
  seen.set(a.raw, before.add(b.raw));
  const keys = new Set([...Object.keys(a.raw), ...Object.keys(b.raw)].filter(counts));
  return [...keys].every((key) => sameKeyword(key, a, b, seen));
}

/** Whether a keyword of two schemas is written alike. */
export function sameKeyword(key: string, a: Part, b: Part, seen = new Map<unknown, Set<unknown>>()): boolean {
  const [x, y] = [own(a.raw, key), own(b.raw, key)];
  const same = (p: unknown, q: unknown) => sameSchema({ ...a, raw: p }, { ...b, raw: q }, seen);
  if (key === "$ref") {
    const [s, t] = [target(a), target(b)];
    return s && t ? sameSchema(s, t, seen) : x === y && sameValue(a.source.document, b.source.document);
  }
  if (maps.has(key) && isObject(x) && isObject(y)) {
    const names = Object.keys(x);
    return (
      names.length === Object.keys(y).length && names.every((name) => Object.hasOwn(y, name) && same(x[name], y[name]))
    );
  }
  if ((lists.has(key) || key === "items") && Array.isArray(x) && Array.isArray(y))
    return x.length === y.length && x.every((part, i) => same(part, y[i]));
  if (single.has(key) && x !== undefined && y !== undefined) return same(x, y);
  // A dynamic reference takes its meaning from the whole document.
  if (key.startsWith("$dynamic") || key.startsWith("$recursive"))
    return x === y && sameValue(a.source.document, b.source.document);
  return sameValue(x, y);
}

function counts(key: string): boolean {
  return telling.has(key) || !(annotations.has(key) || key.startsWith("x-"));
}
