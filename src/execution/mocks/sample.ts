/** Examples of what a schema allows. Each is checked against the schema: what does not fit is never shown. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { generateSync } from "json-schema-faker";
import { isObject, type JsonObject, pointerSegments } from "../contracts/document.ts";
import { seedFrom } from "./seed.ts";

/** Makes an example, the same for the same seed; undefined when none that fits was found. */
export type Sampler = (seed: number) => { readonly value: unknown } | undefined;

/** From everything that may be there to only what must be. */
const manners = [
  { alwaysFakeOptionals: true, useExamplesValue: true, maxDepth: 12, refDepthMax: 3 },
  { alwaysFakeOptionals: true, maxDepth: 6, refDepthMax: 1 },
  { optionalsProbability: 0.5, maxDepth: 12, refDepthMax: 3 },
  { optionalsProbability: 0, alwaysFakeOptionals: false, fillProperties: false, maxDepth: 20, refDepthMax: 8 },
] as const;

const triesPerManner = 3;
const mostRepairs = 60;

/** `schema` is of 2020-12 and holds all that its references lead to. Throws what says why it cannot be read. */
export function samplerOf(schema: JsonObject): Sampler {
  const fits = validatorOf(schema);
  return (seed) => {
    for (const manner of manners)
      for (let i = 0; i < triesPerManner; i += 1) {
        const value = made(schema, { ...manner, outputTransform: readable, seed: (seed + i * 7919) % 2 ** 31 });
        if (value !== undefined && repaired(value, fits)) return value;
      }
    return undefined;
  };
}

/** Whether a value fits a schema of 2020-12; nothing is ever fetched. */
export function validatorOf(schema: JsonObject, { all = false } = {}): ValidateFunction {
  const options = {
    strict: false,
    logger: false,
    validateFormats: false,
    ownProperties: true,
    allErrors: all,
  } as const;
  return new Ajv2020(options).compile(schema);
}

/** A text of which nothing is asked says what it is: `title-3f2a`. */
function readable(value: unknown, schema: unknown, path: string): unknown {
  if (typeof value !== "string" || !isObject(schema)) return value;
  if (["pattern", "format", "enum", "const", "examples"].some((key) => schema[key] !== undefined)) return value;
  const name = pointerSegments(path)
    .filter((segment) => !/^\d+$/.test(segment))
    .at(-1);
  const text = `${name || "text"}-${seedFrom(value, path).toString(16).slice(0, 4)}`;
  const { minLength = 0, maxLength = text.length } = schema;
  return text.length >= Number(minLength) && text.length <= Number(maxLength) ? text : value;
}

function made(schema: JsonObject, options: Parameters<typeof generateSync>[1]): { value: unknown } | undefined {
  try {
    const value = generateSync(schema, options);
    return value === undefined ? undefined : { value: JSON.parse(JSON.stringify(value)) as unknown };
  } catch {
    // It says so when it finds nothing; a stack that ran out means the same.
    return undefined;
  }
}

/** Takes out what does not fit and need not be there: where a circle of references ends, the library leaves a null. */
function repaired(made: { value: unknown }, fits: ValidateFunction): boolean {
  for (let left = mostRepairs; left > 0; left -= 1) {
    if (fits(made.value)) return true;
    const wrong = fits.errors?.find(({ keyword }) => keyword !== "anyOf" && keyword !== "oneOf") ?? fits.errors?.[0];
    if (!wrong || !takenOut(made.value, wrong)) return false;
  }
  return false;
}

function takenOut(value: unknown, { instancePath }: ErrorObject): boolean {
  const segments = [...pointerSegments(instancePath)];
  const last = segments.pop();
  if (last === undefined) return false;
  let at = value;
  for (const segment of segments) at = Array.isArray(at) ? at[Number(segment)] : isObject(at) ? at[segment] : undefined;
  if (Array.isArray(at)) return at.splice(Number(last), 1).length > 0;
  return isObject(at) && Object.hasOwn(at, last) && Reflect.deleteProperty(at, last);
}
