/**
 * The form of a plan as planners write it. What is known but not built yet has a form here too; that it is refused, and
 * whether ids and patterns are good, is for the core to say, so that nothing is said twice.
 */
import { z } from "zod";
import { idField } from "./fields.ts";

const id = z.string().max(1000);
const pathPatterns = z.array(z.string().max(4096)).max(1000);
const minutes = z.number().positive().max(525_600);

const edge = z.strictObject({
  node: id,
  edge: z.enum(["finish", "contract", "submit"]).optional(),
  contract: z.string().optional(),
});
const dependency = z.union([id, edge], "must be the id of a node, or an object with node and edge");
const gateName = z.union(
  [z.string().max(100), z.strictObject({ name: z.string().max(100), expect: z.enum(["pass", "fail"]).optional() })],
  "must be the name of a gate, or an object with name and expect",
);

/** What may be said of a node, without defaults, since a revision says only what changes. */
const nodeFields = {
  title: z.string().min(1).max(500),
  instructions: z.string().max(100_000).describe("What the agent is told."),
  role: z.string().min(1).max(100).describe("Free text, shown to people."),
  requires: z.array(z.string().min(1).max(100)).max(100).describe("Capabilities that the agent must have."),
  depends_on: z
    .array(dependency)
    .max(10_000)
    .describe(
      "Ids of nodes that must land first. {node, edge: submit}: begin when it is handed in; {node, edge: contract, contract}: begin when that contract is ACTIVE. Either lands after it.",
    ),
  writes: pathPatterns.describe("Paths that are its alone to change."),
  edits: pathPatterns.describe("Paths that it changes beside others; the merge decides."),
  reads: pathPatterns.describe("Paths that nobody may change meanwhile."),
  watches: pathPatterns.describe("Paths whose change it wants to hear of."),
  uses: z.array(z.string().min(1).max(200)).max(100).describe("Pools and named things: port, build, db:main."),
  priority: z.int().min(0).max(3).describe("0 (drop everything) to 3."),
  estimate_minutes: minutes,
  gates: z
    .array(gateName)
    .max(100)
    .describe(
      "Names from interlock.yaml; default: all that are marked default. {name, expect: fail}: a test that must fail now, and lands with the first node that depends on it and passes.",
    ),
  when: z.string().min(1).max(100).describe("Runs only if this flag is true, else it is skipped."),
  group: z.string().min(1).max(100),
  retries: z.int().min(0).max(100).describe("How often it may be tried again after a retryable failure."),
  token_budget: z.int().min(1).max(1_000_000_000),
  approval: z.enum(["none", "before_start", "before_landing"]).describe("Not built yet: only none."),
  reviewers: z.array(z.string()).describe("Not built yet."),
};

export const nodeSchema = z
  .strictObject(nodeFields)
  .partial()
  .extend({
    id,
    kind: z
      .enum(["work", "sync", "review"])
      .default("work")
      .describe("sync: a point where streams meet; nobody works on it. review: not built yet."),
  });

export const nodeChangeSchema = z.strictObject(nodeFields).partial().extend({ id });

export const policySchema = z
  .strictObject({
    mode: z.enum(["parallel", "sequential"]),
    max_parallel: z.int().min(1).max(1000),
    scope: z.enum(["auto", "strict"]).describe("auto: a node may also change what nobody else holds."),
    on_failure: z.enum(["continue", "stop"]),
    baseline: z
      .enum(["block", "ratchet"])
      .describe("ratchet: what fails on the base too may go on failing; nothing may fail that passes there."),
  })
  .partial();

export const flagsSchema = z.record(z.string().min(1).max(100), z.boolean());

export const planSchema = z
  .strictObject({
    id: idField.optional().describe("Made from the title when absent."),
    title: z.string().min(1).max(500).optional(),
    goal: z.string().max(20_000).optional(),
    constraints: z.array(z.string().min(1).max(2000)).max(100).optional(),
    target: z.string().min(1).max(250).optional().describe("The branch it will land on; default: the one checked out."),
    base: z.string().min(1).max(250).optional().describe("Commit or branch to start from; default: target."),
    policy: policySchema.optional(),
    flags: flagsSchema.optional().describe("Read by `when`."),
    template: z.string().optional().describe("Not built yet."),
    vars: z.record(z.string(), z.unknown()).optional().describe("Not built yet."),
    groups: z.array(z.unknown()).optional().describe("Not built yet."),
    nodes: z.array(nodeSchema).min(1).max(200_000),
  })
  .refine(({ id, title }) => id !== undefined || title !== undefined, { message: "is missing", path: ["title"] });

export type WrittenNode = z.infer<typeof nodeSchema>;
export type WrittenEdge = z.infer<typeof edge>;
export type WrittenChange = z.infer<typeof nodeChangeSchema>;
export type WrittenPolicy = z.infer<typeof policySchema>;

/** The JSON Schema of a plan, for planners and editors. */
export function planJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    ...z.toJSONSchema(planSchema, { io: "input", target: "draft-2020-12" }),
    title: "Plan",
    description:
      "A directed acyclic graph of nodes for submit_plan. Paths are relative to the repository, with * ? [..] {a,b} and **.",
  };
}
