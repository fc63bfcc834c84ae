import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Config } from "../config/config.ts";
import { scoreRuleOf } from "../config/scores.ts";
import { idFrom, type PlanId } from "../core/ids.ts";
import { isOver } from "../core/node/node.ts";
import { parsePattern } from "../core/pattern/parse.ts";
import { checkPlan, warnPlan } from "../core/plan/check.ts";
import { integrationRef, type Plan } from "../core/plan/plan.ts";
import { planIdFor } from "../core/plan/planning.ts";
import type { NodeSpec, PlanSpec, Policy } from "../core/plan/spec.ts";
import { isRefusal } from "../core/refusal.ts";
import type { CallContext, InputProblem, Refused } from "./answers.ts";
import { clashWarnings } from "./clash-warnings.ts";
import type { PlanReceipt, PlanRequest, Revision } from "./execution.ts";
import { readRef, refInTheWay, resolveCommit } from "./git/refs.ts";
import { type Hands, markOf } from "./hands.ts";
import { ensureBranch } from "./landing/branch.ts";

/** Checks a plan against repository and config, and makes it known to everybody unless it is a dry run. */
export async function submitPlan(
  hands: Hands,
  request: PlanRequest,
  { dryRun }: { readonly dryRun: boolean },
  call: CallContext,
): Promise<PlanReceipt | Refused> {
  const { manager, git } = hands;
  await manager.refresh();
  const target = request.header.target ?? hands.repository.headBranch?.replace("refs/heads/", "");
  const base = target === undefined ? undefined : await baseOf(hands, request.header.base, target);
  const found = await hands.configOn(target ?? "HEAD");
  const problems: InputProblem[] = [
    ...request.problems,
    ...("problems" in found ? found.problems.map(configProblem) : []),
    ...(request.header.target !== undefined && base?.target === undefined ? [noSuchTarget(request.header.target)] : []),
    ...(base !== undefined && base.target !== undefined && base.commit === undefined
      ? [noSuchBase(request.header.base)]
      : []),
  ];
  const config = "problems" in found ? hands.config : found.config;
  const ignoreCase = manager.workspace.settings.ignoreCase;
  problems.push(
    ...checkPlan(request.draft, {
      gates: new Set(config.gates.list.map(({ name }) => name)),
      ignoreCase,
      hasTarget: target !== undefined,
    }),
  );
  if (problems.length > 0 || target === undefined || base?.commit === undefined)
    return { refused: "invalid_input", problems };
  const plan = specFrom(hands, request, config, target, base.commit);
  const clashes = clashWarnings(hands, base.commit, { ...plan, ignoreCase });
  const warned = [...warnPlan(plan), ...configWarning(found, target)];
  if (dryRun) return { plan, status: "dry_run", warnings: [...warned, ...(await clashes)] };
  const inTheWay = await branchInTheWay(hands, plan.id);
  if (inTheWay) return { refused: "branch_in_the_way", branch: inTheWay };
  const answer = await manager.execute({ type: "SubmitPlan", plan }, markOf(call, request.by ?? "workspace"));
  if (isRefusal(answer)) {
    if (answer.refused !== "plan_exists" || !answer.same) return answer;
    return { plan, status: statusOf(hands, plan.id), warnings: [...warned, ...(await clashes)] };
  }
  const submitted = answer.events.find(({ event }) => event.type === "PlanSubmitted")?.event;
  const id = submitted?.type === "PlanSubmitted" ? submitted.plan.id : plan.id;
  await ensureBranch(git, { ref: integrationRef(id), at: base.commit });
  return { plan: { ...plan, id }, status: statusOf(hands, id), warnings: [...warned, ...(await clashes)] };
}

/** Changes a running plan; what is new is checked as when a plan is submitted. */
export async function revisePlan(hands: Hands, revision: Revision, call: CallContext): Promise<PlanReceipt | Refused> {
  const { manager } = hands;
  await manager.refresh();
  const plan = manager.workspace.plans.get(revision.plan);
  if (!plan) return { refused: "unknown_plan", plan: revision.plan };
  const { target } = plan.header;
  const found = await hands.configOn(target);
  const config = "problems" in found ? hands.config : found.config;
  const problems = [
    ...revision.problems,
    ...("problems" in found ? found.problems.map(configProblem) : []),
    ...checkPlan(revision.draft, {
      gates: new Set(config.gates.list.map(({ name }) => name)),
      ignoreCase: manager.workspace.settings.ignoreCase,
      hasTarget: true,
      existing: [...plan.nodes.values()].map(({ id, spec: { dependsOn, redGates = [] } }) => ({
        id,
        dependsOn,
        redGates,
      })),
    }),
  ];
  if (problems.length > 0) return { refused: "invalid_input", problems };
  const { ignoreCase } = manager.workspace.settings;
  const { plan: id, cancel, retry, flags, pause, resume, finish } = revision;
  const policy = revision.policy ? { ...plan.header.policy, ...withoutUndefined(revision.policy) } : undefined;
  const answer = await manager.execute(
    {
      type: "RevisePlan",
      plan: id,
      add: revision.add.map((node) => completed(node, config, ignoreCase)),
      change: revision.change.map(({ id: node, fields }) => ({
        id: node,
        fields: {
          ...fields,
          ...canonicalPatterns(fields, ignoreCase),
          ...(fields.gates && plan.nodes.get(node)?.spec.kind === "work"
            ? { nodeGates: [], ...byKind(fields.gates, config) }
            : {}),
        },
      })),
      cancel,
      retry,
      ...(flags ? { flags } : {}),
      ...(policy ? { policy } : {}),
      pause,
      resume,
      finish,
    },
    markOf(call, id),
  );
  if (isRefusal(answer)) return answer;
  const now = manager.workspace.plans.get(id) ?? plan;
  const nodes = [...now.nodes.values()].map(({ spec }): NodeSpec => ({ ...spec, instructions: "" }));
  const open = [...now.nodes.values()].filter((node) => !isOver(node)).map(({ spec }) => spec);
  const fresh = new Set([...revision.add, ...revision.change].map((node) => node.id));
  const clashes = await clashWarnings(hands, now.tip, { nodes: open, policy: now.header.policy, ignoreCase, fresh });
  const warnings = [...scoreWarning(now, config), ...clashes];
  return { plan: { ...now.header, nodes }, status: statusOf(hands, id), warnings };
}

function specFrom(hands: Hands, request: PlanRequest, config: Config, target: string, base: string): PlanSpec {
  const { header } = request;
  const { workspace } = hands.manager;
  const nodes = request.nodes.map((node) => completed(node, config, workspace.settings.ignoreCase));
  const score = scoreRuleOf(config.gates);
  const policy: Policy = {
    mode: header.policy.mode ?? config.plans.mode,
    maxParallel: header.policy.maxParallel ?? config.plans.maxParallel,
    scope: header.policy.scope ?? config.plans.scope,
    onFailure: header.policy.onFailure ?? "continue",
    ...(header.policy.baseline === undefined ? {} : { baseline: header.policy.baseline }),
    ...(score ? { score } : {}),
  };
  const { title, goal, constraints, flags } = header;
  // The base is left out: the target moves on while a client repeats the same plan.
  const content = {
    id: header.id,
    title,
    goal,
    constraints,
    target,
    base: header.base,
    policy: header.policy,
    flags,
    nodes: request.nodes,
  };
  const digest = createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 32);
  return {
    id: planIdFor(workspace, header.id ?? idFrom(title), digest),
    title,
    ...(goal === undefined ? {} : { goal }),
    constraints,
    target,
    base,
    policy,
    flags,
    digest,
    ...(request.by === undefined ? {} : { by: request.by }),
    nodes,
  };
}

function completed(node: PlanRequest["nodes"][number], config: Config, ignoreCase: boolean): NodeSpec {
  const gates = node.gates ?? namesOfDefaults(config);
  return {
    ...node,
    ...canonicalPatterns(node, ignoreCase),
    ...(node.kind === "work" ? byKind(gates, config) : { gates }),
  };
}

/** The gates of work that names none, on the branch where it will land. */
export async function defaultGates(hands: Hands, target: string): Promise<Pick<NodeSpec, "gates" | "nodeGates">> {
  const found = await hands.configOn(target);
  const config = "problems" in found ? hands.config : found.config;
  return byKind(namesOfDefaults(config), config);
}

function namesOfDefaults(config: Config): readonly string[] {
  return config.gates.list.filter((gate) => gate.default).map(({ name }) => name);
}

/** Which of these gates look at the node alone; at a sync point there is nothing but its candidate to look at. */
function byKind(gates: readonly string[], config: Config): Pick<NodeSpec, "gates" | "nodeGates"> {
  const alone = new Set(config.gates.list.filter(({ kind }) => kind === "node").map(({ name }) => name));
  const nodeGates = gates.filter((gate) => alone.has(gate));
  return { gates: gates.filter((gate) => !alone.has(gate)), ...(nodeGates.length > 0 ? { nodeGates } : {}) };
}

/** Patterns enter the log in one spelling, so that they can be compared as texts. */
function canonicalPatterns(node: Partial<NodeSpec>, ignoreCase: boolean): Partial<NodeSpec> {
  const canonical = (patterns: readonly string[]) =>
    patterns.map((text) => {
      const parsed = parsePattern(text, { ignoreCase });
      return "pattern" in parsed ? parsed.pattern.text : text;
    });
  const { writes, edits, reads, watches } = node;
  return {
    ...(writes ? { writes: canonical(writes) } : {}),
    ...(edits ? { edits: canonical(edits) } : {}),
    ...(reads ? { reads: canonical(reads) } : {}),
    ...(watches ? { watches: canonical(watches) } : {}),
  };
}

async function baseOf(
  { git }: Hands,
  base: string | undefined,
  target: string,
): Promise<{ readonly target: string | undefined; readonly commit: string | undefined }> {
  const tip = await resolveCommit(git, `refs/heads/${target}`);
  return { target: tip, commit: base === undefined ? tip : await resolveCommit(git, base) };
}

/** A branch of the user that has the name of our integration branch, or forbids it. */
async function branchInTheWay({ git, manager }: Hands, plan: PlanId): Promise<string | undefined> {
  if (manager.workspace.plans.has(plan)) return undefined;
  const ref = integrationRef(plan);
  const inTheWay = (await readRef(git, ref)) === undefined ? await refInTheWay(git, ref) : ref;
  if (inTheWay === undefined) return undefined;
  // Somebody may have submitted the same plan meanwhile: then the branch is its own.
  await manager.refresh();
  return manager.workspace.plans.has(plan) ? undefined : inTheWay;
}

function statusOf(hands: Hands, plan: PlanId): PlanReceipt["status"] {
  return hands.manager.workspace.plans.get(plan)?.status.is ?? "active";
}

function configWarning(found: Awaited<ReturnType<Hands["configOn"]>>, target: string): PlanReceipt["warnings"] {
  if ("problems" in found || found.committed) return [];
  const say = `There is no interlock.yaml committed on ${target}, so no gates run; what is not committed there does not count.`;
  return [{ code: "config_not_committed", nodes: [], say }];
}

/** A plan is judged by one rule from beginning to end, which its planner may not have in mind any more. */
function scoreWarning({ header }: Plan, { gates }: Config): PlanReceipt["warnings"] {
  if (isDeepStrictEqual(header.policy.score, scoreRuleOf(gates))) return [];
  const say =
    "The scores and the threshold of gates in interlock.yaml have changed. This plan keeps those that it was submitted with; a gate that has got its score since has to pass.";
  return [{ code: "score_kept", nodes: [], say }];
}

function configProblem({ path, problem }: { readonly path: string; readonly problem: string }): InputProblem {
  return { code: "bad_config", path: `interlock.yaml: ${path}`, problem };
}

function noSuchTarget(target: string): InputProblem {
  return {
    code: "no_target",
    path: "target",
    problem: `there is no branch ${target} with a commit; name one that exists`,
  };
}

function noSuchBase(base: string | undefined): InputProblem {
  return {
    code: "no_target",
    path: "base",
    problem: `there is no commit or branch ${base ?? ""}; name one that exists`,
  };
}

function withoutUndefined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
