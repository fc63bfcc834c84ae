import { z } from "zod";
import type { Tool } from "../tools/define-tool.ts";
import { outputSchema } from "../tools/reply.ts";

type JsonSchema = Record<string, unknown>;

/** A schema that the SDK publishes as given and never judges by, so that our own answers name all problems at once. */
export interface PassThrough {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: "interlock";
    readonly validate: (value: unknown) => { readonly value: unknown };
    readonly jsonSchema: { readonly input: () => JsonSchema; readonly output: () => JsonSchema };
  };
}

export function passThrough(schema: JsonSchema): PassThrough {
  return {
    "~standard": {
      version: 1,
      vendor: "interlock",
      validate: (value) => ({ value }),
      jsonSchema: { input: () => schema, output: () => schema },
    },
  };
}

export const sharedOutput = passThrough(outputSchema as unknown as JsonSchema);

/** A tool's input as clients see it: every byte of it costs each of their models tokens, so nothing idle is in it. */
export function inputSchemaOf(tool: Tool): JsonSchema {
  return slim(z.toJSONSchema(tool.input, { io: "input", target: "draft-2020-12" }));
}

/** Limits that only guard us are checked but not published. */
const idleKeys = new Set([
  "$schema",
  "additionalProperties",
  "maxLength",
  "minLength",
  "maxItems",
  "minItems",
  "pattern",
]);
/** And 0: nobody who reads what a number is for gives one below. */
const noLimit = [0, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 1_000_000_000];

function slim(schema: object): JsonSchema {
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
      if (key === "properties") return [[key, slimEach(value)]];
      if (idleKeys.has(key)) return [];
      if ((key === "maximum" || key === "minimum") && noLimit.includes(value as number)) return [];
      return [[key, slimValue(value)]];
    }),
  );
}

function slimValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(slimValue);
  return typeof value === "object" && value !== null ? slim(value) : value;
}

/** Names of properties are not keywords, whatever they are. */
function slimEach(properties: unknown): unknown {
  return Object.fromEntries(
    Object.entries(properties as JsonSchema).map(([name, schema]) => [name, slimValue(schema)]),
  );
}
