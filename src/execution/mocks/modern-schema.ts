/**
 * Schemas in the one dialect that examples are made and checked in, 2020-12. What only describes is left out: makers of
 * examples take words that they do not know for something else.
 */
import { isObject, type JsonObject, own, resolvePointer } from "../contracts/document.ts";
import type { Dialect } from "../contracts/variance/keywords.ts";

export interface SchemaOrigin {
  readonly document: JsonObject;
  readonly dialect: Dialect;
  /** Properties that do not travel the way that is meant: gone from answers, not asked for in requests. */
  readonly absent?: "readOnly" | "writeOnly";
}

/** Where a document's own schemas are put, so that references find them from any of its schemas. */
const shelf = "document";

const oneSchema = new Set([
  ...["additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"],
  ...["unevaluatedItems", "unevaluatedProperties"],
]);
const listOfSchemas = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const mapOfSchemas = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);
const asTheyAre = new Set([
  ...["type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  ...["minLength", "maxLength", "pattern", "format", "minItems", "maxItems", "uniqueItems", "minContains"],
  ...["maxContains", "required", "minProperties", "maxProperties", "dependentRequired", "$id", "$anchor"],
  ...["$dynamicAnchor", "$dynamicRef", "examples"],
]);

/** A schema that stands by itself, with all that its references may lead to. */
export function standalone(schema: unknown, origin: SchemaOrigin): JsonObject {
  const { document } = origin;
  const kept = modernDocument(document, origin);
  return { ...schemaObject(modernSchema(schema, origin)), $defs: { [shelf]: kept } };
}

/** A document with all its schemas in 2020-12; its references are those of the document. */
export function modernDocument(document: JsonObject, origin: SchemaOrigin, prefix = `#/$defs/${shelf}`): JsonObject {
  const visit = (value: unknown, where: string): unknown => {
    if (Array.isArray(value)) return value.map((part, i) => visit(part, `${where}/${i}`));
    if (!isObject(value)) return value;
    const parts = Object.entries(value).map(([key, part]): [string, unknown] => {
      if (key === "schema" || key === "payload") return [key, modernSchema(part, origin, prefix)];
      if (where === "/components" && key === "schemas") return [key, mapped(part, origin, prefix)];
      if (key === "example" || key === "examples" || key.startsWith("x-")) return [key, part];
      if (key === "$ref" && typeof part === "string") return [key, moved(part, prefix)];
      return [key, visit(part, `${where}/${key}`)];
    });
    return Object.fromEntries(parts);
  };
  const isSchema = !("openapi" in document || "asyncapi" in document);
  return isSchema ? schemaObject(modernSchema(document, origin, prefix)) : (visit(document, "") as JsonObject);
}

/** A schema in 2020-12; `prefix` is where its document stands. */
function modernSchema(schema: unknown, origin: SchemaOrigin, prefix = `#/$defs/${shelf}`): unknown {
  if (!isObject(schema)) return schema === false ? false : {};
  const old = origin.dialect !== "2020-12";
  const ref = schema["$ref"];
  // The old rules look at nothing beside a reference, but what others refer to may stand there.
  if (old && typeof ref === "string") {
    const { definitions } = schema;
    return { $ref: moved(ref, prefix), ...(definitions ? { definitions: mapped(definitions, origin, prefix) } : {}) };
  }
  const made: Record<string, unknown> = {};
  const set = (key: string, value: unknown) =>
    Object.defineProperty(made, key, { value, enumerable: true, configurable: true, writable: true });
  for (const [key, part] of Object.entries(schema)) {
    if (key === "$ref" && typeof part === "string") set(key, moved(part, prefix));
    else if (oneSchema.has(key)) set(key, modernSchema(part, origin, prefix));
    else if (listOfSchemas.has(key) && Array.isArray(part))
      set(
        key,
        part.map((one) => modernSchema(one, origin, prefix)),
      );
    else if (mapOfSchemas.has(key)) set(key, mapped(part, origin, prefix));
    else if (asTheyAre.has(key)) set(key, part);
  }
  if (schema["example"] !== undefined && !Array.isArray(schema["examples"])) set("examples", [schema["example"]]);
  items(schema, (value) => modernSchema(value, origin, prefix), set);
  dependencies(schema, (value) => modernSchema(value, origin, prefix), set);
  if (origin.dialect === "openapi-3.0") fromOpenApi30(schema, made);
  withoutAbsent(schema, made, origin);
  return made;
}

/** Before 2020-12 a list under `items` was what is `prefixItems` now. */
function items(schema: JsonObject, modern: (value: unknown) => unknown, set: (key: string, value: unknown) => void) {
  const { items: found, additionalItems: rest } = schema;
  if (found === undefined) return;
  if (!Array.isArray(found)) return set("items", modern(found));
  set("prefixItems", found.map(modern));
  if (rest !== undefined) set("items", modern(rest));
}

function dependencies(
  schema: JsonObject,
  modern: (value: unknown) => unknown,
  set: (key: string, value: unknown) => void,
) {
  const found = schema["dependencies"];
  if (!isObject(found)) return;
  const all = Object.entries(found);
  set("dependentRequired", Object.fromEntries(all.filter(([, needed]) => Array.isArray(needed))));
  const schemas = all.filter(([, needed]) => !Array.isArray(needed)).map(([name, needed]) => [name, modern(needed)]);
  set("dependentSchemas", Object.fromEntries(schemas));
}

function fromOpenApi30(schema: JsonObject, made: Record<string, unknown>): void {
  for (const [exclusive, bound] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    delete made[exclusive];
    if (schema[exclusive] !== true || made[bound] === undefined) continue;
    made[exclusive] = made[bound];
    delete made[bound];
  }
  if (schema["nullable"] !== true || typeof made["type"] !== "string") return;
  made["type"] = [made["type"], "null"];
  if (Array.isArray(made["enum"]) && !made["enum"].includes(null)) made["enum"] = [...made["enum"], null];
}

function withoutAbsent(schema: JsonObject, made: Record<string, unknown>, { absent, document }: SchemaOrigin): void {
  if (absent === undefined || !isObject(schema["properties"])) return;
  const gone = Object.entries(schema["properties"])
    .filter(([, part]) => own(part, absent) === true || own(referred(document, part), absent) === true)
    .map(([name]) => name);
  if (gone.length === 0) return;
  if (Array.isArray(made["required"])) made["required"] = made["required"].filter((name) => !gone.includes(name));
  if (absent === "readOnly") return;
  const left = Object.entries(made["properties"] ?? {}).filter(([name]) => !gone.includes(name));
  made["properties"] = Object.fromEntries(left);
}

function referred(document: JsonObject, part: unknown): unknown {
  const ref = own(part, "$ref");
  return typeof ref === "string" ? resolvePointer(document, ref.slice(1)) : undefined;
}

function mapped(map: unknown, origin: SchemaOrigin, prefix: string): JsonObject {
  if (!isObject(map)) return {};
  return Object.fromEntries(Object.entries(map).map(([name, part]) => [name, modernSchema(part, origin, prefix)]));
}

function moved(ref: string, prefix: string): string {
  return ref === "#" || ref.startsWith("#/") ? prefix + ref.slice(1) : ref;
}

function schemaObject(schema: unknown): JsonObject {
  if (isObject(schema)) return schema;
  return schema === false ? { not: {} } : {};
}
