import { describe, expect, test } from "vitest";
import type { Assigned, CallContext, Completed } from "../../src/execution/answers.ts";
import type { ClaimRequest } from "../../src/execution/execution.ts";
import { claimResources } from "../../src/tools/claim-resources.ts";
import { completeNode } from "../../src/tools/complete-node.ts";
import { failNode } from "../../src/tools/fail-node.ts";
import { releaseResources } from "../../src/tools/release-resources.ts";
import { reportProgress } from "../../src/tools/report-progress.ts";
import { requestNextNode } from "../../src/tools/request-next-node.ts";
import { shareKnowledge } from "../../src/tools/share-knowledge.ts";
import { call } from "./fake-execution.ts";

const at = Date.UTC(2026, 10, 20, 12);
const lease = "shop/api/1.abcdefghijklmnopqrstuvwxyz";
const held = {
  grant: 1,
  kind: "path",
  pattern: "src/api/**",
  mode: "write",
  by: { plan: "shop", node: "api", attempt: 1 },
  since: at,
} as const;

const assigned: Assigned = {
  status: "assigned",
  node: {
    id: "api",
    planId: "shop",
    kind: "work",
    title: "Build the API",
    instructions: "Do it.\nWell.",
    priority: 2,
    gates: ["test"],
    attempt: 1,
  },
  lease,
  leaseExpiresAt: at,
  worktree: "/repo/.interlock/worktrees/s1",
  branch: "refs/interlock/nodes/shop/api",
  baseCommit: "a".repeat(40),
  claims: [held, { ...held, kind: "pool", pattern: "port", mode: "write", value: 4103 }],
  environment: { INTERLOCK_PORT: "4103" },
  context: {
    constraints: [],
    contracts: [{ name: "AlertsAPI", version: "v0.1", status: "ACTIVE", kind: "openapi" }],
    assumptions: [{ id: "a7", text: "id is enough", about: "contract:AlertsAPI", by: "bob" }],
    knowledge: [{ topic: "t", text: "x", from: "bob" }],
    dependencies: [{ node: "contract", summary: "s", outputs: { camelCase: 1 }, commit: "c" }],
    cut: false,
  },
  resumed: false,
};

describe("request_next_node", () => {
  test("[M1] an assigned node has all that an agent needs, under the names of the contract", async () => {
    const reply = await call(requestNextNode, { agent: "ann" }, { requestNextNode: async () => assigned });
    expect(reply).toMatchObject({
      status: "assigned",
      node: { id: "api", plan_id: "shop", instructions: "Do it.\nWell.", attempt: 1 },
      lease,
      lease_expires_at: "2026-11-20T12:00:00.000Z",
      base_commit: "a".repeat(40),
      claims: [
        { pattern: "src/api/**", mode: "write" },
        { pattern: "port", mode: "write", value: 4103 },
      ],
      context: { dependencies: [{ node: "contract", outputs: { camelCase: 1 } }] },
      resumed: false,
    });
    expect(reply.next).toContain("complete_node");
  });

  test("[M1] parked work and rework come as facts", async () => {
    const parked = { ref: "refs/interlock/parked/shop/api/1", commit: "d" };
    const rework = {
      status: "rework",
      reason: "conflict",
      conflicts: [{ path: "a.ts", kind: "content", with: ["ui"], hunks: [{ base: "1", ours: "2", theirs: "3" }] }],
      gates: [],
      worktree: "/w",
    } as const;
    const reply = await call(
      requestNextNode,
      { agent: "ann" },
      { requestNextNode: async () => ({ ...assigned, parked, rework, resumed: true }) },
    );
    expect(reply).toMatchObject({ parked, rework: { reason: "conflict", conflicts: [{ path: "a.ts" }] } });
  });

  test.each([
    "all_leased",
    "blocked",
    "nothing_ready",
    "no_plan",
    "plan_finished",
    "at_capacity",
    "preparing",
  ] as const)("[M1] nothing to do (%s) is a plain answer", async (reason) => {
    const none = { status: "none", reason, waiting: { ready: 1 }, retryAfterSeconds: 5 } as const;
    const reply = await call(requestNextNode, { agent: "ann" }, { requestNextNode: async () => none });
    expect(reply).toMatchObject({ status: "none", reason, waiting: { ready: 1 }, retry_after_seconds: 5 });
    expect(reply.refused).toBeUndefined();
  });

  test("[M5] the wait is 45 seconds unless wished otherwise, and never longer than the client waits", async () => {
    const waits: number[] = [];
    const hands = {
      requestNextNode: async (request: { readonly waitMs: number }) => {
        waits.push(request.waitMs);
        return assigned;
      },
    };
    await call(requestNextNode, { agent: "ann" }, hands);
    await call(requestNextNode, { agent: "ann", wait_seconds: 0.5 }, hands);
    await call(requestNextNode, { agent: "ann", wait_seconds: 9999 }, hands);
    await call(requestNextNode, { agent: "ann", wait_seconds: 9999 }, hands, { mostWaitSeconds: 110 });
    expect(waits).toEqual([45_000, 500, 50_000, 110_000]);
  });

  test("[M1] a taken name is refused with a free one, and shows no news of the other", async () => {
    const reply = await call(
      requestNextNode,
      { agent: "ann" },
      {
        requestNextNode: async () => ({ refused: "agent_name_taken", freeName: "ann-2" }),
        takeNotices: () => Promise.reject(new Error("must not be asked")),
      },
    );
    expect(reply).toMatchObject({ refused: "agent_name_taken", free_name: "ann-2" });
  });
});

describe("what ends an attempt", () => {
  test("[M1] complete_node tells landed, queued and rework apart", async () => {
    const complete = (answer: Awaited<ReturnType<NonNullable<Parameters<typeof call>[2]>["completeNode"] & {}>>) =>
      call(completeNode, { agent: "ann", lease, summary: "Done" }, { completeNode: async () => answer });
    expect(await complete({ status: "landed", commit: "c", integrationBranch: "interlock/shop" })).toMatchObject({
      status: "landed",
      integration_branch: "interlock/shop",
      next: ["request_next_node"],
    });
    expect(await complete({ status: "queued", position: 2, ahead: ["ui"] })).toMatchObject({
      status: "queued",
      position: 2,
      ahead: ["ui"],
    });
    const verdict = {
      name: "test",
      passed: false,
      exitCode: 1,
      outputTail: "boom",
      alsoFailsOnBase: false,
      seconds: 1,
    };
    expect(
      await complete({ status: "rework", reason: "gate_failed", conflicts: [], gates: [verdict], worktree: "/w" }),
    ).toMatchObject({
      status: "rework",
      gates: [{ name: "test", exit_code: 1, output_tail: "boom", also_fails_on_base: false }],
      worktree: "/w",
    });
  });

  test("[M1] complete_node says which gates failed within the threshold, and which score was missed", async () => {
    const complete = (answer: Completed) =>
      call(completeNode, { agent: "ann", lease, summary: "Done" }, { completeNode: async () => answer });
    const facts = { failedWithinThreshold: ["lint"], score: 8 / 11 };
    const landed = { status: "landed", commit: "c", integrationBranch: "interlock/shop", ...facts } as const;
    expect(await complete(landed)).toMatchObject({
      say: "Your node landed. lint failed, but the score of 0.727 is enough for your plan. Take the next one.",
      failed_within_threshold: ["lint"],
      score: 0.727,
    });
    const verdict = { passed: false, exitCode: 1, outputTail: "", alsoFailsOnBase: false, seconds: 1 };
    const lint = { ...verdict, name: "lint", points: 3 };
    const back = { status: "rework", reason: "gate_failed", conflicts: [], worktree: "/w" } as const;
    const score = { reached: 0.69999, threshold: 0.7 };
    expect(await complete({ ...back, gates: [lint, { ...verdict, name: "test" }], score })).toMatchObject({
      say: expect.stringContaining("Your score is 0.699 and your plan needs 0.7: lint counts 3."),
      gates: [{ name: "lint", points: 3 }, { name: "test" }],
      score: 0.699,
      threshold: 0.7,
    });
    const within = [
      { ...lint, withinThreshold: true as const },
      { ...verdict, name: "test" },
    ];
    expect(await complete({ ...back, gates: within, score: { ...score, reached: 0.7 } })).toMatchObject({
      say: expect.stringContaining("Your score is 0.7 and your plan needs 0.7, so lint may go on failing."),
      gates: [{ name: "lint", within_threshold: true }, { name: "test" }],
    });
  });

  test("[M1] complete_node says what has to be decided before a node that is handed in can land", async () => {
    const reply = await call(
      completeNode,
      { agent: "ann", lease, summary: "done" },
      { completeNode: async () => ({ status: "queued", position: 1, ahead: [], pausedBy: ["v7"] }) },
    );
    expect(reply).toMatchObject({
      status: "queued",
      paused_by: ["v7"],
      next: ["converge", "request_next_node", "complete_node"],
    });
  });

  test("[M1] complete_node with withdraw gives back what was handed in, and says why", async () => {
    const asked: string[] = [];
    const reply = await call(
      completeNode,
      { agent: "ann", lease, summary: "forgot the tests", withdraw: true },
      {
        takeBack: async (_, because) => {
          asked.push(because);
          return { status: "rework", reason: "withdrawn", because, conflicts: [], gates: [], worktree: "/w" };
        },
      },
    );
    expect(asked).toEqual(["forgot the tests"]);
    expect(reply).toMatchObject({ status: "rework", reason: "withdrawn", because: "forgot the tests", worktree: "/w" });
  });

  test("[M1] paths outside the claims come with their holders", async () => {
    const reply = await call(
      completeNode,
      { agent: "ann", lease, summary: "" },
      {
        completeNode: async () => ({
          refused: "out_of_claim",
          paths: [{ path: "a.ts", heldBy: "shop/ui" }, { path: "b.ts" }],
        }),
      },
    );
    expect(reply).toMatchObject({
      refused: "out_of_claim",
      paths: [{ path: "a.ts", held_by: "shop/ui" }, { path: "b.ts" }],
    });
  });

  test("[M1] a long list in a refusal is cut, and says so", async () => {
    const paths = Array.from({ length: 500 }, (_, i) => ({ path: `f${i}` }));
    const reply = await call(
      completeNode,
      { agent: "ann", lease, summary: "" },
      { completeNode: async () => ({ refused: "out_of_claim", paths }) },
    );
    expect(reply).toMatchObject({ cut: true, total: 500 });
  });

  test("[M1] fail_node says what became of node and work", async () => {
    const reply = await call(
      failNode,
      { agent: "ann", lease, reason: "too hard", retryable: true },
      { failNode: async () => ({ status: "ready", parkedRef: "refs/interlock/parked/shop/api/1" }) },
    );
    expect(reply).toMatchObject({ status: "ready", parked_ref: "refs/interlock/parked/shop/api/1" });
    expect(JSON.stringify(reply)).not.toContain("too hard");
  });

  test("[M1] report_progress renews, and warns when the budget is used up", async () => {
    const reply = await call(
      reportProgress,
      { agent: "ann", lease, percent: 40, tokens_used: 5 },
      { reportProgress: async () => ({ leaseExpiresAt: at, budget: { used: 6, limit: 5, state: "over" } }) },
    );
    expect(reply).toMatchObject({ lease_expires_at: "2026-11-20T12:00:00.000Z", budget: { state: "over" } });
  });
});

describe("claims", () => {
  const blocker = {
    wish: { kind: "path", pattern: "src/**", mode: "write" },
    witness: "src/a.ts",
    by: { plan: "shop", node: "ui", attempt: 1 },
    pattern: "src/a.ts",
    mode: "read",
    since: at,
    agent: "bob",
  } as const;

  test("[M1] granted claims and blockers have the names of the contract", async () => {
    const granted = await call(
      claimResources,
      { agent: "ann", lease, write: ["src/**"] },
      { claimResources: async () => ({ status: "granted", claims: [{ ...held, changedSinceBase: true }] }) },
    );
    expect(granted).toMatchObject({
      status: "granted",
      claims: [{ pattern: "src/api/**", mode: "write", changed_since_base: true }],
    });
    const queued = await call(
      claimResources,
      { agent: "ann", lease, write: ["src/**"] },
      { claimResources: async () => ({ status: "queued", ticket: "t1", position: 1, blockers: [blocker] }) },
    );
    expect(queued).toMatchObject({
      status: "queued",
      ticket: "t1",
      blockers: [
        {
          pattern: "src/a.ts",
          mode: "read",
          node: "ui",
          agent: "bob",
          since: "2026-11-20T12:00:00.000Z",
          witness: "src/a.ts",
        },
      ],
    });
  });

  test("a dry run asks without waiting", async () => {
    const asked: { request: ClaimRequest; waitMs: number }[] = [];
    await call(
      claimResources,
      { agent: "ann", lease, read: ["a"], uses: ["port"], dry_run: true },
      {
        claimResources: async (_, request, waitMs) => {
          asked.push({ request, waitMs });
          return { status: "queued", position: 1, blockers: [] };
        },
      },
    );
    expect(asked).toEqual([
      { request: { write: [], edit: [], read: ["a"], watch: [], uses: ["port"], dryRun: true }, waitMs: 0 },
    ]);
  });

  test("[M1] a deadlock is refused with its cycle", async () => {
    const cycle = [{ plan: "shop", node: "api", agent: "ann", holds: ["a"], wants: ["b"] }];
    const reply = await call(
      claimResources,
      { agent: "ann", lease, write: ["b"] },
      { claimResources: async () => ({ refused: "deadlock", cycle }) },
    );
    expect(reply).toMatchObject({ refused: "deadlock", cycle });
  });

  test("[M2] nothing to claim, a ticket beside patterns, and a release without either are problems", async () => {
    expect(await call(claimResources, { agent: "ann", lease })).toMatchObject({ refused: "invalid_input" });
    expect(await call(claimResources, { agent: "ann", lease, write: ["a"], ticket: "t1" })).toMatchObject({
      problems: [{ path: "ticket" }],
    });
    expect(await call(releaseResources, { agent: "ann", lease })).toMatchObject({ refused: "invalid_input" });
    expect(await call(releaseResources, { agent: "ann", lease, patterns: ["a"], ticket: "t" })).toMatchObject({
      refused: "invalid_input",
    });
  });

  test("[M1] a release names what was released", async () => {
    const reply = await call(
      releaseResources,
      { agent: "ann", lease, patterns: ["a"] },
      { releaseResources: async () => ({ released: ["a"] }) },
    );
    expect(reply).toMatchObject({ released: ["a"] });
  });
});

test("[M1] knowledge gets an id", async () => {
  const reply = await call(
    shareKnowledge,
    { agent: "ann", topic: "t", text: "x" },
    { shareKnowledge: async () => ({ id: "k7" }) },
  );
  expect(reply).toMatchObject({ id: "k7" });
});

test("a call carries its request id, and a digest that waiting longer does not change", async () => {
  const seen: CallContext[] = [];
  const hands = {
    shareKnowledge: async (_: string, __: string | undefined, ___: unknown, context: CallContext) => {
      seen.push(context);
      return { id: "k1" };
    },
    completeNode: async (_: unknown, __: unknown, context: CallContext) => {
      seen.push(context);
      return { status: "queued", position: 1, ahead: [] } as const;
    },
  };
  await call(shareKnowledge, { agent: "ann", topic: "t", text: "x", request_id: "r1" }, hands);
  await call(shareKnowledge, { text: "x", topic: "t", agent: "ann", request_id: "r2" }, hands);
  await call(shareKnowledge, { agent: "ann", topic: "t", text: "y", request_id: "r2" }, hands);
  await call(completeNode, { agent: "ann", lease, summary: "s", wait_seconds: 1 }, hands);
  await call(completeNode, { agent: "ann", lease, summary: "s", wait_seconds: 2 }, hands);
  const [first, second, third, short, long] = seen;
  expect(first).toMatchObject({ tool: "share_knowledge", requestId: "r1" });
  expect(first?.inputDigest).toBe(second?.inputDigest);
  expect(third?.inputDigest).not.toBe(second?.inputDigest);
  expect(short?.inputDigest).toBe(long?.inputDigest);
});
