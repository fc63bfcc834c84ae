import { checkText } from "./answer.ts";
import { isObject, type JsonObject } from "./document.ts";

/** What a contract can be drafted as. */
export type DraftKind = "json_schema" | "typescript";

/** A text, or why there is none. */
export type Draft = { readonly text: string } | { readonly problem: string };

/** It guesses from few samples; what would refuse the next one is not guessed. */
const cautious = {
  inferMaps: false,
  inferEnums: false,
  inferUuids: false,
  inferDateTimes: false,
  inferIntegerStrings: false,
  inferBooleanStrings: false,
  combineClasses: false,
} as const;

/**
 * Drafts a contract from samples (JSON texts) where it stands. It is only given out once it is a contract by our own rules, and a
 * schema once every sample fits it.
 */
export async function draftFrom(kind: DraftKind, name: string, samples: readonly string[]): Promise<Draft> {
  if (samples.length === 0) return { problem: "There is no sample." };
  const values: unknown[] = [];
  for (const [i, sample] of samples.entries()) {
    try {
      values.push(JSON.parse(sample));
    } catch (error) {
      return { problem: `Sample ${i + 1} is not JSON: ${error instanceof Error ? error.message : String(error)}` };
    }
  }
  const mark = markFor(samples);
  const texts = values.map((value) => JSON.stringify(renamed(value, (key) => (inherited(key) ? mark + key : key))));
  const text =
    kind === "typescript"
      ? (await written("typescript", name, texts)).replaceAll(mark, "")
      : await schemaFor(name, texts, (key) => (key.startsWith(mark) ? key.slice(mark.length) : key));
  const checked = await checkText(kind, text);
  if ("problems" in checked) return { problem: checked.problems[0]?.say ?? "What was drafted is no contract." };
  const unfit = kind === "json_schema" ? await firstUnfit(JSON.parse(text) as JsonObject, values) : undefined;
  return unfit === undefined ? { text } : { problem: `Sample ${unfit + 1} does not fit what was drafted.` };
}

async function schemaFor(name: string, samples: readonly string[], original: (key: string) => string): Promise<string> {
  const drafted: unknown = JSON.parse(await written("schema", name, samples));
  const { $schema: _, definitions, ...rest } = plain(drafted, original) as JsonObject;
  const defined = isObject(definitions) && Object.keys(definitions).length > 0 ? { $defs: definitions } : {};
  const whole = { $schema: "https://json-schema.org/draft/2020-12/schema", title: name, ...rest, ...defined };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

async function written(lang: "schema" | "typescript", name: string, samples: readonly string[]): Promise<string> {
  const { InputData, jsonInputForTargetLanguage, quicktype } = await import("quicktype-core");
  const input = jsonInputForTargetLanguage(lang);
  await input.addSource({ name, samples: [...samples] });
  const inputData = new InputData();
  inputData.addInput(input);
  const rendererOptions = lang === "typescript" ? { "just-types": "true" } : {};
  const { lines } = await quicktype({ inputData, lang, ...cautious, rendererOptions });
  return lines.join("\n");
}

/**
 * The schema without what a few samples cannot know: that nothing may be added, and how a text is written. Names of properties
 * are data, and stay.
 */
function plain(schema: unknown, original: (key: string) => string, isMap = false): unknown {
  if (Array.isArray(schema)) return schema.map((part) => plain(part, original));
  if (!isObject(schema)) return schema;
  const entries = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (isMap) return [original(key), plain(value, original)];
    if (key === "$ref") return [key, String(value).replace("#/definitions/", "#/$defs/")];
    if (key === "required" && Array.isArray(value)) return [key, value.map(String).map(original)];
    return [key, plain(value, original, key === "properties" || key === "definitions")];
  });
  return Object.fromEntries(isMap ? entries : entries.filter(([key, value]) => !isGuess(key, value)));
}

function isGuess(key: string, value: unknown): boolean {
  return (
    key === "format" || key === "title" || key.startsWith("qt-") || (key === "additionalProperties" && value === false)
  );
}

/** The library takes names that every object inherits for properties that are there. */
function inherited(key: string): boolean {
  return key in {};
}

/** What no name in the samples begins with. */
function markFor(samples: readonly string[]): string {
  let mark = "own_";
  while (samples.some((sample) => sample.includes(mark))) mark += "_";
  return mark;
}

function renamed(value: unknown, name: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((part) => renamed(part, name));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [name(key), renamed(part, name)]));
}

/** The first sample that a schema refuses. */
async function firstUnfit(schema: JsonObject, values: readonly unknown[]): Promise<number | undefined> {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const fits = new Ajv2020({ strict: false, logger: false, ownProperties: true }).compile(schema);
  const at = values.findIndex((value) => !fits(value));
  return at < 0 ? undefined : at;
}
