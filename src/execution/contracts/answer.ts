import { checkAsyncApi } from "./asyncapi/check.ts";
import { compareAsyncApis, payloadsIn } from "./asyncapi/compare.ts";
import { type Comparison, type ContractKind, comparisonOf, type Finding, type Problem } from "./contract-kind.ts";
import { type JsonObject, mostBytes, readDocument } from "./document.ts";
import type { DraftKind } from "./draft.ts";
import { missingFields } from "./fields.ts";
import { checkGraphql, compareGraphql, fieldsOfGraphql } from "./graphql.ts";
import { checkJsonSchema, compareJsonSchemas, dialectOf } from "./json-schema.ts";
import { checkOpenApi } from "./openapi/check.ts";
import { compareOpenApis } from "./openapi/compare.ts";
import { fieldsOfOpenApi } from "./openapi/fields.ts";
import { checkProtobuf, compareProtobuf, fieldsOfProtobuf } from "./protobuf.ts";
import { fieldsOfSchema } from "./schema-fields.ts";
import { checkTypescript, compareTypescript, fieldsOfTypescript } from "./typescript/declarations.ts";
import { sourceOf } from "./variance/keywords.ts";

/** Whether a text is a contract of its kind. */
export type Checked = { readonly ok: true } | { readonly problems: readonly Problem[] };

/** Something to be known of texts. */
export type Question =
  | { readonly ask: "check"; readonly kind: ContractKind; readonly text: string }
  | { readonly ask: "compare"; readonly kind: ContractKind; readonly before: string; readonly after: string }
  | { readonly ask: "fields"; readonly kind: ContractKind; readonly text: string }
  | { readonly ask: "examples"; readonly kind: ContractKind; readonly text: string; readonly seed: number }
  | { readonly ask: "draft"; readonly kind: DraftKind; readonly name: string; readonly samples: readonly string[] }
  | { readonly ask: "missing"; readonly kind: ContractKind; readonly text: string; readonly fields: readonly string[] };

/** What a format knows of its texts. Problems are looked for before anything else. */
interface Format {
  readonly check: (text: string) => Promise<readonly Problem[]>;
  readonly compare: (before: string, after: string) => Promise<readonly Finding[]>;
  readonly fields: (text: string) => Promise<readonly string[]>;
}

const formats: Readonly<Record<ContractKind, Format>> = {
  openapi: documents(checkOpenApi, compareOpenApis, fieldsOfOpenApi),
  json_schema: documents(checkJsonSchema, compareJsonSchemas, (document) =>
    fieldsOfSchema({ raw: document, source: sourceOf(document, dialectOf(document) ?? "2020-12") }),
  ),
  asyncapi: documents(checkAsyncApi, compareAsyncApis, (document) => {
    const source = sourceOf(document, "draft-07");
    return [...new Set(payloadsIn(document).flatMap((raw) => fieldsOfSchema({ raw, source })))];
  }),
  graphql: { check: checkGraphql, compare: compareGraphql, fields: fieldsOfGraphql },
  protobuf: { check: checkProtobuf, compare: compareProtobuf, fields: fieldsOfProtobuf },
  typescript: { check: checkTypescript, compare: compareTypescript, fields: fieldsOfTypescript },
};

/** Checks a text where it stands: a hostile one can take any time and memory. */
export async function checkText(kind: ContractKind, text: string): Promise<Checked> {
  if (Buffer.byteLength(text) > mostBytes)
    return { problems: [{ where: "", say: `The text is larger than ${mostBytes} bytes.` }] };
  const problems = await formats[kind].check(text);
  return problems.length > 0 ? { problems: problems.slice(0, 20) } : { ok: true };
}

/** Compares two texts where they stand. What is no contract is unknown. */
export async function compareTexts(kind: ContractKind, before: string, after: string): Promise<Comparison> {
  for (const [version, text] of [
    ["before", before],
    ["after", after],
  ] as const) {
    const checked = await checkText(kind, text);
    if ("problems" in checked)
      return comparisonOf([
        {
          change: "unknown",
          rule: "not-a-contract",
          where: version,
          say: checked.problems[0]?.say ?? "The text is no contract.",
        },
      ]);
  }
  return comparisonOf(before === after ? [] : await formats[kind].compare(before, after));
}

/** The fields of a contract's messages, as pointers; none of what is no contract. */
export async function fieldsIn(kind: ContractKind, text: string): Promise<readonly string[]> {
  return "ok" in (await checkText(kind, text)) ? await formats[kind].fields(text) : [];
}

/** What of the fields asked for a contract lacks. */
export async function missingIn(
  kind: ContractKind,
  text: string,
  fields: readonly string[],
): Promise<readonly string[]> {
  const read = ["openapi", "json_schema", "asyncapi"].includes(kind) ? readDocument(text) : undefined;
  return missingFields(await fieldsIn(kind, text), fields, read && "document" in read ? read.document : undefined);
}

/** A format whose texts are JSON or YAML. */
function documents(
  check: (document: JsonObject) => Promise<readonly Problem[]>,
  compare: (before: JsonObject, after: JsonObject) => readonly Finding[],
  fields: (document: JsonObject) => readonly string[],
): Format {
  return {
    check: async (text) => {
      const read = readDocument(text);
      return "problems" in read ? read.problems : await check(read.document);
    },
    compare: async (before, after) => {
      const [old, young] = [readDocument(before), readDocument(after)];
      return "problems" in old || "problems" in young ? [] : compare(old.document, young.document);
    },
    fields: async (text) => {
      const read = readDocument(text);
      return "problems" in read ? [] : fields(read.document);
    },
  };
}
