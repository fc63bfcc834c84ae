import { applyEdits, type JSONPath, modify } from "jsonc-parser";
import { isRecord, sameValue } from "../data-value.ts";

/** Each edit reads the whole text, and nobody waits for seconds. */
const MOST_READ = 10_000_000;

/**
 * Rewrites a JSON text so that it stands for another value; what stays keeps its place, its form and its comments. Undefined
 * where so many edits would take too long.
 */
export function rewriteJson(text: string, from: unknown, to: unknown, alike: unknown): string | undefined {
  const formatting = { ...indentation(text), eol: text.includes("\r\n") ? "\r\n" : "\n" };
  let result = text;
  const all = edits(from, to, alike, []);
  if (all.length * text.length > MOST_READ) return undefined;
  for (const { path, value, after } of all) {
    const getInsertionIndex = (properties: readonly string[]) => indexFor(properties, String(path.at(-1)), after);
    result = applyEdits(result, modify(result, path, value, { formattingOptions: formatting, getInsertionIndex }));
  }
  return result;
}

interface Edit {
  readonly path: JSONPath;
  /** Undefined takes the key away. */
  readonly value: unknown;
  /** The keys before a new one, nearest last, where it comes from. */
  readonly after: readonly string[];
}

/** `alike` has the order of keys that new ones come from. */
function edits(from: unknown, to: unknown, alike: unknown, path: JSONPath): readonly Edit[] {
  if (sameValue(from, to)) return [];
  if (isRecord(from) && isRecord(to)) {
    const order = isRecord(alike) ? Object.keys(alike) : [];
    const gone = Object.keys(from).filter((key) => !Object.hasOwn(to, key));
    const kept = [...order, ...Object.keys(to)].filter(
      (key, i, all) => Object.hasOwn(to, key) && all.indexOf(key) === i,
    );
    return [
      ...kept.flatMap((key) =>
        Object.hasOwn(from, key)
          ? edits(from[key], to[key], isRecord(alike) ? alike[key] : undefined, [...path, key])
          : [{ path: [...path, key], value: to[key], after: order.slice(0, Math.max(order.indexOf(key), 0)) }],
      ),
      ...gone.map((key) => ({ path: [...path, key], value: undefined, after: [] })),
    ];
  }
  if (Array.isArray(from) && Array.isArray(to) && from.length === to.length)
    return from.flatMap((item: unknown, i) =>
      edits(item, to[i], Array.isArray(alike) ? alike[i] : undefined, [...path, i]),
    );
  return [{ path, value: to, after: [] }];
}

/** A list of keys in the order of the alphabet stays so; else a key comes where it comes in the other text. */
function indexFor(properties: readonly string[], key: string, after: readonly string[]): number {
  if (properties.length > 1 && properties.every((one, i) => i === 0 || (properties[i - 1] ?? "") < one)) {
    const index = properties.findIndex((one) => one > key);
    return index < 0 ? properties.length : index;
  }
  for (const one of [...after].reverse()) {
    const index = properties.indexOf(one);
    if (index >= 0) return index + 1;
  }
  return after.length === 0 && properties.length > 0 ? 0 : properties.length;
}

function indentation(text: string): { readonly insertSpaces: boolean; readonly tabSize: number } {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";
  return { insertSpaces: !indent.startsWith("\t"), tabSize: indent.startsWith("\t") ? 1 : indent.length };
}
