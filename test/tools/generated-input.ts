/** Input for tools as nobody would write it: made from their schemas, and bent against them. */
import fc from "fast-check";

export interface Schema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
}

/** Texts that have broken programs before. */
export const oddTexts: readonly string[] = [
  "",
  "-",
  "--upload-pack=touch /tmp/x",
  "..",
  "../x",
  "/etc/passwd",
  "a\\b",
  ".git/config",
  "src/**",
  "src/{a,b",
  "[",
  "a\u0000b",
  "a\nb\r\n",
  "\u001b[31m\u0007",
  "\u202e\u200b",
  "\ud800",
  "x\udc00y",
  "e\u0301",
  "😀".repeat(30),
  "__proto__",
  "constructor",
  "a".repeat(70),
  "long ".repeat(20_000),
  "<b>&amp;</b>",
  "$(id) `id` $x",
  "'; DROP TABLE event; --",
];

/** Numbers at the edges of what JSON and doubles can say; a text like 1e400 is read as Infinity. */
const oddNumbers: readonly number[] = [
  0,
  -1,
  0.5,
  1e308,
  -1e308,
  5e-324,
  2 ** 53,
  2 ** 31,
  Number.POSITIVE_INFINITY,
  Number.NaN,
];

/** Any value that a client could send in place of the right one. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...oddTexts),
  fc.constantFrom<unknown>(...oddNumbers),
  fc.constantFrom<unknown>(null, true, [], {}, [[]], [null]),
  fc.string({ unit: "binary" }),
  fc.jsonValue(),
  fc.constantFrom(30, 3_000, 50_000).map(nested),
  fc.constant(0).map(() => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}')),
  fc.constant(0).map(() => Array.from({ length: 2_000 }, (_, i) => `f${i}`)),
);

/** Values of a schema's kind, mostly; now and then of any other. */
export function likeSchema(schema: Schema | undefined, words: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary: properly(schema ?? {}, words) }, { weight: 1, arbitrary: fc.jsonValue() });
}

/** The same input with one place in it changed: `where` picks the place, `value` is what is put there. */
export function bent(input: unknown, where: number, value: unknown): unknown {
  const places = placesOf(input);
  const place = places[where % places.length] ?? [];
  return withAt(input, place, value);
}

function properly(schema: Schema, words: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => properly(one, words)));
  if (schema.properties) {
    const fields = Object.entries(schema.properties).map(([name, inner]) => [name, likeSchema(inner, words)] as const);
    const record = fc.record(Object.fromEntries(fields), { requiredKeys: [] });
    return fc.tuple(record, strayFields).map(([own, more]) => ({ ...own, ...more }));
  }
  switch (schema.type) {
    case "string":
      return fc.oneof(words, fc.string());
    case "number":
    case "integer":
      return fc.oneof(fc.integer({ min: -1, max: 200 }), fc.double());
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(likeSchema(schema.items, words), { maxLength: 4 });
    default:
      return fc.dictionary(words, fc.jsonValue(), { maxKeys: 3 });
  }
}

const strayFields = fc.oneof(
  { weight: 8, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 2 }) },
);

function nested(depth: number): unknown {
  let value: unknown = "deep";
  for (let i = 0; i < depth; i += 1) value = i % 2 === 0 ? [value] : { in: value };
  return value;
}

type Place = readonly string[];

function placesOf(value: unknown, at: Place = []): readonly Place[] {
  if (typeof value !== "object" || value === null || at.length > 6) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...at, key]))];
}

function withAt(value: unknown, [key, ...rest]: Place, put: unknown): unknown {
  if (key === undefined) return put;
  if (Array.isArray(value)) return value.map((one, i) => (String(i) === key ? withAt(one, rest, put) : one));
  const fields = Object.entries(value as object).map(([name, inner]) => [
    name,
    name === key ? withAt(inner, rest, put) : inner,
  ]);
  return Object.fromEntries(fields);
}
