import { own, pointerTo } from "./document.ts";
import { type Keywords, keywordsOf, type Part } from "./variance/keywords.ts";

/** A schema that holds itself is followed so far, in levels. */
const mostLevels = 12;

const mostFields = 20_000;

/** Each property of what a schema describes, as a pointer; `*` stands for any element, or any name. Alternatives count. */
export function fieldsOfSchema(part: Part): readonly string[] {
  const found = new Set<string>();
  collect(part, "", [], found);
  return [...found];
}

function collect(part: Part, at: string, above: readonly number[], found: Set<string>): void {
  const keywords = keywordsOf(part);
  if (above.includes(keywords.id) || above.length > mostLevels || found.size > mostFields) return;
  const inside = [...above, keywords.id];
  for (const [name, property] of keywords.properties) {
    found.add(at + pointerTo(name));
    collect(property, at + pointerTo(name), inside, found);
  }
  const elements = [
    ...keywords.prefixItems,
    ...(keywords.items ? [keywords.items] : []),
    ...keywords.patterns.values(),
  ];
  for (const element of [...elements, ...(keywords.additional ? [keywords.additional] : [])])
    collect(element, `${at}/*`, inside, found);
  for (const beside of besideOf(keywords)) collect(beside, at, inside, found);
}

function besideOf({ beside, anyOf, oneOf, other, part }: Keywords): readonly Part[] {
  const conditional = ["then", "else"]
    .filter((key) => other.has(key))
    .map((key) => ({ raw: own(part.raw, key), source: part.source }));
  return [...beside, ...(anyOf ?? []), ...(oneOf ?? []), ...conditional];
}
