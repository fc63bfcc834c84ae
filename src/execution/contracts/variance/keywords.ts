import { isObject, type JsonObject, own, resolvePointer, sameValue } from "../document.ts";

/** Which rules a schema is read by. */
export type Dialect = "draft-07" | "2020-12" | "openapi-3.0";

/** A document with schemas, and the properties that do not travel the way that is looked at. */
export interface Source {
  readonly document: unknown;
  readonly dialect: Dialect;
  readonly absent?: "readOnly" | "writeOnly";
  /** Schemas with an `$id` of their own give references another meaning, which is not followed here. */
  readonly rebased: boolean;
  readonly known: WeakMap<object, Keywords>;
}

/** One schema of a source, as it stands there. */
export interface Part {
  readonly raw: unknown;
  readonly source: Source;
}

export interface Bound {
  readonly value: number;
  readonly exclusive: boolean;
}

export const instanceTypes = ["null", "boolean", "object", "array", "string", "integer", "fraction"] as const;
export type InstanceType = (typeof instanceTypes)[number];

/** What a schema says itself, in one way for all dialects; references and `allOf` are parts that hold besides. */
export interface Keywords {
  readonly id: number;
  readonly part: Part;
  readonly never: boolean;
  readonly beside: readonly Part[];
  readonly types: ReadonlySet<InstanceType> | undefined;
  readonly values: readonly unknown[] | undefined;
  readonly isConst: boolean;
  readonly lower: Bound | undefined;
  readonly upper: Bound | undefined;
  /** minLength, maxLength, minItems, maxItems, minProperties, maxProperties. */
  readonly counts: Readonly<Record<string, number>>;
  readonly multipleOf: number | undefined;
  readonly pattern: string | undefined;
  readonly format: string | undefined;
  readonly uniqueItems: boolean;
  readonly required: ReadonlySet<string>;
  readonly properties: ReadonlyMap<string, Part>;
  readonly patterns: ReadonlyMap<string, Part>;
  /** Undefined where nothing is said of further properties: they may come, and nobody sends them. */
  readonly additional: Part | undefined;
  readonly prefixItems: readonly Part[];
  readonly items: Part | undefined;
  readonly anyOf: readonly Part[] | undefined;
  readonly oneOf: readonly Part[] | undefined;
  readonly dependentRequired: ReadonlyMap<string, readonly string[]>;
  /** Keywords that are compared as they stand, or by rules of their own. */
  readonly other: ReadonlyMap<string, unknown>;
}

const counted = ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];

/** They say nothing of what is valid. */
export const annotations: ReadonlySet<string> = new Set([
  "$schema",
  "$id",
  "$comment",
  "$defs",
  "definitions",
  "$anchor",
  "title",
  "description",
  "default",
  "example",
  "examples",
  "deprecated",
  "readOnly",
  "writeOnly",
  "externalDocs",
  "xml",
]);

/** Read into fields of their own. */
const read: ReadonlySet<string> = new Set([
  "$ref",
  "allOf",
  "type",
  "nullable",
  "enum",
  "const",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  ...counted,
  "multipleOf",
  "pattern",
  "format",
  "uniqueItems",
  "required",
  "properties",
  "patternProperties",
  "additionalProperties",
  "prefixItems",
  "items",
  "additionalItems",
  "anyOf",
  "oneOf",
  "dependentRequired",
  "discriminator",
]);

let lastId = 0;

/** A document read once for each direction. */
export function sourceOf(document: unknown, dialect: Dialect, absent?: "readOnly" | "writeOnly"): Source {
  return { document, dialect, ...(absent && { absent }), rebased: isRebased(document, true), known: new WeakMap() };
}

/** Reads a schema by its dialect; the same schema gives the same keywords. */
export function keywordsOf(part: Part): Keywords {
  const { raw, source } = part;
  if (!isObject(raw)) return keywords(part, {}, raw === false);
  const known = source.known.get(raw);
  if (known) return known;
  const refOnly = typeof raw["$ref"] === "string" && source.dialect !== "2020-12";
  const made = keywords(part, refOnly ? { $ref: raw["$ref"] } : raw, false);
  source.known.set(raw, made);
  return made;
}

/** The schema that a local reference leads to; undefined where it is not understood. */
export function target({ raw, source }: Part): Part | undefined {
  const ref = own(raw, "$ref");
  if (typeof ref !== "string" || source.rebased) return undefined;
  if (ref !== "#" && !ref.startsWith("#/")) return undefined;
  const found = resolvePointer(source.document, ref.slice(1));
  return isObject(found) || typeof found === "boolean" ? { raw: found, source } : undefined;
}

function keywords(part: Part, raw: JsonObject, never: boolean): Keywords {
  const { source } = part;
  const at = (schema: unknown): Part => ({ raw: schema, source });
  const list = (key: string) => (Array.isArray(raw[key]) ? raw[key].map(at) : undefined);
  const map = (key: string) => new Map(Object.entries(isObject(raw[key]) ? raw[key] : {}).map(([k, v]) => [k, at(v)]));
  const absent = new Set(
    isObject(raw["properties"])
      ? Object.entries(raw["properties"])
          .filter(([, v]) => isAbsent(at(v)))
          .map(([k]) => k)
      : [],
  );
  const referred = target({ raw, source });
  const tuple = source.dialect === "draft-07" && Array.isArray(raw["items"]);
  const rest = tuple ? raw["additionalItems"] : raw["items"];
  lastId += 1;
  return {
    id: lastId,
    part,
    never,
    beside: [...(referred ? [referred] : []), ...(list("allOf") ?? [])],
    types: typesIn(raw, source.dialect),
    values: valuesIn(raw, source.dialect),
    isConst: "const" in raw && source.dialect !== "openapi-3.0",
    lower: boundIn(raw, "minimum", "exclusiveMinimum", Math.max),
    upper: boundIn(raw, "maximum", "exclusiveMaximum", Math.min),
    counts: Object.fromEntries(counted.flatMap((key) => (typeof raw[key] === "number" ? [[key, raw[key]]] : []))),
    multipleOf: number(raw["multipleOf"]),
    pattern: text(raw["pattern"]),
    format: text(raw["format"]),
    uniqueItems: raw["uniqueItems"] === true,
    required: new Set(strings(raw["required"]).filter((name) => !absent.has(name))),
    properties: new Map([...map("properties")].filter(([name]) => !absent.has(name))),
    patterns: map("patternProperties"),
    additional: "additionalProperties" in raw ? at(raw["additionalProperties"]) : undefined,
    prefixItems: (tuple ? list("items") : source.dialect === "2020-12" ? list("prefixItems") : undefined) ?? [],
    items: rest === undefined ? undefined : at(rest),
    anyOf: discriminated(raw, source, "anyOf"),
    oneOf: discriminated(raw, source, "oneOf"),
    dependentRequired: new Map(
      Object.entries({
        ...(isObject(raw["dependencies"]) && raw["dependencies"]),
        ...(isObject(raw["dependentRequired"]) && raw["dependentRequired"]),
      })
        .filter(([, names]) => Array.isArray(names))
        .map(([name, names]) => [name, strings(names)]),
    ),
    other: othersIn(raw, source, referred !== undefined),
  };
}

/** Whether a property does not travel at all the way that is looked at. */
function isAbsent(part: Part): boolean {
  const { absent } = part.source;
  if (!absent) return false;
  return own(part.raw, absent) === true || own(target(part)?.raw, absent) === true;
}

function typesIn(raw: JsonObject, dialect: Dialect): ReadonlySet<InstanceType> | undefined {
  const named = typeof raw["type"] === "string" ? [raw["type"]] : strings(raw["type"]);
  if (named.length === 0) return undefined;
  if (dialect === "openapi-3.0" && raw["nullable"] === true) named.push("null");
  return new Set(
    named.flatMap((name) =>
      instanceTypes.filter(
        (type) => type === name || (name === "number" && (type === "integer" || type === "fraction")),
      ),
    ),
  );
}

function valuesIn(raw: JsonObject, dialect: Dialect): readonly unknown[] | undefined {
  const listed = Array.isArray(raw["enum"]) ? raw["enum"] : undefined;
  if (!("const" in raw) || dialect === "openapi-3.0") return listed;
  return listed ? listed.filter((value) => sameValue(value, raw["const"])) : [raw["const"]];
}

/** `exclusiveMinimum` is a bound of its own, or says of the other that it is exclusive (OpenAPI 3.0). */
function boundIn(
  raw: JsonObject,
  key: string,
  exclusiveKey: string,
  tighter: (...values: number[]) => number,
): Bound | undefined {
  const inclusive = number(raw[key]);
  const exclusive = raw[exclusiveKey];
  if (typeof exclusive !== "number")
    return inclusive === undefined ? undefined : { value: inclusive, exclusive: exclusive === true };
  if (inclusive === undefined) return { value: exclusive, exclusive: true };
  const value = tighter(inclusive, exclusive);
  return { value, exclusive: value === exclusive };
}

/** With a discriminator, a branch is taken by the property's value, so that value belongs to the branch. */
function discriminated(raw: JsonObject, source: Source, key: "anyOf" | "oneOf"): readonly Part[] | undefined {
  const branches = raw[key];
  if (!Array.isArray(branches)) return undefined;
  const property = own(raw["discriminator"], "propertyName");
  if (typeof property !== "string" || source.dialect === "draft-07")
    return branches.map((branch) => ({ raw: branch, source }));
  const mapping = Object.entries(
    isObject(own(raw["discriminator"], "mapping")) ? (own(raw["discriminator"], "mapping") as JsonObject) : {},
  );
  return branches.map((branch) => {
    const ref = own(branch, "$ref");
    if (typeof ref !== "string") return { raw: branch, source };
    const name = ref.split("/").at(-1) ?? ref;
    const names = mapping.filter(([, to]) => to === ref || to === name).map(([value]) => value);
    const values = names.length > 0 ? names : [name];
    return { raw: { allOf: [branch, { required: [property], properties: { [property]: { enum: values } } }] }, source };
  });
}

/** What is left: `not`, `if`, `contains` and others with rules of their own, and what nobody here understands. */
function othersIn(raw: JsonObject, source: Source, refUnderstood: boolean): ReadonlyMap<string, unknown> {
  const found = new Map(
    Object.entries(raw).filter(([key]) => !annotations.has(key) && !read.has(key) && !key.startsWith("x-")),
  );
  const schemas = Object.entries(isObject(raw["dependencies"]) ? raw["dependencies"] : {}).filter(
    ([, value]) => !Array.isArray(value),
  );
  found.delete("dependencies");
  if (schemas.length > 0) found.set("dependentSchemas", Object.fromEntries(schemas));
  if ("$ref" in raw && !refUnderstood) found.set("$ref", raw["$ref"]);
  if (raw["nullable"] === true && (source.dialect !== "openapi-3.0" || raw["type"] === undefined))
    found.set("nullable", true);
  if ("discriminator" in raw && !raw["oneOf"] && !raw["anyOf"]) found.set("discriminator", raw["discriminator"]);
  if (source.dialect === "draft-07" && "prefixItems" in raw) found.set("prefixItems", raw["prefixItems"]);
  if (source.dialect === "openapi-3.0" && "const" in raw) found.set("const", raw["const"]);
  return found;
}

function isRebased(value: unknown, top: boolean): boolean {
  if (Array.isArray(value)) return value.some((part) => isRebased(part, false));
  if (!isObject(value)) return false;
  if (!top && typeof value["$id"] === "string" && !value["$id"].startsWith("#")) return true;
  return Object.values(value).some((part) => isRebased(part, false));
}

function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
}
