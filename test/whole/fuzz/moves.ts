/** What agents, planners and vandals try on a living workspace: sensible calls, and the same ones bent. */
import fc from "fast-check";
import { z } from "zod";
import { allTools } from "../../../src/tools/all-tools.ts";
import { planJsonSchema } from "../../../src/tools/plan-schema.ts";
import { bent, likeSchema, oddTexts, oddValue, type Schema } from "../../tools/generated-input.ts";
import { type LivingWorkspace, who } from "./living-workspace.ts";

/** Acts on a workspace; the numbers that it was made of pick among what there is at that moment, so that it shrinks. */
export type Move = (it: LivingWorkspace) => Promise<void>;

type Draft = (it: LivingWorkspace) => Record<string, unknown>;

const small = fc.nat({ max: 999 });
const path = fc.constantFrom("src/shared.txt", "src/shared.txt", "src/a.txt", "docs/read.md", "lib/x.txt", "new.txt");
const pattern = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("src/**", "src/a.txt", "lib/**", "lib/x.txt", "docs/*.md", "**/*.txt") },
  { weight: 1, arbitrary: fc.constantFrom(...oddTexts) },
);
const patterns = fc.array(pattern, { minLength: 1, maxLength: 3 });
const agent = fc.constantFrom("ann", "bob", "cyd", "dan", "eve", "fay");
const plan = fc.constantFrom("first", "first", "first", "second", "second", "third", "nowhere");
const node = fc.constantFrom("a", "b", "c", "d", "e", "f", "a", "b", "g", "nobody");
const text = fc.oneof(fc.constantFrom("did it", "because"), fc.constantFrom(...oddTexts));
const wait = { wait_seconds: fc.constantFrom(0, 0, 0.02, 1) };
const again = fc.constantFrom("r1", "r2", "r3");

/** Fields that are there or not. */
const some = (fields: Record<string, fc.Arbitrary<unknown>>) => fc.record(fields, { requiredKeys: [] });

const planNode = fc
  .tuple(
    node,
    some({ writes: patterns, edits: patterns, reads: patterns, depends_on: fc.array(node, { maxLength: 2 }) }),
    some({ title: text, instructions: text, uses: fc.subarray(["build", "port", "db:main"]), priority: fc.nat(3) }),
    some({ kind: fc.constantFrom("work", "sync"), estimate_minutes: fc.double(), gates: fc.constant(["test"]) }),
  )
  .map(([id, ...fields]) => Object.assign({ id }, ...fields) as Record<string, unknown>);
const wholePlan = fc
  .tuple(fc.constantFrom("third", "fourth", "second"), fc.uniqueArray(planNode, { maxLength: 4, selector: idOf }))
  .chain(([id, nodes]) =>
    some({ goal: text, target: text, base: text, flags: fc.constant({ fancy: false }), title: text }).map((more) => ({
      ...{ id, title: "T", nodes },
      ...more,
    })),
  );

const sensible: Readonly<Record<string, fc.Arbitrary<Draft>>> = {
  submit_plan: fc
    .tuple(wholePlan, some({ dry_run: fc.boolean(), request_id: again }))
    .map(([written, more]) => always({ plan: written, ...more })),
  revise_plan: fc
    .tuple(
      plan,
      fc.oneof(
        some({ cancel: fc.array(node, { maxLength: 1 }), retry: fc.array(node, { maxLength: 1 }) }),
        some({ add: fc.array(planNode, { maxLength: 1 }), change: fc.array(planNode, { maxLength: 1 }) }),
        fc.record({ change: fc.array(fc.record({ id: node, title: text }), { minLength: 1, maxLength: 1 }) }),
        fc.constantFrom({ pause: true }, { resume: true }, { resume: true }, { finish: true }),
        some({ flags: fc.constant({ fancy: false }), policy: fc.constant({ max_parallel: 3 }) }),
      ),
      some({ request_id: again }),
    )
    .map(([plan_id, ...parts]) => always(Object.assign({ plan_id }, ...parts))),
  get_status: fc
    .tuple(
      fc.constantFrom("overview", "plan", "node", "why", "locks", "queue", "agents", "timeline", "metrics", "parked"),
      some({ plan_id: plan, node_id: node, agent, detail: fc.constantFrom("concise", "detailed") }),
      some({ since: fc.nat({ max: 200 }), limit: fc.integer({ min: 1, max: 20 }) }),
    )
    .map(([view, ...more]) => always(Object.assign({ view }, ...more))),
  request_next_node: fc
    .tuple(agent, some({ plan_id: plan, accept_parked: fc.boolean(), request_id: again }), fc.record(wait))
    .map(([name, more, waits]) => always({ agent: name, ...waits, ...more })),
  report_progress: withLease({ percent: fc.nat({ max: 100 }), note: text, tokens_used: fc.nat({ max: 99 }) }),
  complete_node: withLease({ outputs: fc.jsonValue(), request_id: again, ...wait }, { summary: text }),
  fail_node: withLease({ resume_hint: text, request_id: again }, { reason: text, retryable: fc.boolean() }),
  claim_resources: fc.oneof(
    withLease({
      ...{ write: patterns, edit: patterns, read: patterns, watch: patterns, request_id: again, ...wait },
      ...{ dry_run: fc.boolean(), uses: fc.subarray(["build", "port", "db:main", "x"]) },
    }),
    withTicket(),
  ),
  release_resources: fc.oneof(
    withLease({ request_id: again }, { patterns }),
    fc.tuple(small, small).map(
      ([n, h]): Draft =>
        (it) =>
          releaseIn(it, n, h),
    ),
    withTicket(),
  ),
  share_knowledge: fc
    .tuple(agent, text, text, some({ paths: patterns, request_id: again }))
    .map(([name, topic, said, more]) => always({ agent: name, topic, text: said, ...more })),
};

const editing = fc
  .tuple(small, path, fc.constantFrom("x\n", "oops\n", "a\nb\n", "<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n", undefined))
  .map(([n, where, content]): Move => {
    return async (it) => {
      const work = it.works.slice(-5)[n % 5];
      if (work) it.edit(work, where, content);
    };
  });

const weights: Readonly<Record<string, number>> = { request_next_node: 4, complete_node: 5, claim_resources: 4 };

const oneInThree = fc.nat({ max: 2 }).map((n) => n === 0);

/** One move: an edit, a sensible call, or a call with one place changed. */
export const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 5, arbitrary: editing },
  ...Object.entries(sensible).map(([name, draft]) => ({
    weight: weights[name] ?? 2,
    arbitrary: fc.tuple(draft, oneInThree, small, oddValue).map(([of, isBent, where, value]): Move => {
      return async (it) => {
        const input = of(it);
        await it.call(name, isBent ? bent(input, where, value) : input);
      };
    }),
  })),
);

/** Input for one tool, made from its published schema and then bent, or not. */
export function inputFor(name: string): fc.Arbitrary<unknown> {
  const tool = allTools.find((one) => one.name === name);
  const schema = z.toJSONSchema(tool?.input ?? z.object(), { io: "input" }) as Schema;
  const planSchema = planJsonSchema() as Schema;
  const nodes = planSchema.properties?.["nodes"] ?? {};
  const parts = { plan: planSchema, add: nodes, change: nodes, policy: planSchema.properties?.["policy"] ?? {} };
  const known = Object.entries(parts).filter(([field]) => schema.properties?.[field]);
  const whole = { ...schema, properties: { ...schema.properties, ...Object.fromEntries(known) } };
  const words = fc.oneof(fc.constantFrom(...oddTexts), plan, node, agent, pattern);
  return fc
    .tuple(likeSchema(whole, words), fc.boolean(), small, oddValue)
    .map(([input, isBent, where, value]) => (isBent ? bent(input, where, value) : input));
}

function always(input: Record<string, unknown>): Draft {
  return () => input;
}

/** A call for an attempt: mostly with a lease and its agent, now and then a stale, foreign or forged one. */
function withLease(
  optional: Record<string, fc.Arbitrary<unknown>>,
  required: Record<string, fc.Arbitrary<unknown>> = {},
): fc.Arbitrary<Draft> {
  return fc.tuple(small, some(optional), fc.record(required)).map(([n, more, must]): Draft => {
    return (it) => ({ ...callerIn(it, n), ...must, ...more });
  });
}

function withTicket(): fc.Arbitrary<Draft> {
  return fc.tuple(small, small, fc.record(wait)).map(([n, t, waits]): Draft => {
    return (it) => ({ ...callerIn(it, n), ticket: it.tickets[t % it.tickets.length], ...waits });
  });
}

function callerIn(it: LivingWorkspace, n: number): { readonly agent: string; readonly lease: string } {
  const recent = it.works.slice(-6);
  const work = (n % 5 === 0 ? it.works : recent)[n % (n % 5 === 0 ? it.works : recent).length];
  if (!work) return { agent: "ann", lease: "none" };
  if (n % 29 === 0) return { agent: "fay", lease: work.lease };
  if (n % 31 === 0) return { agent: work.agent, lease: `${work.lease.slice(0, -1)}!` };
  if (n % 37 === 0) return { agent: work.agent, lease: work.lease.replace(/\/\d+\./, "/7.") };
  return who(work);
}

/** A claim that was granted to somebody, by who had it. */
function releaseIn(it: LivingWorkspace, n: number, h: number): Record<string, unknown> {
  const caller = callerIn(it, n);
  const held = it.claims.get(caller.lease) ?? ["src/**"];
  return { ...caller, patterns: [held[h % held.length]] };
}

function idOf({ id }: Record<string, unknown>): unknown {
  return id;
}
