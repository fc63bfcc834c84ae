import fc from "fast-check";
import { expect, test } from "vitest";
import { byRank, merged, Ranking } from "../../../src/core/plan/ranking.ts";

const ranked = fc.record({ spec: fc.record({ priority: fc.nat({ max: 3 }) }), chain: fc.nat({ max: 9 }) });

test("[H3] a ranking is in order of rank whatever is added and taken out, also in thousands", () => {
  fc.assert(
    fc.property(fc.array(ranked, { maxLength: 3000, size: "max" }), fc.nat({ max: 5 }), (all, gap) => {
      const nodes = all.map((one, order) => ({ ...one, order }));
      const ranking = new Ranking<(typeof nodes)[number]>();
      for (const node of nodes) ranking.add(node);
      const gone = nodes.filter(({ order }) => order % (gap + 1) === 0);
      for (const node of gone) expect(ranking.delete(node)).toBe(true);
      for (const node of gone) expect(ranking.delete(node)).toBe(false);
      const left = nodes.filter((node) => !gone.includes(node)).sort(byRank);
      expect([...ranking]).toEqual(left);
      expect([ranking.size, ranking.first]).toEqual([left.length, left[0]]);
      const halves = [left.filter((_, i) => i % 2), left.filter((_, i) => i % 2 === 0)];
      expect([...merged(halves)]).toEqual(left);
    }),
    { numRuns: 20 },
  );
});
