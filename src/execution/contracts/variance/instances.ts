import { sameValue } from "../document.ts";
import type { Declared } from "./declared.ts";
import { type InstanceType, instanceTypes, type Keywords } from "./keywords.ts";

/** What a sender may send in one case: parts that all hold, their types, and the values where they can be counted. */
export interface Sent {
  readonly s: readonly Keywords[];
  readonly types: ReadonlySet<InstanceType>;
  readonly values: readonly unknown[] | undefined;
  /** What is declared in this case or in another: a value may be of several cases. */
  readonly all: Declared;
}

/** The types that a value may have where all parts hold. */
export function typesOf(parts: readonly Keywords[]): ReadonlySet<InstanceType> {
  let types = new Set<InstanceType>(instanceTypes);
  for (const { types: own, values } of parts) {
    if (own) types = intersection(types, own);
    if (values) types = intersection(types, new Set(values.map(typeOf)));
  }
  return types;
}

/** All values that may be sent, where they can be counted: a list of them, true and false, null. */
export function valuesOf(parts: readonly Keywords[], types: ReadonlySet<InstanceType>): readonly unknown[] | undefined {
  const lists = parts.flatMap(({ values }) => (values ? [values] : []));
  const [first, ...rest] = lists;
  if (first)
    return first.filter(
      (value) => types.has(typeOf(value)) && rest.every((list) => list.some((other) => sameValue(value, other))),
    );
  if ([...types].some((type) => type !== "null" && type !== "boolean")) return undefined;
  return [...(types.has("null") ? [null] : []), ...(types.has("boolean") ? [true, false] : [])];
}

export function typeOf(value: unknown): InstanceType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "fraction";
  return typeof value === "string" ? "string" : typeof value === "boolean" ? "boolean" : "object";
}

/** Types in the words of JSON Schema. */
export function typeWords(types: Iterable<InstanceType>): string {
  const all = new Set<string>(types);
  if (all.delete("fraction")) all.add("number");
  if (all.has("number")) all.delete("integer");
  return [...all].join(" or ") || "nothing";
}

function intersection<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): Set<T> {
  return new Set([...a].filter((one) => b.has(one)));
}
