import type { Ajv } from "ajv";
import type { Finding, Problem } from "./contract-kind.ts";
import { badReferences, isObject, type JsonObject, pointerTo, quoted } from "./document.ts";
import { type Dialect, sourceOf } from "./variance/keywords.ts";
import { expression } from "./variance/matching.ts";
import { compareRead, compareSent } from "./variance/variance.ts";

type SchemaDialect = Exclude<Dialect, "openapi-3.0">;

const dialects: Readonly<Record<string, SchemaDialect>> = {
  "http://json-schema.org/draft-07/schema": "draft-07",
  "https://json-schema.org/draft-07/schema": "draft-07",
  "https://json-schema.org/draft/2020-12/schema": "2020-12",
};

/** The rules that a schema names by `$schema`; without a name it is of 2020-12. Undefined for rules that are not known here. */
export function dialectOf({ $schema }: JsonObject): SchemaDialect | undefined {
  if ($schema === undefined) return "2020-12";
  return typeof $schema === "string" ? dialects[$schema.replace(/#$/, "")] : undefined;
}

/** What is wrong with a JSON Schema of draft-07 or 2020-12. */
export async function checkJsonSchema(document: JsonObject): Promise<readonly Problem[]> {
  const dialect = dialectOf(document);
  if (!dialect) {
    const say = `Schemas are read by draft-07 or 2020-12, not by ${quoted(document["$schema"])}.`;
    return [{ where: "/$schema", say }];
  }
  return [...badReferences(document), ...(await checkSchemas([{ schema: document, where: "" }], dialect))];
}

/** Whether schemas are well-formed by the rules of their dialect, patterns included. */
export async function checkSchemas(
  schemas: readonly { readonly schema: unknown; readonly where: string }[],
  dialect: SchemaDialect,
): Promise<readonly Problem[]> {
  const validator = await validatorFor(dialect);
  return schemas.flatMap(({ schema, where }) => {
    if (typeof schema !== "boolean" && !isObject(schema))
      return [{ where, say: "A schema must be an object or a boolean." }];
    // By this name alone the rules are chosen; one that is not known there would be a fault.
    const known = typeof schema === "boolean" ? schema : { ...schema, $schema: undefined };
    validator.validateSchema(JSON.parse(JSON.stringify(known)));
    const malformed = (validator.errors ?? [])
      .slice(0, 10)
      .map((error) => ({ where: where + error.instancePath, say: `The schema ${error.message ?? "is malformed"}.` }));
    return [...malformed, ...badPatterns(schema, where)];
  });
}

/**
 * What changed between two schemas. Who sends and who reads such values is not known, so both must go on:
 * old senders with new readers, and new senders with old readers.
 */
export function compareJsonSchemas(before: JsonObject, after: JsonObject): readonly Finding[] {
  const [old, young] = [dialectOf(before), dialectOf(after)];
  if (!old || !young)
    return [
      {
        change: "unknown",
        rule: "dialect-not-understood",
        where: "/$schema",
        say: "The schema's rules are not known here.",
      },
    ];
  const subject = { whole: "schema", part: "property", side: "" };
  const pair = [
    { raw: before, source: sourceOf(before, old) },
    { raw: after, source: sourceOf(after, young) },
  ] as const;
  const read = compareRead(...pair, subject, "").filter(({ change }) => change !== "compatible");
  return [...compareSent(...pair, subject, ""), ...read];
}

const options = { strict: false, logger: false, validateFormats: false } as const;
let draft07: Ajv | undefined;
let draft2020: Ajv | undefined;

/** The rules of a dialect as a validator; it never fetches anything. */
async function validatorFor(dialect: SchemaDialect): Promise<Ajv> {
  if (dialect === "2020-12") {
    draft2020 ??= new (await import("ajv/dist/2020.js")).Ajv2020(options);
    return draft2020;
  }
  draft07 ??= new (await import("ajv")).Ajv(options);
  return draft07;
}

/** Patterns in a schema that are no regular expressions. */
export function badPatterns(value: unknown, where: string, named = false): readonly Problem[] {
  if (Array.isArray(value)) return value.flatMap((part, i) => badPatterns(part, `${where}/${i}`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    const at = where + pointerTo(key);
    if (named) return badPatterns(part, at);
    if (key === "pattern") return typeof part === "string" ? patternProblem(part, at) : [];
    if (key === "enum" || key === "const" || key === "examples" || key === "example" || key === "default") return [];
    if (key === "patternProperties" && isObject(part))
      return [...Object.keys(part).flatMap((name) => patternProblem(name, at)), ...badPatterns(part, at, true)];
    return badPatterns(part, at, ["properties", "$defs", "definitions", "dependentSchemas"].includes(key));
  });
}

function patternProblem(pattern: string, where: string): readonly Problem[] {
  try {
    expression(pattern);
    return [];
  } catch {
    return [{ where, say: `${quoted(pattern)} is not a regular expression.` }];
  }
}
