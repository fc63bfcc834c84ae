import type { WorkspaceCommand } from "../../../src/core/command.ts";
import { attemptOf } from "../../../src/core/node/node.ts";
import type { Severity, Strategy } from "../../../src/core/speculation/conflicts.ts";
import { openConvergences } from "../../../src/core/speculation/convergences.ts";
import type { Workspace } from "../../../src/core/workspace.ts";
import { type Move, pick } from "./move.ts";

const severities: readonly Severity[] = ["low", "medium", "high", "critical"];
const strategies: readonly Strategy[] = ["priority", "vote", "first_completion", "merge", "manual"];

/** Somebody finds that nodes exclude each other, or settles that. */
export function disputeMove(
  workspace: Workspace,
  { kind, a, b, c }: Move,
  agent: string,
): WorkspaceCommand | undefined {
  const nodes = [...workspace.plans.values()].flatMap((plan) => [...plan.nodes.values()]);
  const own = nodes.find((node) => attemptOf(node)?.agent === agent);
  const attempt = own && attemptOf(own);
  const lease = attempt && { plan: attempt.plan, node: attempt.node, attempt: attempt.attempt };
  const by = { agent, ...(lease && b % 2 === 0 ? { attempt: lease } : {}) };
  if (kind === "report") {
    const named = [pick(nodes, b), pick(nodes, c)].flatMap((node) => node ?? []);
    const artifacts = named.map(({ plan, id }) => ({ kind: "node", id: `${plan}/${id}` }) as const);
    const type = c % 3 === 0 ? "contract_breach" : "decision";
    const severity = severities[a % 4] ?? "high";
    const agents = c % 4 === 0 ? ["ada", "bob"] : [];
    return { type: "ReportConflict", by, reported: { type, severity, description: `of ${a % 5}`, artifacts, agents } };
  }
  const open = [...workspace.speculation.conflicts.values()].filter(({ state }) => state.is === "open");
  const conflict = pick(open, a);
  const convergence = pick([...openConvergences(workspace)], a)?.id;
  const target = pick(nodes, c);
  const rework = target && c % 3 === 0 ? [{ plan: target.plan, node: target.id }] : [];
  const more = target && c % 4 === 0 ? [{ plan: target.plan, title: "Tell everybody", estimateMinutes: 1 }] : [];
  const said = { decisions: c % 2 === 0 ? ["this way"] : [], rework: [...rework, ...more], gates: {} };
  if (b % 5 === 0 && conflict) return { type: "OpenConvergence", by, conflicts: [conflict.id], participants: ["eve"] };
  if (b % 5 === 1 && convergence) return { type: "JoinConvergence", by, convergence };
  if (b % 5 === 2 && convergence) return { type: "DecideInConvergence", by, convergence, ...said };
  if (b % 5 === 3 && convergence) return { type: "CompleteConvergence", by, convergence, ...said };
  const strategy = strategies[c % 5] ?? "manual";
  const vote = { option: target?.id ?? "x", evidence: c % 2 === 0 ? ["seen"] : [] };
  return conflict && { type: "ResolveConflict", by, conflict: conflict.id, strategy, decision: "so", vote, gates: {} };
}

/** What is overdue is moved on, and people end what nobody else may. */
export function endDisputes(workspace: Workspace): readonly WorkspaceCommand[] {
  return [...openConvergences(workspace)].map(({ id: convergence, state }): WorkspaceCommand => {
    if (state.due !== undefined) return { type: "MoveConvergenceOn", convergence };
    const by = { agent: "operator" };
    return { type: "CompleteConvergence", by, convergence, decisions: ["go on"], rework: [], gates: {} };
  });
}
