/** The type of every refusal: its code, and the facts that come with it. */
import { z } from "zod";
import { instantReply, replyOf } from "./reply.ts";

const texts = z.array(z.string());
const listed = { cut: z.literal(true).optional(), total: z.int().optional() };

export const blockerReply = z.strictObject({
  pattern: z.string(),
  mode: z.string(),
  plan: z.string(),
  node: z.string(),
  agent: z.string().optional(),
  since: instantReply,
  witness: z.string(),
});

const factsByCode = {
  agent_name_taken: { free_name: z.string() },
  assumption_settled: { assumption_id: z.string(), assumption_status: z.string() },
  bad_lease: {},
  bad_pattern: { pattern: z.string(), problem: z.string() },
  branch_in_the_way: { branch: z.string() },
  cancelled: {},
  changed_path: { paths: texts, ...listed },
  config_unusable: { problem: z.string() },
  conflict_over: { conflict_id: z.string() },
  convergence_over: { convergence_id: z.string() },
  convergence_pending: { convergence_id: z.string(), pending: texts, due_at: instantReply.optional() },
  converging: { convergence_id: z.string() },
  deadlock: {
    cycle: z.array(
      z.strictObject({ plan: z.string(), node: z.string(), agent: z.string(), holds: texts, wants: texts }),
    ),
  },
  disk_unusable: { problem: z.string() },
  holds_node: { plan_id: z.string(), node_id: z.string() },
  idle: { reason: z.string(), waiting: z.record(z.string(), z.number()) },
  internal_error: { reference: z.string() },
  invalid_input: {
    problems: z.array(
      z.strictObject({ code: z.string().optional(), path: z.string(), problem: z.string(), cycle: texts.optional() }),
    ),
    ...listed,
  },
  markers_left: { paths: texts, ...listed },
  no_mock: { contract: z.string(), problem: z.string() },
  no_repository: { looked: texts },
  node_live: { nodes: texts },
  node_over: { nodes: texts },
  not_built: { what: z.string() },
  not_concerned: { agent: z.string() },
  not_withdrawable: { node_id: z.string(), why: z.enum(["landing", "not_handed_in", "nobodys"]) },
  out_of_claim: { paths: z.array(z.strictObject({ path: z.string(), held_by: z.string().optional() })), ...listed },
  outdated: {},
  plan_exists: { plan_id: z.string(), same: z.boolean() },
  plan_over: { plan_id: z.string(), plan_status: z.string() },
  request_id_reused: {},
  slot_failed: { problem: z.string() },
  stale_lease: { state: z.string(), parked_ref: z.string().optional() },
  store_busy: { retry_after_seconds: z.number(), problem: z.string().optional() },
  store_unusable: { problem: z.string() },
  strategy_unfit: { strategy: z.string(), why: z.enum(["one_side", "several_plans", "several_red", "no_option"]) },
  target: { problem: z.string(), paths: texts.optional(), worktree: z.string().optional() },
  unknown_artifact: { artifact: z.string(), version: z.string().optional() },
  unknown_assumption: { assumption_id: z.string() },
  unknown_claim: { patterns: texts },
  unknown_conflict: { conflict_id: z.string() },
  unknown_contract: { contract: z.string(), version: z.string().optional() },
  unknown_convergence: { convergence_id: z.string() },
  unknown_node: { plan_id: z.string().optional(), node_id: z.string() },
  unknown_parked: { ref: z.string() },
  unknown_plan: { plan_id: z.string() },
  unknown_pool: { name: z.string() },
  unknown_ticket: { ticket: z.string() },
  unlanded_nodes: { nodes: texts, ...listed },
  unreadable_worktree: { problem: z.string() },
  version_exists: { id: z.string(), version: z.string(), free_version: z.string() },
  would_wait: { blockers: z.array(blockerReply) },
} as const;

export type RefusalCode = keyof typeof factsByCode;

/** Every code that a call can be refused with, in alphabetical order. */
export const refusalCodes = Object.keys(factsByCode) as readonly RefusalCode[];

/** The facts of one refusal, by its code. */
export type RefusalFacts<Code extends RefusalCode> = z.infer<z.ZodObject<(typeof factsByCode)[Code]>>;

/** Any refusal. */
export const refusalReply: z.ZodType = z.union(
  refusalCodes.map((code) => replyOf({ refused: z.literal(code), ...factsByCode[code] })),
);
