import { describe, expect, test } from "vitest";
import { allTools } from "../../src/tools/all-tools.ts";
import { refusalCodes } from "../../src/tools/refusal-reply.ts";
import { wordRefusal } from "../../src/tools/refusal-words.ts";
import type { CallRefused } from "../../src/tools/refusals/wording.ts";
import { reportProgress } from "../../src/tools/report-progress.ts";
import { expectValidReply } from "./valid-reply.ts";

const by = { plan: "shop", node: "ui", attempt: 1 };
const wish = { kind: "path", pattern: "a", mode: "write" } as const;

const samples: { readonly [Code in CallRefused["refused"]]: Extract<CallRefused, { readonly refused: Code }> } = {
  agent_name_taken: { refused: "agent_name_taken", freeName: "ann-2" },
  assumption_settled: { refused: "assumption_settled", assumption: "a1", status: "validated" },
  unknown_artifact: { refused: "unknown_artifact", artifact: "test:t", version: "2" },
  unknown_assumption: { refused: "unknown_assumption", assumption: "a1" },
  bad_lease: { refused: "bad_lease" },
  bad_pattern: { refused: "bad_pattern", pattern: "../x", problem: "leaves the repository" },
  branch_in_the_way: { refused: "branch_in_the_way", branch: "refs/heads/interlock" },
  cancelled: { refused: "cancelled" },
  changed_path: { refused: "changed_path", paths: ["a"] },
  conflict_over: { refused: "conflict_over", conflict: "c1" },
  convergence_over: { refused: "convergence_over", convergence: "v1" },
  convergence_pending: { refused: "convergence_pending", convergence: "v1", pending: ["bob"], due: 1 },
  converging: { refused: "converging", convergence: "v1" },
  cycle: { refused: "cycle", cycle: ["a", "b"] },
  config_unusable: { refused: "config_unusable", problem: "gates.list must be a list" },
  deadlock: { refused: "deadlock", cycle: [{ plan: "shop", node: "a", agent: "ann", holds: ["x"], wants: ["y"] }] },
  disk_unusable: { refused: "disk_unusable", problem: "The disk is full." },
  holds_node: { refused: "holds_node", plan: "shop", node: "a" },
  idle: { refused: "idle", reason: "blocked", waiting: { ready: 1 } },
  internal_error: { refused: "internal_error", reference: "abc" },
  invalid_input: { refused: "invalid_input", problems: [{ path: "x", problem: "is wrong" }] },
  markers_left: { refused: "markers_left", paths: ["a"] },
  no_repository: { refused: "no_repository", looked: ["/x"] },
  node_exists: { refused: "node_exists", nodes: ["a"] },
  node_live: { refused: "node_live", nodes: ["a"] },
  node_over: { refused: "node_over", nodes: ["a"] },
  not_withdrawable: { refused: "not_withdrawable", node: "a", why: "landing" },
  not_built: { refused: "not_built", what: "x" },
  not_concerned: { refused: "not_concerned", agent: "ann" },
  out_of_claim: { refused: "out_of_claim", paths: [{ path: "a", heldBy: "shop/ui" }] },
  outdated: { refused: "outdated" },
  plan_exists: { refused: "plan_exists", plan: "shop", same: false },
  plan_over: { refused: "plan_over", plan: "shop", status: "landed" },
  request_id_reused: { refused: "request_id_reused" },
  slot_failed: { refused: "slot_failed", problem: "disk full" },
  stale_lease: { refused: "stale_lease", state: "ready", parkedRef: "refs/x" },
  store_busy: { refused: "store_busy" },
  store_unusable: { refused: "store_unusable", problem: "too old" },
  strategy_unfit: { refused: "strategy_unfit", strategy: "merge", why: "one_side" },
  target: { refused: "target", problem: "dirty", paths: ["a"], worktree: "/x" },
  unknown_claim: { refused: "unknown_claim", patterns: ["a"] },
  unknown_conflict: { refused: "unknown_conflict", conflict: "c1" },
  no_mock: { refused: "no_mock", contract: "AlertsAPI", problem: "Nobody can ask anything of it." },
  unknown_contract: { refused: "unknown_contract", contract: "AlertsAPI", version: "v0.1" },
  unknown_convergence: { refused: "unknown_convergence", convergence: "v1" },
  version_exists: { refused: "version_exists", id: "AlertsAPI", version: "v0.1", free: "v0.2" },
  unknown_node: { refused: "unknown_node", plan: "shop", node: "a" },
  unknown_parked: { refused: "unknown_parked", ref: "refs/x" },
  unknown_plan: { refused: "unknown_plan", plan: "shop" },
  unknown_pool: { refused: "unknown_pool", wish },
  unknown_ticket: { refused: "unknown_ticket", ticket: "t1" },
  unlanded_nodes: { refused: "unlanded_nodes", nodes: ["a"] },
  unreadable_worktree: { refused: "unreadable_worktree", problem: "x" },
  would_wait: { refused: "would_wait", blockers: [{ wish, witness: "a", by, pattern: "a", mode: "read", since: 0 }] },
};

describe("every refusal", () => {
  test.each(Object.values(samples).map((sample) => [sample.refused, sample] as const))(
    "[M1] %s has words, facts of its type, and only tools that exist",
    (_, sample) => {
      const reply = expectValidReply(reportProgress, wordRefusal(sample));
      expect(reply.say).toMatch(/^[A-Z].*\.$/);
      for (const name of reply.next) expect(allTools.map((tool) => tool.name)).toContain(name);
    },
  );

  test("[M1] has a published type, and every published type is used", () => {
    const worded = new Set(Object.values(samples).map((sample) => wordRefusal(sample).refused));
    expect([...worded].sort()).toEqual([...refusalCodes]);
  });
});
