import { beforeEach, describe, expect, test } from "vitest";
import { getStatus } from "../../src/tools/get-status.ts";
import { call } from "./fake-execution.ts";
import { node, Played, plan } from "./played.ts";

let played: Played;

beforeEach(() => {
  played = new Played();
});

function look(input: object, given = {}) {
  return call(getStatus, input, played.hands(given));
}

/** Three nodes: a is worked on, b waits for it, c was handed in and waits to land. */
function started(): void {
  played
    .does({
      type: "SubmitPlan",
      plan: plan("shop", [
        node("a", { writes: ["src/a/**"], priority: 1, estimateMinutes: 5 }),
        node("b", { dependsOn: ["a"] }),
        node("c"),
      ]),
    })
    .takes("ann")
    .after(1)
    .takes("bob")
    .does({ type: "ReportSlot", plan: "shop", node: "c", attempt: 1, slot: "s2" })
    .does({
      type: "ReportProgress",
      plan: "shop",
      node: "a",
      attempt: 1,
      process: "p1",
      percent: 40,
      note: "halfway <b>",
      tokens: 7,
    })
    .after(3)
    .does({
      type: "SubmitNode",
      plan: "shop",
      node: "c",
      attempt: 1,
      commit: "c1",
      tree: "t1",
      base: "base",
      paths: ["c.txt"],
      summary: "did c",
      outputs: { port: 1 },
    });
}

function landed(): void {
  started();
  landedOn();
}

describe("overview", () => {
  test("[M1] an empty workspace says what to do first", async () => {
    expect(await look({})).toMatchObject({ view: "overview", plans: [], next: ["submit_plan"], process_running: true });
  });

  test("[M1] plans are shown with how many nodes are where", async () => {
    started();
    expect(await look({})).toMatchObject({
      plans: [
        { plan_id: "shop", status: "active", target: "main", nodes: { leased: 1, pending: 1, submitted: 1 }, total: 3 },
      ],
      agents: 2,
      in_train: 1,
      worktrees: 2,
    });
  });

  test("concise, it stays below 2 KB however many and large the plans, and says that it was cut", async () => {
    const long = "x".repeat(60);
    for (let i = 0; i < 30; i += 1) {
      const nodes = Array.from({ length: 100 }, (_, n) => node(`n${n}`, { title: "y".repeat(500) }));
      played.does({
        type: "SubmitPlan",
        plan: plan(`${long}${i}`, nodes, { title: "t".repeat(500), target: "ß".repeat(125) }),
      });
    }
    const reply = await look({});
    expect(Buffer.byteLength(JSON.stringify(reply))).toBeLessThan(2048);
    expect(reply).toMatchObject({ cut: true, total: 30 });
    expect(Buffer.byteLength(JSON.stringify(await look({ limit: 10_000 })))).toBeLessThan(2048);
  });
});

describe("plan and node", () => {
  test("[M1] a plan lists its nodes with their states, and blocked ones with the cause", async () => {
    started();
    played.does({ type: "GiveUpNode", plan: "shop", node: "a", attempt: 1, reason: "no", retryable: false });
    const reply = await look({ view: "plan", plan_id: "shop" });
    expect(reply).toMatchObject({
      plan_id: "shop",
      status: "active",
      integration_branch: "interlock/shop",
      nodes: [
        { id: "a", state: "failed" },
        { id: "b", state: "blocked", blocked_by: ["a"] },
        { id: "c", state: "submitted" },
      ],
      counts: { failed: 1, blocked: 1, submitted: 1 },
    });
    expect((await look({ view: "plan" }))["plan_id"]).toBe("shop");
    expect(await look({ view: "plan", detail: "detailed" })).toMatchObject({
      nodes: [{ id: "a", title: "Title of a" }, {}, {}],
    });
  });

  test("[M1] a long list says that it was cut", async () => {
    started();
    expect(await look({ view: "plan", limit: 2 })).toMatchObject({
      nodes: [{ id: "a" }, { id: "b" }],
      cut: true,
      total: 3,
    });
  });

  test("[M1] a node shows its texts, its attempt, and what its agent said, as data", async () => {
    started();
    const reply = await look({ node_id: "a" });
    expect(reply).toMatchObject({
      view: "node",
      plan_id: "shop",
      node_id: "a",
      state: "leased",
      instructions: "Do a",
      dependents: ["b"],
      attempt: {
        agent: "ann",
        percent: 40,
        note: "halfway <b>",
        tokens_used: 7,
        claims: [{ pattern: "src/a/**", mode: "write" }],
      },
    });
    expect(reply.say).not.toContain("halfway");
    expect(await look({ node_id: "c" })).toMatchObject({ state: "submitted", summary: "did c", outputs: { port: 1 } });
  });

  test("changed instructions are the ones that count", async () => {
    started();
    played.does({
      type: "RevisePlan",
      plan: "shop",
      add: [],
      change: [{ id: "b", fields: { instructions: "Do it differently" } }],
      cancel: [],
      retry: [],
      pause: false,
      resume: false,
      finish: false,
    });
    expect(await look({ node_id: "b" })).toMatchObject({ instructions: "Do it differently" });
  });

  test("[M1] unknown plans and nodes are refused with their names", async () => {
    started();
    expect(await look({ view: "plan", plan_id: "nowhere" })).toMatchObject({
      refused: "unknown_plan",
      plan_id: "nowhere",
    });
    expect(await look({ plan_id: "shop", node_id: "zzz" })).toMatchObject({
      refused: "unknown_node",
      plan_id: "shop",
      node_id: "zzz",
    });
    expect(await look({ view: "node" })).toMatchObject({ refused: "invalid_input", problems: [{ path: "node_id" }] });
  });
});

describe("[D2] a plan that has landed", () => {
  beforeEach(() => {
    landed();
    played
      .does({ type: "RevisePlan", plan: "shop", ...unchanged, cancel: ["a", "b"] })
      .does({ type: "ReportPlanLanded", plan: "shop", commit: "k1" });
  });

  test("[D2] is out of the state, but for how many nodes it had", async () => {
    expect(played.workspace.plans.get("shop")?.nodes.size).toBe(0);
    expect(await look({})).toMatchObject({
      plans: [{ plan_id: "shop", status: "landed", nodes: { landed: 1, cancelled: 2 }, total: 3 }],
    });
  });

  test("[D2] is shown as it was", async () => {
    expect(await look({ view: "plan" })).toMatchObject({
      status: "landed",
      counts: { landed: 1, cancelled: 2 },
      nodes: [
        { id: "a", state: "cancelled" },
        { id: "b", state: "cancelled" },
        { id: "c", state: "landed" },
      ],
    });
    expect(await look({ node_id: "c" })).toMatchObject({ state: "landed", commit: "k1", summary: "did c" });
    expect(await look({ node_id: "d" })).toMatchObject({ refused: "unknown_node" });
    expect(await look({ view: "why", node_id: "c" })).toMatchObject({ why: [] });
  });

  test("[D2] does not take part in what is done later", async () => {
    played.does({ type: "SubmitPlan", plan: plan("next", [node("c")]) });
    expect(await look({ node_id: "c" })).toMatchObject({ plan_id: "next", state: "ready" });
    expect(await look({ node_id: "c", plan_id: "shop" })).toMatchObject({ plan_id: "shop", state: "landed" });
  });
});

describe("the other views", () => {
  test("[M1] why names for every node that has not landed what it waits for, and since when", async () => {
    landed();
    const reply = await look({ view: "why" });
    expect(reply["why"]).toMatchObject([
      {
        node: "a",
        waits_for: expect.arrayContaining([
          expect.objectContaining({ kind: "work", who: "ann", since: "2026-11-20T12:00:00.000Z" }),
        ]),
      },
      { node: "b", waits_for: [{ kind: "dependency", what: "a", who: "ann" }] },
    ]);
    expect(await look({ view: "why", limit: 1 })).toMatchObject({ cut: true, total: 2 });
  });

  test("[M1] why says when no process is there to go on", async () => {
    started();
    const reply = await look({ view: "why", node_id: "c" }, { stewardIsThere: async () => false });
    expect(reply["why"]).toMatchObject([
      { node: "c", waits_for: [{ kind: "no_process_running" }, { kind: "candidate" }] },
    ]);
  });

  test("[M1] locks, queue and agents show who has what", async () => {
    started();
    expect(await look({ view: "locks", node_id: "a" })).toMatchObject({
      locks: [{ pattern: "src/a/**", mode: "write", node: "a", agent: "ann", since: "2026-11-20T12:00:00.000Z" }],
      waiting: [],
    });
    expect(await look({ view: "queue" })).toMatchObject({
      train: [{ node: "c", position: 1, state: "merging", assumes: [], why: { kind: "merging" }, agent: "bob" }],
      trains: [{ plan: "shop", mode: "window", chosen: "measured" }],
    });
    const changes = [{ path: "c.txt", added: 3, removed: 1 }, { path: "logo.png" }];
    expect(await look({ node_id: "c" }, { submittedChanges: async () => changes })).toMatchObject({
      submission: { position: 1, why: "is being merged", gates: [], changes },
    });
    expect((await look({ view: "agents" }))["agents"]).toMatchObject([
      { agent: "bob", handed_in: ["shop/c"] },
      { agent: "ann", node: "a", percent: 40 },
    ]);
  });

  test("[M1] waiting requests are shown with what they want", async () => {
    started();
    const wish = { kind: "path", pattern: "src/a/x.ts", mode: "read" } as const;
    played.does({ type: "SubmitPlan", plan: plan("other", [node("z")]) }).takes("dan");
    played.does({ type: "ClaimResources", plan: "other", node: "z", attempt: 1, wants: [wish], wait: true });
    expect(await look({ view: "locks", plan_id: "other" })).toMatchObject({
      locks: [],
      waiting: [{ ticket: "t1", node: "z", agent: "dan", wants: [{ pattern: "src/a/x.ts", mode: "read" }] }],
    });
  });

  test("[M1] the timeline gives the latest events, or those after a position", async () => {
    started();
    const all = (await look({ view: "timeline" }))["timeline"] as readonly { position: number; type: string }[];
    expect(all.map(({ position }) => position)).toEqual(played.log.map(({ position }) => position));
    expect(all[0]).toMatchObject({ type: "PlanSubmitted", plan: "shop", say: "A plan was submitted." });
    const page = await look({ view: "timeline", since: 2, limit: 2 });
    expect(page).toMatchObject({ timeline: [{ position: 3 }, { position: 4 }], cut: true, position: 4 });
    const last = await look({ view: "timeline", limit: 1 });
    expect(last).toMatchObject({ timeline: [{ position: played.log.length }], cut: true });
    const ofNode = (await look({ view: "timeline", node_id: "c" }))["timeline"] as readonly { node: string }[];
    expect(new Set(ofNode.map((one) => one.node))).toEqual(new Set(["c"]));
  });

  test("[M1] metrics are measured, and null where nothing is known yet", async () => {
    started();
    expect(await look({ view: "metrics" })).toMatchObject({
      metrics: {
        throughput: { landed: 0, per_hour: null },
        latency_reduction: { speedup: null },
        assumption_accuracy: null,
      },
    });
    landedOn();
    expect(await look({ view: "metrics", plan_id: "shop" })).toMatchObject({
      metrics: {
        throughput: { landed: 1, per_hour: 12 },
        latency_reduction: { worked_minutes: 3, elapsed_minutes: 5 },
        conflict_rate: { handed_in: 1, conflicted: 0, rate: 0, opened: 0, settled: 0 },
        utilisation: { agents: 2, ratio: 0.3 },
        rework_minutes: { actual: 0 },
      },
    });
  });

  test("[M1] gates that may fail are shown as such, and then the scores of what landed", async () => {
    const policy = { mode: "parallel", maxParallel: 4, scope: "auto", onFailure: "continue" } as const;
    const score = { threshold: 0.7, points: { test: 7, lint: 2 } };
    const nodes = [node("a", { gates: ["test", "lint"] })];
    played.does({ type: "SubmitPlan", plan: plan("scored", nodes, { policy: { ...policy, score } }) });
    const by = { plan: "scored", node: "a" };
    const handedIn = { commit: "s", tree: "t", base: "base", paths: ["a.txt"], summary: "done" };
    played.takes("ann").does({ type: "SubmitNode", ...by, attempt: 1, ...handedIn });
    const about = { ...by, candidate: "k" };
    played.does({ type: "ReportCandidate", ...about, attempt: 1, tree: "t", onto: "base", paths: ["a.txt"] });
    for (const name of ["test", "lint"]) {
      const exitCode = name === "lint" ? 1 : 0;
      const told = { outputTail: "", alsoFailsOnBase: false, seconds: 1 };
      const verdict = { name, passed: exitCode === 0, exitCode, ...told };
      played.does({ type: "StartGate", ...about, gate: name, process: "p1", ms: 60_000, weight: 1, alone: false });
      played.does({ type: "ReportGate", ...about, process: "p1", verdict });
    }
    const gates = [{ state: "passed" }, { name: "lint", state: "failed_within_threshold" }];
    expect(await look({ view: "queue", plan_id: "scored" })).toMatchObject({ train: [{ state: "landing", gates }] });
    const withoutChanges = { submittedChanges: async () => [] };
    expect(await look({ plan_id: "scored", node_id: "a" }, withoutChanges)).toMatchObject({ submission: { gates } });
    expect(await look({ view: "plan", plan_id: "scored" })).toMatchObject({ policy: { score } });
    played.does({ type: "IntendLanding", ...about }).does({ type: "ReportLanded", ...about });
    expect(await look({ plan_id: "scored", node_id: "a" })).toMatchObject({
      failed_within_threshold: ["lint"],
      score: 0.777,
    });
    expect(await look({ view: "metrics", plan_id: "scored" })).toMatchObject({
      metrics: { gates: { scores: [{ plan: "scored", node: "a", score: 0.777 }] } },
    });
  });

  test("[M1] parked work is listed with its refs", async () => {
    started();
    const at = Date.UTC(2026, 10, 20);
    const parked = [{ ref: "refs/interlock/parked/shop/a/1", commit: "c", plan: "shop", node: "a", attempt: 1, at }];
    expect(await look({ view: "parked" }, { parked: async () => parked })).toMatchObject({
      parked: [{ ref: "refs/interlock/parked/shop/a/1", node: "a", attempt: 1, at: "2026-11-20T00:00:00.000Z" }],
    });
    expect(await look({ view: "parked", node_id: "b" }, { parked: async () => parked })).toMatchObject({ parked: [] });
  });
});

function landedOn(): void {
  const candidate = { plan: "shop", node: "c", attempt: 1, candidate: "k1" };
  played
    .after(1)
    .does({ type: "ReportCandidate", ...candidate, tree: "t1", onto: "base", paths: ["c.txt"] })
    .does({ type: "IntendLanding", plan: "shop", node: "c", candidate: "k1" })
    .does({ type: "ReportLanded", plan: "shop", node: "c", candidate: "k1" });
}

const unchanged = { add: [], change: [], retry: [], pause: false, resume: false, finish: false };
