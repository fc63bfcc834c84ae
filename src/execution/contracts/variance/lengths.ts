import { type Keywords, keywordsOf } from "./keywords.ts";

/** The tightest of the lengths that all hold. */
export function lengthsOf(parts: readonly Keywords[], key: string): number | undefined {
  const all = parts.flatMap(({ counts }) => counts[key] ?? []);
  return all.length === 0 ? undefined : key.startsWith("min") ? Math.max(...all) : Math.min(...all);
}

/** No array that is sent is longer. */
export function longestOf(parts: readonly Keywords[]): number {
  const closed = parts
    .filter(({ items }) => items && keywordsOf(items).never)
    .map(({ prefixItems }) => prefixItems.length);
  return Math.min(lengthsOf(parts, "maxItems") ?? Number.POSITIVE_INFINITY, ...closed);
}
