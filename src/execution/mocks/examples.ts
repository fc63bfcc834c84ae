/** Examples of what travels by a contract that nobody can ask anything: JSON Schema and AsyncAPI. */
import { schemaOf } from "../contracts/asyncapi/compare.ts";
import { exchangesIn } from "../contracts/asyncapi/exchanges.ts";
import type { ContractKind } from "../contracts/contract-kind.ts";
import { type JsonObject, own, readDocument } from "../contracts/document.ts";
import { dialectOf } from "../contracts/json-schema.ts";
import { standalone } from "./modern-schema.ts";
import { samplerOf, validatorOf } from "./sample.ts";
import { seedFrom } from "./seed.ts";

/** Of what it is one, where a contract has several things, and the value. */
export interface Example {
  readonly of?: string;
  readonly value: unknown;
}

/** Examples, or why none can be made. */
export type Examples = { readonly examples: readonly Example[] } | { readonly problem: string };

/** So many of each schema. */
const each = 3;

/** More would be read by nobody. */
const most = 60;

/** The same for the same text and seed; each fits its schema. */
export async function examplesIn(kind: ContractKind, text: string, seed: number): Promise<Examples> {
  if (kind !== "json_schema" && kind !== "asyncapi")
    return { problem: `Of ${kind} neither a server nor examples can be made.` };
  const read = readDocument(text);
  if ("problems" in read) return { problem: read.problems[0]?.say ?? "The text is no contract." };
  try {
    const examples = kind === "asyncapi" ? ofMessages(read.document, seed) : ofSchema(read.document, seed);
    if (examples.length > 0) return { examples: examples.slice(0, most) };
  } catch (error) {
    return { problem: `Its schemas cannot be followed: ${error instanceof Error ? error.message : String(error)}` };
  }
  return { problem: "No example that fits was found; put `examples` into the contract." };
}

function ofSchema(document: JsonObject, seed: number): readonly Example[] {
  const origin = { document, dialect: dialectOf(document) ?? "2020-12" } as const;
  return sampled(standalone(document, origin), seed).map((value) => ({ value }));
}

function ofMessages(document: JsonObject, seed: number): readonly Example[] {
  const origin = { document, dialect: "draft-07" } as const;
  return [...exchangesIn(document).values()].flatMap(({ key, messages }) =>
    [...messages].flatMap(([name, message]) => {
      const of = `${key} ${name}`;
      const { schema, understood } = schemaOf(message["payload"], message["schemaFormat"]);
      const whole = understood ? standalone(schema ?? true, origin) : undefined;
      const fits = whole && validatorOf(whole);
      const told = (Array.isArray(message["examples"]) ? message["examples"] : [])
        .map((example: unknown) => own(example, "payload"))
        .filter((payload) => payload !== undefined && (fits?.(payload) ?? true));
      const values = told.length > 0 || !whole ? told : sampled(whole, seedFrom(seed, of));
      return values.map((value) => ({ of, value }));
    }),
  );
}

function sampled(schema: JsonObject, seed: number): readonly unknown[] {
  const sample = samplerOf(schema);
  const values = Array.from({ length: each }, (_, i) => sample(seedFrom(seed, i))).flatMap((one) => one ?? []);
  return [...new Map(values.map(({ value }) => [JSON.stringify(value), value])).values()];
}
