import type { Validator } from "@seriousme/openapi-schema-validator";
import type { Problem } from "../contract-kind.ts";
import { badReferences, type JsonObject, quoted } from "../document.ts";
import { badPatterns, checkSchemas } from "../json-schema.ts";
import { dialectOf, schemasIn } from "./api.ts";

/** It compiles the rules of a version once. */
let validator: Validator | undefined;

/** What is wrong with a description of an API in OpenAPI 3.0 or 3.1. */
export async function checkOpenApi(document: JsonObject): Promise<readonly Problem[]> {
  const dialect = dialectOf(document);
  if (!dialect)
    return [{ where: "/openapi", say: `OpenAPI is read in versions 3.0 and 3.1, not ${quoted(document["openapi"])}.` }];
  // The library follows references: it is only asked once they are known to stay inside.
  const references = badReferences(document);
  if (references.length > 0) return references;
  validator ??= new (await import("@seriousme/openapi-schema-validator")).Validator();
  const { valid, errors } = await validator.validate(structuredClone(document));
  const malformed = valid
    ? []
    : typeof errors === "string"
      ? [{ where: "", say: `${errors}.` }]
      : (errors ?? [])
          .slice(0, 10)
          .map(({ instancePath, message }) => ({ where: instancePath, say: `This ${message ?? "is malformed"}.` }));
  if (malformed.length > 0) return malformed;
  const schemas = schemasIn(document);
  if (dialect === "2020-12") return await checkSchemas(schemas, dialect);
  return schemas.flatMap(({ schema, where }) => badPatterns(schema, where));
}
