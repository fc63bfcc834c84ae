import { type ParseError, parse as parseJson, visit } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { isScalar, type Pair, parseAllDocuments, visit as visitYaml } from "yaml";
import type { DataFormat } from "./file-kind.ts";
import { mergeLines } from "./three-way.ts";

/** The value that a text of a format stands for, or undefined when it is not of that format or names a key twice. */
export function readValue(format: DataFormat, text: string): { readonly value: unknown } | undefined {
  try {
    return { value: READERS[format](text.replace(/^\uFEFF/, "")) };
  } catch {
    return undefined;
  }
}

/** A merged value, or the keys on the way to what both sides changed differently. */
export type MergedValue = { readonly value: unknown } | { readonly clash: readonly string[] };

/** Decides between two values that differ from the base and from each other; undefined leaves it a clash. */
export type Judge = (clash: {
  readonly at: readonly string[];
  readonly base: unknown;
  readonly ours: unknown;
  readonly theirs: unknown;
}) => { readonly value: unknown } | undefined;

/** Stands for a key that is not there. */
export const absent: unique symbol = Symbol("absent");

/** Merges values key by key, and lists as git merges lines, item by item where no side has more of them. */
export function mergeValues(base: unknown, ours: unknown, theirs: unknown, judge: Judge = refuse): MergedValue {
  return merge({ base, ours, theirs }, [], judge);
}

/** Whether two values are the same, whatever the order of keys. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (one instanceof Date && other instanceof Date) return one.getTime() === other.getTime();
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((part, i) => sameValue(part, other[i]));
  if (!isRecord(one) || !isRecord(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && sameValue(one[key], other[key]))
  );
}

/** Whether a value has keys. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

const READERS: Readonly<Record<DataFormat, (text: string) => unknown>> = {
  json: readJson,
  toml: (text) => parseToml(text),
  yaml: readYaml,
};

const refuse: Judge = () => undefined;

function merge(
  { base, ours, theirs }: { readonly base: unknown; readonly ours: unknown; readonly theirs: unknown },
  at: readonly string[],
  judge: Judge,
): MergedValue {
  if (sameValue(ours, theirs) || sameValue(theirs, base)) return { value: ours };
  if (sameValue(ours, base)) return { value: theirs };
  if (isRecord(ours) && isRecord(theirs) && (isRecord(base) || base === absent))
    return mergeRecords(base === absent ? {} : base, ours, theirs, at, judge);
  const judged = judge({ at, base, ours, theirs });
  if (judged) return judged;
  if (Array.isArray(base) && Array.isArray(ours) && Array.isArray(theirs))
    return mergeLists(base, ours, theirs, at, judge);
  return { clash: at };
}

type Keyed = Readonly<Record<string, unknown>>;

function mergeRecords(base: Keyed, ours: Keyed, theirs: Keyed, at: readonly string[], judge: Judge): MergedValue {
  // Without a prototype, so that a key called __proto__ is a key like others.
  const merged: Record<string, unknown> = Object.create(null);
  const read = (value: Keyed, key: string) => (Object.hasOwn(value, key) ? value[key] : absent);
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const part = merge(
      { base: read(base, key), ours: read(ours, key), theirs: read(theirs, key) },
      [...at, key],
      judge,
    );
    if ("clash" in part) return part;
    if (part.value !== absent) merged[key] = part.value;
  }
  return { value: merged };
}

type List = readonly unknown[];

function mergeLists(base: List, ours: List, theirs: List, at: readonly string[], judge: Judge): MergedValue {
  const asLines = (list: List) => list.map((item) => JSON.stringify(item) ?? "");
  const sides = { base: asLines(base), ours: asLines(ours), theirs: asLines(theirs) };
  const read = (item: string): unknown => (item === "" ? undefined : JSON.parse(item));
  const merged: unknown[] = [];
  for (const region of mergeLines(sides)) {
    if ("settled" in region) {
      merged.push(...region.settled.map(read));
      continue;
    }
    const { clash } = region;
    if (clash.base.length !== clash.ours.length || clash.base.length !== clash.theirs.length) return { clash: at };
    for (const [i, item] of clash.base.entries()) {
      const three = { base: read(item), ours: read(clash.ours[i] ?? ""), theirs: read(clash.theirs[i] ?? "") };
      const part = merge(three, [...at, String(merged.length)], judge);
      if ("clash" in part) return part;
      merged.push(part.value);
    }
  }
  return { value: merged };
}

function readJson(text: string): unknown {
  const errors: ParseError[] = [];
  refuseTwins(text);
  const value: unknown = parseJson(text, errors, { allowTrailingComma: true });
  if (errors.length > 0) throw new SyntaxError("This is not JSON");
  return value;
}

/** Of two equal keys JSON keeps the last without a word. */
function refuseTwins(text: string): void {
  const seen: Set<string>[] = [];
  visit(text, {
    onObjectBegin: () => void seen.push(new Set()),
    onObjectEnd: () => void seen.pop(),
    onObjectProperty: (name) => {
      const keys = seen.at(-1);
      if (keys?.has(name)) throw new SyntaxError(`The key ${name} is there twice`);
      keys?.add(name);
    },
  });
}

function readYaml(text: string): unknown {
  // Its own search for twins takes as long as the square of the number of keys.
  const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: "silent" });
  const values = documents.map((document) => {
    if (document.errors.length > 0) throw new SyntaxError("This is not YAML", { cause: document.errors[0] });
    visitYaml(document, { Map: (_, { items }) => refuseTwinsIn(items) });
    return document.toJS({ maxAliasCount: 1000 }) as unknown;
  });
  return Object.fromEntries(values.entries());
}

function refuseTwinsIn(pairs: readonly Pair[]): void {
  const keys = new Set<unknown>();
  for (const { key } of pairs) {
    const name = isScalar(key) ? key.value : key;
    // A merge key may be there for each of what it merges.
    if (keys.has(name) && name !== "<<") throw new SyntaxError("A key is there twice");
    keys.add(name);
  }
}
