import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkContract, draftContract } from "../../../src/execution/contracts/contracts.ts";
import { draftFrom } from "../../../src/execution/contracts/draft.ts";

const fits = (schema: string, sample: unknown) =>
  new Ajv2020({ ownProperties: true }).compile(JSON.parse(schema))(sample);

/** Payloads as they travel, with names that hurt some libraries. */
const names = fc.oneof(
  fc.constantFrom("id", "a b", "", "toString", "constructor", "hasOwnProperty", "$ref", "type", "format", "title"),
  fc.string({ maxLength: 5 }),
);
const payload = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false, 0, -1, 1.5, 1e300, "", "a", "2026-01-01", "2026-01-01T10:00:00Z", "12", "true"),
    fc.constantFrom("https://example.com/a?b=c", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "ü🙂"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(names, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

describe("a contract drafted from samples", () => {
  test("is a schema that all of them fit, strictly", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(payload, { minLength: 1, maxLength: 4 }), async (samples) => {
        const draft = await draftFrom(
          "json_schema",
          "Sample",
          samples.map((sample) => JSON.stringify(sample)),
        );
        if ("problem" in draft) throw new Error(draft.problem);
        for (const sample of samples) expect(fits(draft.text, JSON.parse(JSON.stringify(sample)))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test("lets payloads grow, and says what is always there", async () => {
    const draft = await draftContract("json_schema", "Alert", [
      '{"id":"2026-01-01","score":1}',
      '{"id":"x","score":0.5,"note":"n"}',
    ]);
    if ("problem" in draft) throw new Error(draft.problem);
    expect(await checkContract("json_schema", draft.text)).toEqual({ ok: true });
    expect(fits(draft.text, { id: "y", score: 2, more: [] })).toBe(true);
    expect(fits(draft.text, { id: "y" })).toBe(false);
    expect(fits(draft.text, { id: "y", score: "2" })).toBe(false);
    expect(fits(draft.text, { id: "y", score: 2, note: 3 })).toBe(false);
  });

  test("may be a module of types", async () => {
    const draft = await draftContract("typescript", "Alert", ['{"id":1,"constructor":{"toString":[1,"a"]}}']);
    if ("problem" in draft) throw new Error(draft.problem);
    expect(draft.text).toContain("export interface Alert");
    expect(await checkContract("typescript", draft.text)).toEqual({ ok: true });
  });

  test.each([
    ["no JSON", "{", /Sample 2 is not JSON/],
    ["more than is read", JSON.stringify("x".repeat(5_000_000)), /more time or memory/],
  ])("is refused for %s", async (_, sample, say) => {
    expect(await draftContract("json_schema", "A", ["{}", sample])).toEqual({ problem: expect.stringMatching(say) });
  });
});
