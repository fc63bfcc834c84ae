import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { checkPlan } from "../../src/core/plan/check.ts";
import { allTools } from "../../src/tools/all-tools.ts";
import { planJsonSchema } from "../../src/tools/plan-schema.ts";
import { submitPlan } from "../../src/tools/submit-plan.ts";
import { call } from "./fake-execution.ts";
import { likeSchema, type Schema } from "./generated-input.ts";
import { node, Played, plan } from "./played.ts";

const at = 0;
const played = new Played().does({
  type: "SubmitPlan",
  plan: plan("shop", [node("a"), node("b", { dependsOn: ["a"] })]),
});

/** Hands that say yes to everything, so that nothing but reading and wording is tried. */
const willing = played.hands({
  submitPlan: async ({ problems, draft }) => {
    const all = [...problems, ...checkPlan(draft, { gates: new Set(["test"]), ignoreCase: false, hasTarget: true })];
    if (all.length > 0) return { refused: "invalid_input", problems: all };
    return { plan: plan("shop", [node("a")]), status: "active", warnings: [] };
  },
  revisePlan: async ({ problems, draft }) => {
    const all = [...problems, ...checkPlan(draft, { gates: new Set(), ignoreCase: false, hasTarget: true })];
    return all.length > 0
      ? { refused: "invalid_input", problems: all }
      : { plan: plan("shop", [node("a")]), status: "paused", warnings: [] };
  },
  requestNextNode: async () => ({ status: "none", reason: "no_plan", waiting: {}, retryAfterSeconds: 1 }),
  reportProgress: async () => ({ leaseExpiresAt: at }),
  completeNode: async () => ({ status: "landed", commit: "c", integrationBranch: "b" }),
  failNode: async () => ({ status: "ready" }),
  takeBack: async () => ({ status: "rework", reason: "withdrawn", conflicts: [], gates: [], worktree: "/w" }),
  claimResources: async () => ({ status: "granted", claims: [] }),
  releaseResources: async () => ({ released: [] }),
  publishContract: async ({ contract }) => ({
    contract,
    version: "v1",
    status: "ACTIVE",
    change: "initial",
    findings: [],
    notified: [],
    invalidated: [],
  }),
  trackAssumption: async () => ({ assumption: "a1", status: "active" }),
  settleAssumption: async ({ verdict }) => ({ status: verdict, affected: [] }),
  recordArtifact: async () => ({ version: "1", changes: "", invalidated: [], conflicts: [] }),
  shareKnowledge: async () => ({ id: "k1" }),
  analyzeImpact: async () => ({ affected: [], more: 0, conflictsLikely: [] }),
  reportConflict: async (_, { description: _description, ...reported }) => ({
    conflict: {
      ...{ id: "c1", at: 1, since: at, plans: ["shop"], nodes: [], cause: "x", heard: [] },
      ...{ ...reported, state: { is: "open", votes: [] } },
    },
    affected: [{ plan: "shop", node: "a", agent: "ann" }],
    suggestions: [{ strategy: "vote", why: "opinions", keeps: [], rework: [], about: [] }],
    convergence: "v1",
  }),
  resolveConflict: async (_, { strategy }) => ({
    status: strategy === "vote" ? "voting" : "waiting",
    tally: [{ option: "a", weight: 1, votes: 1 }],
  }),
  converge: async () => ({
    ...{
      convergence: "v1",
      status: "open",
      participants: ["ann"],
      pending: ["ann"],
      level: "peer",
      due: at,
      rework: [],
    },
  }),
});

const names = fc.constantFrom(
  "a",
  "b",
  "shop",
  "test",
  "A",
  "../x",
  "src/**",
  "",
  "-",
  "__proto__",
  "a\u0000b",
  "x".repeat(70),
);

describe("whatever is put in", () => {
  test.each(allTools.map((tool) => [tool.name, tool] as const))(
    "[M1] [M3] %s answers with a reply or a refusal of its type",
    async (_, tool) => {
      const schema = z.toJSONSchema(tool.input, { io: "input" }) as Schema;
      const seen = { replied: 0, refused: 0 };
      await fc.assert(
        fc.asyncProperty(likeSchema(schema, names), async (input) => {
          const reply = await call(tool, input, willing);
          expect(reply.refused).not.toBe("internal_error");
          seen[reply.refused === undefined ? "replied" : "refused"] += 1;
        }),
        { numRuns: 150 },
      );
      expect(seen.refused).toBeGreaterThan(0);
    },
  );

  test("[M1] [M2] plans of every form are either taken or refused with problems", async () => {
    const schema = planJsonSchema() as Schema;
    await fc.assert(
      fc.asyncProperty(likeSchema(schema, names), async (written) => {
        const reply = await call(submitPlan, { plan: written }, willing);
        if (reply.refused === undefined) return;
        expect(reply.refused).toBe("invalid_input");
        expect(reply["problems"]).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("[M1] [M2] so are texts that may be YAML", async () => {
    const line = fc.constantFrom(
      "title: T",
      "nodes:",
      "  - id: a",
      "  - {id: b, depends_on: [a]}",
      "- x",
      "  &x *x",
      "? !!js/function 'x'",
      "<<: *a",
      "\t",
      "...",
      "id: [",
      "'",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 6 }), async (lines) => {
        const reply = await call(submitPlan, { plan_yaml: lines.join("\n") }, willing);
        expect([undefined, "invalid_input"]).toContain(reply.refused);
      }),
      { numRuns: 300 },
    );
  });
});
