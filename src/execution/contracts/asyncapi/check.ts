import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { ValidateFunction } from "ajv";
import type { Problem } from "../contract-kind.ts";
import { badReferences, isObject, type JsonObject, quoted } from "../document.ts";
import { badPatterns } from "../json-schema.ts";

const versions = ["2.0.0", "2.1.0", "2.2.0", "2.3.0", "2.4.0", "2.5.0", "2.6.0", "3.0.0", "3.1.0"];

/** What is wrong with a description in AsyncAPI 2 or 3. */
export async function checkAsyncApi(document: JsonObject): Promise<readonly Problem[]> {
  const version = versions.find((known) => known === document["asyncapi"]);
  if (!version)
    return [
      {
        where: "/asyncapi",
        say: `AsyncAPI is read in versions 2.0 to 2.6, 3.0 and 3.1, not ${quoted(document["asyncapi"])}.`,
      },
    ];
  const references = badReferences(document);
  if (references.length > 0) return references;
  const validate = await rulesOf(version);
  if (validate(document)) return badPatterns(document, "");
  return (validate.errors ?? [])
    .slice(0, 10)
    .map(({ instancePath, message }) => ({ where: instancePath, say: `This ${message ?? "is malformed"}.` }));
}

/** The rules of a version are compiled once. */
const rules = new Map<string, ValidateFunction>();

async function rulesOf(version: string): Promise<ValidateFunction> {
  const known = rules.get(version);
  if (known) return known;
  const file = createRequire(import.meta.url).resolve(`@asyncapi/specs/schemas/${version}-without-$id.json`);
  const schema: unknown = JSON.parse(await readFile(file, "utf8"));
  if (!isObject(schema)) throw new Error(`no rules for AsyncAPI ${version}`);
  const { Ajv } = await import("ajv");
  const compiled = new Ajv({ strict: false, logger: false, validateFormats: false, unicodeRegExp: false }).compile(
    schema,
  );
  rules.set(version, compiled);
  return compiled;
}
