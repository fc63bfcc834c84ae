import { isObject, own } from "../document.ts";
import { type Keywords, keywordsOf, type Part } from "./keywords.ts";

/** The names of properties that a schema speaks of, alternatives and conditions included, and whether others may come too. */
export interface Declared {
  readonly names: ReadonlySet<string>;
  readonly patterns: ReadonlySet<string>;
  /** Further properties are spoken of somewhere (`additionalProperties`), or something is not understood. */
  readonly more: boolean;
}

const applied = ["if", "then", "else"];
const notUnderstood = ["$ref", "$dynamicRef", "$recursiveRef", "unevaluatedProperties"];

/** What parts and all that they refer to speak of. */
export function declaredIn(parts: readonly Keywords[]): Declared {
  const names = new Set<string>();
  const patterns = new Set<string>();
  const seen = new Set<number>();
  const queue = [...parts];
  let more = false;
  for (let keywords = queue.pop(); keywords; keywords = queue.pop()) {
    if (seen.has(keywords.id)) continue;
    seen.add(keywords.id);
    const { part, other, additional } = keywords;
    const at = (raw: unknown): Part => ({ raw, source: part.source });
    const dependent = [...keywords.dependentRequired].flatMap(([name, needed]) => [name, ...needed]);
    const listed = keywordsOf(at(other.get("propertyNames"))).values?.filter((name) => typeof name === "string") ?? [];
    const inValues = (keywords.values ?? []).flatMap((value) => (isObject(value) ? Object.keys(value) : []));
    for (const name of [...keywords.properties.keys(), ...keywords.required, ...dependent, ...listed, ...inValues])
      names.add(name);
    for (const pattern of keywords.patterns.keys()) patterns.add(pattern);
    if (additional && !keywordsOf(additional).never) more = true;
    if (notUnderstood.some((key) => other.has(key) && other.get(key) !== false)) more = true;
    const schemas = other.get("dependentSchemas");
    if (isObject(schemas)) for (const name of Object.keys(schemas)) names.add(name);
    const further = [
      ...keywords.beside,
      ...(keywords.anyOf ?? []),
      ...(keywords.oneOf ?? []),
      ...applied.flatMap((key) => (other.has(key) ? [at(other.get(key))] : [])),
      ...(isObject(schemas) ? Object.keys(schemas).map((name) => at(own(schemas, name))) : []),
    ];
    queue.push(...further.map(keywordsOf));
  }
  return { names, patterns, more };
}
