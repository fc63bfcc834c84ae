import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { badReferences } from "../../../src/execution/contracts/document.ts";
import { standalone } from "../../../src/execution/mocks/modern-schema.ts";
import { samplerOf } from "../../../src/execution/mocks/sample.ts";
import { chance, type Schema, someSchema } from "../contracts/schemas.ts";

/** What is made by a schema is checked by another reader, against the schema as it was written. */
function fits(document: Schema, dialect: "draft-07" | "2020-12", value: unknown): boolean {
  const options = { strict: false, logger: false, validateFormats: false } as const;
  return (dialect === "draft-07" ? new Ajv(options) : new Ajv2020(options)).compile(document)(value) === true;
}

const samples = (document: Schema, dialect: "draft-07" | "2020-12" | "openapi-3.0", seeds = [1, 2, 3]) => {
  const sample = samplerOf(standalone(document, { document, dialect }));
  return seeds.flatMap((seed) => sample(seed) ?? []).map(({ value }) => value);
};

test("[F2] what is made fits the schema as it was written", () => {
  let made = 0;
  fc.assert(
    fc.property(chance, fc.nat(), (pick, seed) => {
      const schema = someSchema(pick);
      // Such a schema is no contract.
      fc.pre(badReferences(schema).length === 0);
      for (const value of samples(schema, "2020-12", [seed])) {
        made += 1;
        return fits(schema, "2020-12", value);
      }
      return true;
    }),
    { numRuns: 60 },
  );
  expect(made).toBeGreaterThan(30);
});

test.each<[string, Schema]>([
  [
    "a list of items by place",
    { type: "array", items: [{ type: "string" }, { const: 3 }], additionalItems: false, minItems: 2 },
  ],
  ["dependencies", { type: "object", required: ["a"], properties: { a: { const: 1 } }, dependencies: { a: ["b"] } }],
  [
    "definitions",
    {
      $ref: "#/definitions/A",
      definitions: {
        A: {
          type: "object",
          required: ["n"],
          properties: { n: { type: "integer" }, next: { $ref: "#/definitions/A" } },
        },
      },
    },
  ],
  [
    "a circle through the whole",
    {
      type: "object",
      required: ["id"],
      properties: { id: { type: "string" }, child: { $ref: "#" }, all: { type: "array", items: { $ref: "#" } } },
    },
  ],
  [
    "names of the prototype",
    JSON.parse(
      '{"type":"object","required":["constructor","toString"],"properties":{"constructor":{"type":"integer"},"toString":{"type":"string"},"__proto__":{"type":"boolean"}}}',
    ),
  ],
  ["words that only describe", { type: "object", "x-faker": "name", components: { type: "string" }, title: "t" }],
  ["a text with bounds", { type: "string", minLength: 3, maxLength: 4 }],
  [
    "numbers",
    { type: "array", minItems: 4, items: { type: "number", multipleOf: 0.5, exclusiveMinimum: 0, maximum: 10 } },
  ],
])("draft-07: %s", (_, schema) => {
  const values = samples(schema, "draft-07");
  expect(values).toHaveLength(3);
  for (const value of values) expect([value, fits(schema, "draft-07", value)]).toEqual([value, true]);
});

test("OpenAPI 3.0 has rules of its own", () => {
  const schema = { type: "integer", nullable: true, minimum: 5, exclusiveMinimum: true, maximum: 7 };
  for (const value of samples(schema, "openapi-3.0", [1, 2, 3, 4, 5, 6])) expect([null, 6, 7]).toContain(value);
});

test("where nothing fits, nothing is made", () => {
  const endless = { type: "object", required: ["next"], properties: { next: { $ref: "#" } } };
  expect(samples(endless, "2020-12")).toEqual([]);
  expect(samples({ not: {} }, "2020-12")).toEqual([]);
});
