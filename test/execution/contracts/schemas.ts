import fc from "fast-check";
import { isObject, resolvePointer } from "../../../src/execution/contracts/document.ts";

export type Schema = Record<string, unknown>;

/** Picks by a seed that fast-check chooses: what was found comes again. */
export interface Chance {
  readonly of: <T>(choices: readonly T[]) => T;
  readonly up: (to: number) => number;
  readonly times: (one: number) => boolean;
}

/** Chance for a property; all that is made up in it goes through this. */
export const chance = fc.integer().map((seed): Chance => {
  let state = seed | 0;
  const up = (to: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % (to + 1);
  };
  return { up, of: (choices) => choices[up(choices.length - 1)] as never, times: (one) => up(one - 1) === 0 };
});

const names = ["a", "b", "ab", "k"];
const types = ["null", "boolean", "integer", "number", "string", "array", "object"];
const scalars = [null, true, false, 0, 1, 2, 3, 5, 1.5, "", "a", "ab", "b", "abc"];

/** A schema of 2020-12 with definitions; small words, so that two of them meet. */
export function someSchema(pick: Chance): Schema {
  const root = oneSchema(pick, 3);
  return {
    ...root,
    $defs: {
      x: oneSchema(pick, 1),
      y: { type: "object", properties: { a: { $ref: "#/$defs/y" }, b: oneSchema(pick, 0) } },
    },
  };
}

/** The schema with something in it taken away, put in or replaced. */
export function mutated(pick: Chance, schema: Schema): Schema {
  const copy = structuredClone(schema);
  const places = schemasIn(copy);
  for (let i = pick.up(1); i >= 0; i -= 1) {
    const place = pick.of(places);
    const fresh = pick.times(2) ? oneSchema(pick, 1) : keywordsFor(pick, String(place["type"] ?? pick.of(types)), 1);
    const keys = Object.keys(place).filter((key) => key !== "$defs");
    if (pick.times(3) && keys.length > 0) delete place[pick.of(keys)];
    else if (pick.times(3) && Array.isArray(place["required"])) place["required"] = place["required"].slice(1);
    else if (pick.times(3) && isObject(place["properties"]))
      place["properties"] = { ...place["properties"], [pick.of(names)]: oneSchema(pick, 1) };
    else
      Object.assign(
        place,
        Object.fromEntries(
          Object.entries(fresh).filter(([key]) => key !== "type" && (pick.times(2) || key === "enum")),
        ),
      );
  }
  return copy;
}

/** A value that may well be valid for the schema, with no property that it does not declare or allow in so many words. */
export function somePayload(pick: Chance, root: Schema, schema: unknown = root, depth = 4): unknown {
  if (!isObject(schema) || depth < 0) return pick.of(scalars);
  const parts = flattened(pick, root, schema, depth);
  const listed = parts.flatMap((part) =>
    "const" in part ? [part["const"]] : Array.isArray(part["enum"]) ? part["enum"] : [],
  );
  if (listed.length > 0 && !pick.times(8)) return pick.of(listed);
  const named = parts.flatMap(({ type }) => (Array.isArray(type) ? type : type === undefined ? [] : [type]));
  switch (named.length > 0 ? pick.of(named) : pick.of(types)) {
    case "null":
      return null;
    case "boolean":
      return pick.times(2);
    case "integer":
      return pick.up(8) - 1;
    case "number":
      return (pick.up(16) - 2) / 2;
    case "string":
      return pick.of(["", "a", "b", "ab", "ba", "abc", "abcd"]);
    case "array":
      return Array.from({ length: pick.up(3) }, (_, i) => {
        const asked = parts
          .map((part) => (Array.isArray(part["prefixItems"]) ? part["prefixItems"] : [])[i] ?? part["items"])
          .filter((item) => item !== undefined);
        return asked.length > 0 ? somePayload(pick, root, pick.of(asked), depth - 1) : pick.of(scalars);
      });
    default:
      return someObject(pick, root, schema, parts, depth);
  }
}

function someObject(pick: Chance, root: Schema, schema: Schema, parts: readonly Schema[], depth: number): unknown {
  const required = parts.flatMap((part) => (Array.isArray(part["required"]) ? part["required"] : []));
  const spoken = [...spokenOf(root, schema)];
  const made: [string, unknown][] = [];
  for (const name of new Set([...required, ...spoken])) {
    if (!(required.includes(name) && !pick.times(10)) && pick.times(2)) continue;
    const asked = parts.flatMap((part) =>
      isObject(part["properties"]) && name in part["properties"] ? [part["properties"][name]] : [],
    );
    const open = parts.flatMap((part) =>
      isObject(part["additionalProperties"]) ? [part["additionalProperties"]] : [],
    );
    made.push([
      name,
      somePayload(pick, root, asked.length > 0 ? pick.of(asked) : open.length > 0 ? pick.of(open) : true, depth - 1),
    ]);
  }
  const patterned = parts.flatMap((part) =>
    isObject(part["patternProperties"]) ? Object.values(part["patternProperties"]) : [],
  );
  const further = parts.flatMap((part) => ("additionalProperties" in part ? [part["additionalProperties"]] : []));
  if (patterned.length > 0 && pick.times(2)) made.push(["aa", somePayload(pick, root, pick.of(patterned), depth - 1)]);
  if (further.some((part) => part !== false) && pick.times(2))
    made.push([pick.of([...names, "zz"]), somePayload(pick, root, pick.of(further), depth - 1)]);
  return Object.fromEntries(made);
}

/** The schema and what holds besides: `allOf`, references, and some of its alternatives. */
function flattened(pick: Chance, root: Schema, schema: Schema, depth: number): readonly Schema[] {
  const beside = [
    ...(Array.isArray(schema["allOf"]) ? schema["allOf"] : []),
    ...(Array.isArray(schema["anyOf"])
      ? schema["anyOf"].filter((_, i, all) => i === pick.up(all.length - 1) || pick.times(3))
      : []),
    ...(Array.isArray(schema["oneOf"]) ? [pick.of(schema["oneOf"])] : []),
    ...(typeof schema["$ref"] === "string" ? [resolvePointer(root, schema["$ref"].slice(1))] : []),
    ...[schema["if"], schema["then"], schema["else"]].filter((part) => part !== undefined && pick.times(2)),
  ].filter(isObject);
  return [schema, ...(depth > 0 ? beside.flatMap((part) => flattened(pick, root, part, depth - 1)) : [])];
}

/** The names of properties that the schema speaks of, alternatives included. */
function spokenOf(root: Schema, schema: Schema, depth = 6): Set<string> {
  const found = new Set<string>(Array.isArray(schema["required"]) ? schema["required"] : []);
  if (isObject(schema["properties"])) for (const name of Object.keys(schema["properties"])) found.add(name);
  const inner = ["allOf", "anyOf", "oneOf"].flatMap((key) => (Array.isArray(schema[key]) ? schema[key] : []));
  const others = [
    schema["if"],
    schema["then"],
    schema["else"],
    typeof schema["$ref"] === "string" ? resolvePointer(root, schema["$ref"].slice(1)) : undefined,
  ];
  if (depth > 0)
    for (const part of [...inner, ...others])
      if (isObject(part)) for (const name of spokenOf(root, part, depth - 1)) found.add(name);
  return found;
}

function schemasIn(schema: unknown): Schema[] {
  if (Array.isArray(schema)) return schema.flatMap(schemasIn);
  if (!isObject(schema)) return [];
  const maps = ["properties", "patternProperties", "$defs", "dependentSchemas"].flatMap((key) =>
    isObject(schema[key]) ? Object.values(schema[key]) : [],
  );
  const parts = [
    "allOf",
    "anyOf",
    "oneOf",
    "prefixItems",
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
  ].map((key) => schema[key]);
  return [schema as Schema, ...[...maps, ...parts].flatMap(schemasIn)];
}

function oneSchema(pick: Chance, depth: number): Schema {
  if (pick.times(12)) return {};
  if (pick.times(10)) return { $ref: pick.of(["#/$defs/x", "#/$defs/y"]) };
  if (pick.times(7))
    return pick.times(3)
      ? { const: pick.of(scalars) }
      : { enum: [...new Set([pick.of(scalars), pick.of(scalars), pick.of(scalars)])] };
  if (depth > 0 && pick.times(4)) return combined(pick, depth - 1);
  const type = pick.of([...types, "object", "object"]);
  const also = pick.times(6) ? pick.of(types) : type;
  return { type: also === type ? type : [type, also], ...keywordsFor(pick, type, depth) };
}

function combined(pick: Chance, depth: number): Schema {
  const some = () => Array.from({ length: 1 + pick.up(2) }, () => oneSchema(pick, depth));
  switch (pick.up(4)) {
    case 0:
      return { anyOf: some() };
    case 1:
      return { oneOf: some() };
    case 2:
      return { allOf: some() };
    case 3:
      return { ...oneSchema(pick, depth), not: oneSchema(pick, 0) };
    default:
      return Object.fromEntries(["if", "then", "else"].map((key) => [key, oneSchema(pick, depth)]));
  }
}

function keywordsFor(pick: Chance, type: string, depth: number): Schema {
  const may = (made: Schema, one = 3) => (pick.times(one) ? made : {});
  const inner = () => oneSchema(pick, depth - 1);
  switch (type) {
    case "integer":
    case "number":
      return {
        ...may({ minimum: pick.up(3) }),
        ...may({ maximum: 2 + pick.up(4) }),
        ...may({ exclusiveMinimum: pick.up(2) }, 6),
        ...may({ exclusiveMaximum: 3 + pick.up(3) }, 6),
        ...may({ multipleOf: 1 + pick.up(2) }, 6),
      };
    case "string":
      return {
        ...may({ minLength: pick.up(2) }),
        ...may({ maxLength: 1 + pick.up(3) }),
        ...may({ pattern: pick.of(["^a", "b$", "a"]) }, 5),
      };
    case "array":
      if (depth <= 0) return {};
      return {
        ...may({ items: inner() }, 2),
        ...may({ prefixItems: [inner()] }, 5),
        ...may({ minItems: pick.up(2) }, 4),
        ...may({ maxItems: 1 + pick.up(2) }, 4),
        ...may({ uniqueItems: true }, 8),
        ...may({ contains: inner() }, 10),
      };
    case "object":
      if (depth < 0) return {};
      return {
        ...may({ properties: Object.fromEntries(names.filter(() => pick.times(2)).map((name) => [name, inner()])) }, 1),
        ...may({ required: names.filter(() => pick.times(3)) }, 2),
        ...may({ additionalProperties: pick.of([false, true, inner()]) }, 4),
        ...may({ patternProperties: { [pick.of(["^a", "b$"])]: inner() } }, 8),
        ...may({ propertyNames: pick.of([{ maxLength: 1 }, { pattern: "a" }]) }, 12),
        ...may({ minProperties: pick.up(2) }, 8),
        ...may({ maxProperties: 1 + pick.up(2) }, 10),
        ...may({ dependentRequired: { a: ["b"] } }, 12),
        ...may({ dependentSchemas: { a: inner() } }, 16),
      };
    default:
      return {};
  }
}
