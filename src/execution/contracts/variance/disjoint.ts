import { sameValue } from "../document.ts";
import { typesOf, valuesOf } from "./instances.ts";
import { type Keywords, keywordsOf, type Part } from "./keywords.ts";
import { partsFor } from "./object-rules.ts";
import { flat } from "./search.ts";

/** So deep does it look for a property that tells them apart. */
const levels = 3;

/** Whether no value can be valid by both: their types or values differ, or those of a property that both require. False is not known. */
export function areDisjoint(one: readonly Part[], other: readonly Part[], left = levels): boolean {
  const [a, b] = [flat(one), flat(other)];
  if ([...a, ...b].some(({ never }) => never)) return true;
  const types = typesOf([...a, ...b]);
  if (types.size === 0) return true;
  const [mine, theirs] = [valuesOf(a, types), valuesOf(b, types)];
  if (mine && theirs && !mine.some((value) => theirs.some((same) => sameValue(value, same)))) return true;
  for (const { anyOf, oneOf } of b)
    for (const branches of [anyOf, oneOf])
      if (branches && left > 0 && branches.every((branch) => areDisjoint(one, [branch], left - 1))) return true;
  return (
    types.size === 1 &&
    types.has("object") &&
    left > 0 &&
    (differInProperty(a, b, left) || differInProperty(b, a, left))
  );
}

function differInProperty(a: readonly Keywords[], b: readonly Keywords[], left: number): boolean {
  const promised = new Set(a.flatMap(({ required }) => [...required]));
  const asked = new Set(b.flatMap(({ required }) => [...required]));
  return [...promised].some((name) => {
    const parts = partsFor(b, name);
    if (parts.some((part) => keywordsOf(part).never)) return true;
    // A value for this name is there by the first, so whatever the second asks of it is asked.
    return (asked.has(name) || parts.length > 0) && areDisjoint(partsFor(a, name), parts, left - 1);
  });
}
