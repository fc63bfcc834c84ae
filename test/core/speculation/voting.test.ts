import fc from "fast-check";
import { expect, test } from "vitest";
import { plan, work } from "../plans.ts";
import { given, request } from "../scenario.ts";
import { newestConflict, reports, votes } from "./played-conflicts.ts";

const agents = ["ada", "bob", "cyd", "dan", "eve"];
const vote = fc.record({
  agent: fc.constantFrom(...agents),
  option: fc.constantFrom("x", "y", "z"),
  evidence: fc.boolean(),
});

test("[K7] whoever votes however, what is decided is what has most behind it whatever the others would have said", () => {
  fc.assert(
    fc.property(fc.array(vote, { minLength: 1, maxLength: 12 }), (cast) => {
      const nodes = agents.map((id) => work(id));
      const s = given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("ada"));
      s.and(reports("ada", agents, { severity: "high" }));
      const last = new Map<string, { readonly option: string; readonly weight: number }>();
      for (const { agent, option, evidence } of cast) {
        if (newestConflict(s).state.is !== "open") break;
        s.and(votes(agent, option, ...(evidence ? ["seen"] : [])));
        last.set(agent, { option, weight: evidence ? 1.5 : 1 });
        const weight = (of: string) =>
          [...last.values()].reduce((sum, one) => sum + (one.option === of ? one.weight : 0), 0);
        const [first = 0, second = 0] = ["x", "y", "z"].map(weight).sort((a, b) => b - a);
        const toCome = (agents.length - last.size) * 1.5;
        const settled = s.events().find(({ type }) => type === "ConflictResolved");
        expect(settled !== undefined, `${first} against ${second} and ${toCome}`).toBe(first > second + toCome);
        if (settled?.type === "ConflictResolved") expect(weight(settled.decision)).toBe(first);
      }
    }),
    { numRuns: 200 },
  );
});
