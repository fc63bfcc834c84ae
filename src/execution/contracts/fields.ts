import { type JsonObject, pointerSegments, resolvePointer } from "./document.ts";

/**
 * The fields that are asked for and not there. A field is a property's name anywhere, a pointer to it in a message
 * (`/alert/score`, with a number or `*` for an element), or a pointer into the document.
 */
export function missingFields(
  fields: readonly string[],
  asked: readonly string[],
  document?: JsonObject,
): readonly string[] {
  const there = fields.map(pointerSegments);
  const names = new Set(there.map((segments) => segments.at(-1)));
  return asked.filter((field) => {
    if (!field.startsWith("/")) return !names.has(field);
    const segments = pointerSegments(field);
    return (
      !there.some((path) => leadsTo(path, segments)) &&
      (document === undefined || resolvePointer(document, field) === undefined)
    );
  });
}

function leadsTo(path: readonly string[], asked: readonly string[]): boolean {
  return (
    path.length === asked.length &&
    path.every((segment, i) => segment === asked[i] || (segment === "*" && /^(\d+|-|\*)$/.test(asked[i] ?? "")))
  );
}
