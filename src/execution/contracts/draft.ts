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
  // Written anew: its own reader of JSON knows less than ours.
  const texts = values.map((value) => JSON.stringify(value));
  const text = kind === "typescript" ? await written("typescript", name, texts) : await schemaFor(name, texts);
  const checked = await checkText(kind, text);
  if ("problems" in checked) return { problem: checked.problems[0]?.say ?? "What was drafted is no contract." };
  const unfit = kind === "json_schema" ? await firstUnfit(JSON.parse(text) as JsonObject, values) : undefined;
  return unfit === undefined ? { text } : { problem: `Sample ${unfit + 1} does not fit what was drafted.` };
}

async function schemaFor(name: string, samples: readonly string[]): Promise<string> {
  const drafted: unknown = JSON.parse(await written("schema", name, samples));
  const { $schema: _, definitions, ...rest } = plain(drafted) as JsonObject;
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
function plain(schema: unknown, isMap = false): unknown {
  if (Array.isArray(schema)) return schema.map((part) => plain(part));
  if (!isObject(schema)) return schema;
  const kept = Object.entries(schema).filter(
    ([key, value]) =>
      isMap ||
      !(
        key === "format" ||
        key === "title" ||
        key.startsWith("qt-") ||
        (key === "additionalProperties" && value === false)
      ),
  );
  return Object.fromEntries(
    kept.map(([key, value]) => {
      if (!isMap && key === "$ref") return [key, String(value).replace("#/definitions/", "#/$defs/")];
      return [key, plain(value, !isMap && (key === "properties" || key === "definitions"))];
    }),
  );
}

/** The first sample that a schema refuses. */
async function firstUnfit(schema: JsonObject, values: readonly unknown[]): Promise<number | undefined> {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const fits = new Ajv2020({ strict: false, logger: false }).compile(schema);
  const at = values.findIndex((value) => !fits(value));
  return at < 0 ? undefined : at;
}
