import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { badReferences } from "../../../src/execution/contracts/document.ts";
import { compareOpenApis } from "../../../src/execution/contracts/openapi/compare.ts";
import { chance, mutated, type Schema, somePayload, someSchema } from "./schemas.ts";

const numRuns = 100;

/** An API of 3.1 with one schema where a request or an answer has it; references are led to their new place. */
function apiWith(schema: Schema, place: "request" | "response"): Schema {
  const { $defs, ...body } = JSON.parse(
    JSON.stringify(schema).replaceAll("#/$defs/", "#/components/schemas/"),
  ) as Schema;
  const content = { "application/json": { schema: body } };
  const sent = place === "request" ? { requestBody: { required: true, content } } : {};
  const answer = { description: "ok", ...(place === "response" && { content }) };
  return {
    openapi: "3.1.0",
    info: { title: "t", version: "1" },
    paths: { "/x": { post: { ...sent, responses: { 200: answer } } } },
    components: { schemas: $defs },
  };
}

test("[A16] what is called compatible accepts the requests of old clients, and answers what old clients accept", () => {
  const tried = { compatible: 0, payloads: 0 };
  fc.assert(
    fc.property(chance, (pick) => {
      const before = someSchema(pick);
      const after = mutated(pick, before);
      // What only leads back to itself is refused before anything is compared.
      fc.pre([before, after].every((schema) => badReferences(schema).length === 0));
      for (const place of ["request", "response"] as const) {
        const findings = compareOpenApis(apiWith(before, place), apiWith(after, place));
        if (findings.some(({ change }) => change !== "compatible")) continue;
        tried.compatible += 1;
        const [sender, receiver] = place === "request" ? [before, after] : [after, before];
        const [sends, accepts] = [sender, receiver].map((schema) =>
          new Ajv2020({ strict: false, logger: false }).compile(schema),
        );
        for (let i = 0; i < 8; i += 1) {
          const payload = somePayload(pick, sender);
          if (!sends?.(payload)) continue;
          tried.payloads += 1;
          if (!accepts?.(payload)) throw new Error(JSON.stringify({ place, before, after, payload }));
        }
      }
    }),
    { numRuns },
  );
  expect(tried.compatible).toBeGreaterThan(numRuns / 10);
  expect(tried.payloads).toBeGreaterThan(numRuns);
});
