import fc from "fast-check";
import { expect, test } from "vitest";
import { heap } from "../../../src/core/plan/heap.ts";

test("a heap gives back what comes first, whatever was put in and taken out before", () => {
  const steps = fc.array(fc.option(fc.nat(20), { freq: 3 }), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (all) => {
      const tried = heap<number>((a, b) => a - b);
      const kept: number[] = [];
      for (const step of all) {
        if (step === null) expect(tried.pop()).toBe(kept.shift());
        else {
          tried.push(step);
          kept.push(step);
          kept.sort((a, b) => a - b);
        }
        expect(tried.peek()).toBe(kept[0]);
      }
    }),
  );
});
