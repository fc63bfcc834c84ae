import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { badReferences } from "../../../src/execution/contracts/document.ts";
import { sourceOf } from "../../../src/execution/contracts/variance/keywords.ts";
import { compareRead, compareSent } from "../../../src/execution/contracts/variance/variance.ts";
import { chance, mutated, somePayload, someSchema } from "./schemas.ts";

const subject = { whole: "body", part: "property", side: "" };
const numRuns = 200;

/** How much a run has really tried; a property over nothing proves nothing. */
const tally = { compatible: 0, payloads: 0 };

test("[A16] a change of a schema that is called compatible keeps every payload that was, or is to be, accepted", () => {
  fc.assert(
    fc.property(chance, (pick) => {
      const before = someSchema(pick);
      const after = mutated(pick, before);
      // What only leads back to itself is refused before anything is compared.
      fc.pre([before, after].every((schema) => badReferences(schema).length === 0));
      const old = { raw: before, source: sourceOf(before, "2020-12") };
      const young = { raw: after, source: sourceOf(after, "2020-12") };
      const sent = compareSent(old, young, subject, "").every(({ change }) => change === "compatible");
      const read = compareRead(old, young, subject, "").every(({ change }) => change === "compatible");
      const [byOld, byYoung] = [before, after].map((schema) =>
        new Ajv2020({ strict: false, logger: false }).compile(schema),
      );
      for (const [judged, sender, accepted, accepts] of [
        [sent, before, byOld, byYoung],
        [read, after, byYoung, byOld],
      ] as const) {
        if (!judged) continue;
        tally.compatible += 1;
        for (let i = 0; i < 12; i += 1) {
          const payload = somePayload(pick, sender);
          if (!accepted?.(payload)) continue;
          tally.payloads += 1;
          if (!accepts?.(payload))
            throw new Error(JSON.stringify({ way: judged === sent ? "sent" : "read", before, after, payload }));
        }
      }
    }),
    { numRuns },
  );
  expect(tally.compatible).toBeGreaterThan(numRuns / 10);
  expect(tally.payloads).toBeGreaterThan(numRuns / 2);
});
