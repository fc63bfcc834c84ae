import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Notice } from "../../src/core/notices.ts";
import { completeNode } from "../../src/tools/complete-node.ts";
import { reportProgress } from "../../src/tools/report-progress.ts";
import { requestNextNode } from "../../src/tools/request-next-node.ts";
import { shareKnowledge } from "../../src/tools/share-knowledge.ts";
import { submitPlan } from "../../src/tools/submit-plan.ts";
import { call } from "./fake-execution.ts";
import { replyProblems } from "./valid-reply.ts";

const at = Date.UTC(2026, 10, 20, 12);
const progress = { reportProgress: async () => ({ leaseExpiresAt: at }) };

function notice(number: number, kind: Notice["kind"] = "landed"): Notice {
  return { id: `n${number}`, kind, at, about: "shop/api", facts: { commit: "c", parked_ref: "" } };
}

describe("invalid input", () => {
  test("[M2] all problems come at once, each with its place and in plain words", async () => {
    const reply = await call(completeNode, {
      agent: "-x",
      summary: 5,
      tokens_used: 1.5,
      wait_seconds: -1,
      colour: "red",
      lease: null,
    });
    expect(reply.refused).toBe("invalid_input");
    const problems = reply["problems"] as readonly { path: string; problem: string; code?: string }[];
    const byPath = Object.fromEntries(problems.map(({ path, problem }) => [path, problem]));
    expect(byPath).toEqual({
      agent: "must be 1 to 64 letters, digits, '.', '_' or '-', and start with a letter or digit",
      lease: "must be a text, not null",
      summary: "must be a text, not a number",
      tokens_used: "must be a whole number, not the number 1.5",
      wait_seconds: "must be at least 0",
      colour: "is not a known key",
    });
    expect(problems.find(({ path }) => path === "colour")?.code).toBe("unknown_key");
  });

  test("[M2] what is missing is said to be missing", async () => {
    const reply = await call(reportProgress, {});
    expect(reply["problems"]).toEqual([
      { path: "agent", problem: "is missing; it must be a text" },
      { path: "lease", problem: "is missing; it must be a text" },
    ]);
  });

  test.each([[[]], ["text"], [5], [null], [undefined]])(
    "[M2] an input of another kind (%j) is a problem, not a fault",
    async (input) => {
      expect((await call(reportProgress, input)).refused).toBe("invalid_input");
    },
  );
});

test("[M2] input that is nested too deeply is a problem with its place, not a fault", async () => {
  const outputs = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
  const reply = await call(completeNode, { agent: "ann", lease: "l", summary: "s", outputs: { far: outputs } });
  expect(reply).toMatchObject({
    refused: "invalid_input",
    problems: [{ path: "outputs.far.0...", problem: "is nested too deeply" }],
  });
});

test("[M2] a NUL character, which git and stores cannot keep, is a problem wherever it is, also in YAML", async () => {
  const problem = "must not contain a NUL character";
  const done = { agent: "ann", lease: "l", summary: "a\0b" };
  expect(await call(completeNode, done)).toMatchObject({ problems: [{ path: "summary", problem }] });
  const node = { id: "a", instructions: "a\0b" };
  expect(await call(submitPlan, { plan: { title: "T", nodes: [node] } })).toMatchObject({
    problems: [{ path: "plan.nodes.0.instructions", problem }],
  });
  const text = 'title: T\nnodes: [{id: a, title: "\\0"}]\n';
  expect(await call(submitPlan, { plan_yaml: text })).toMatchObject({ problems: [{ path: "nodes.0.title", problem }] });
});

describe("faults", () => {
  test("[M3] a fault becomes a refusal without a trace, and is logged under its reference", async () => {
    const logged: { facts: object; message: string }[] = [];
    const reply = await call(
      reportProgress,
      { agent: "ann", lease: "l" },
      { reportProgress: () => Promise.reject(new Error("SQLITE_CORRUPT: database disk image is malformed")) },
      { logger: { error: (facts, message) => logged.push({ facts, message }) } },
    );
    expect(reply.refused).toBe("internal_error");
    expect(JSON.stringify(reply)).not.toMatch(/SQLITE|malformed/);
    expect(logged).toMatchObject([{ facts: { tool: "report_progress", reference: reply["reference"] } }]);
  });

  test("[M3] a busy store and an unusable one have refusals of their own", async () => {
    const failing = (name: string, message: string) => ({
      reportProgress: () => Promise.reject(Object.assign(new Error(message), { name })),
    });
    const input = { agent: "ann", lease: "l" };
    expect(await call(reportProgress, input, failing("StoreBusy", "x"))).toMatchObject({ refused: "store_busy" });
    expect(await call(reportProgress, input, failing("StoreUnusable", "SQLite is too old. Update it."))).toMatchObject({
      refused: "store_unusable",
      problem: "SQLite is too old. Update it.",
    });
  });

  test("without a repository every call says where it was looked for", async () => {
    const reply = await call(
      reportProgress,
      { agent: "ann", lease: "l" },
      {},
      {
        execution: async () => ({ refused: "no_repository", looked: ["/nowhere"] }),
      },
    );
    expect(reply).toMatchObject({ refused: "no_repository", looked: ["/nowhere"] });
  });

  test("[M6] a cancelled wait ends as cancelled, not as a fault", async () => {
    const cancelling = new AbortController();
    const reply = await call(
      requestNextNode,
      { agent: "ann" },
      {
        requestNextNode: (_, { signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => reject(signal.reason));
            cancelling.abort();
          }),
      },
      { signal: cancelling.signal },
    );
    expect(reply.refused).toBe("cancelled");
  });
});

test("[M1] the check of replies catches a stray fact, a missing sentence and an unknown code", () => {
  const good = { say: "Yes.", next: [], lease_expires_at: "2026-11-20T12:00:00.000Z" };
  expect(replyProblems(reportProgress, good)).toBeUndefined();
  for (const bad of [
    { ...good, leaseExpiresAt: 5 },
    { next: [] },
    { say: "No.", next: [], refused: "because" },
    { ...good, lease_expires_at: "noon" },
  ])
    expect(replyProblems(reportProgress, bad)).toBeTypeOf("string");
});

describe("notices", () => {
  test("[M1] [M7] at most five are shown, and the rest is counted", async () => {
    const reply = await call(
      reportProgress,
      { agent: "ann", lease: "l" },
      {
        ...progress,
        takeNotices: async (agent, most) => ({
          notices: [1, 2, 3, 4, 5, 6, 7].slice(0, most).map((n) => notice(n)),
          more: agent === "ann" ? 3 : 0,
        }),
      },
    );
    expect(reply.notices).toHaveLength(5);
    expect(reply.more_notices).toBe(3);
    expect(reply.notices?.[0]).toEqual({
      id: "n1",
      kind: "landed",
      say: "Your node landed on the integration branch.",
      about: "shop/api",
      facts: { commit: "c" },
      at: "2026-11-20T12:00:00.000Z",
    });
  });

  test("[M1] every kind of news has words", async () => {
    const kinds = [
      "landed",
      "rework",
      "claims_granted",
      "claim_refused",
      "fenced",
      "cancelled",
      "node_changed",
      "watched_path_landed",
      "plan_paused",
      "plan_resumed",
      "sync_failed",
    ] as const;
    for (const kind of kinds) {
      const reply = await call(
        reportProgress,
        { agent: "ann", lease: "l" },
        {
          ...progress,
          takeNotices: async () => ({ notices: [notice(1, kind)], more: 0 }),
        },
      );
      expect(reply.notices?.[0]?.say).toMatch(/^[A-Z].*[.]$/);
    }
  });

  test("what asks for an answer puts the tool for it first", async () => {
    const asked = { ...progress, takeNotices: async () => ({ notices: [notice(1, "converge")], more: 0 }) };
    const reply = await call(reportProgress, { agent: "ann", lease: "l" }, asked);
    expect(reply.next[0]).toBe("converge");
    expect(new Set(reply.next).size).toBe(reply.next.length);
  });

  test("what the reply says itself is no news", async () => {
    const reply = await call(
      completeNode,
      { agent: "ann", lease: "shop/api/1.abc", summary: "s" },
      {
        completeNode: async () => ({ status: "landed", commit: "c", integrationBranch: "b" }),
        takeNotices: async () => ({ notices: [notice(1), { ...notice(2), about: "shop/ui" }], more: 0 }),
      },
    );
    expect(reply.notices?.map(({ id }) => id)).toEqual(["n2"]);
  });

  test("[M7] a forged lease shows no news, because showing acknowledges", async () => {
    const reply = await call(
      reportProgress,
      { agent: "ann", lease: "l" },
      {
        reportProgress: async () => ({ refused: "bad_lease" }),
        takeNotices: () => Promise.reject(new Error("must not be asked")),
      },
    );
    expect(reply.refused).toBe("bad_lease");
  });
});

test("[M3] texts of agents never get into our sentences", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 12 }), async (text) => {
      const reply = await call(
        shareKnowledge,
        { agent: "ann", topic: "t", text },
        { shareKnowledge: async () => ({ id: "k1" }) },
      );
      expect(reply.say).not.toContain(text);
    }),
    { numRuns: 20 },
  );
});
