import { expect, test } from "vitest";
import type { ImpactReport } from "../../src/execution/analyzing.ts";
import { analyzeImpact } from "../../src/tools/analyze-impact.ts";
import { call } from "./fake-execution.ts";

const file = (id: string, how: string) => ({ kind: "file", id, how });

const report: ImpactReport = {
  affected: [
    {
      ...{ kind: "contract", id: "Alerts", depth: 2, score: 0.5 },
      via: [file("a.ts", "changed"), file("b.ts", "imports"), { kind: "contract", id: "Alerts", how: "holds" }],
    },
    {
      kind: "file",
      id: "b.ts",
      via: [file("a.ts", "changed"), file("b.ts", "imports")],
      depth: 1,
      score: 0.6,
      node: "n",
      agent: "ann",
    },
  ],
  more: 3,
  conflictsLikely: [
    {
      nodes: ["n", "m"],
      paths: ["news.md"],
      why: [
        { path: "news.md", because: [{ by: "claim" }, { by: "co-change", with: "x.ts", together: 8, of: 9 }] },
        {
          path: "y.ts",
          because: [
            { by: "import", of: "b.ts" },
            { by: "importer", of: "x.ts" },
          ],
        },
      ],
      score: 0.7,
    },
  ],
};

test("each thing that is touched comes with the way there, and each clash with its reasons, in words", async () => {
  const reply = await call(analyzeImpact, { paths: ["a.ts"] }, { analyzeImpact: async () => report });
  expect(reply).toEqual({
    say: "5 more may be touched; 1 pair of nodes is likely to clash.",
    next: ["submit_plan", "revise_plan"],
    affected: [
      {
        kind: "contract",
        id: "Alerts",
        via: ["b.ts imports a.ts", "contract Alerts holds b.ts"],
        depth: 2,
        score: 0.5,
      },
      { kind: "file", id: "b.ts", via: ["b.ts imports a.ts"], depth: 1, score: 0.6, node: "n", agent: "ann" },
    ],
    more_affected: 3,
    conflicts_likely: [
      {
        nodes: ["n", "m"],
        paths: ["news.md"],
        why: "Both may change news.md: n claims it; it changed in 8 of 9 commits with x.ts, which m claims. Both may change y.ts: b.ts, which n claims, imports it; it imports x.ts, which m claims.",
        score: 0.7,
      },
    ],
  });
});

test("where nothing is touched that is said", async () => {
  const nothing = { affected: [], more: 0, conflictsLikely: [] };
  const reply = await call(analyzeImpact, { paths: ["a.ts"] }, { analyzeImpact: async () => nothing });
  expect(reply.say).toBe("Nothing else is known to be touched; no nodes are likely to clash.");
});
