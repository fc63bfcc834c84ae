/** What can be asked about conflicts and convergences. */
import type { AgentName } from "../ids.ts";
import type { Refusal } from "../refusal.ts";
import type { Workspace } from "../workspace.ts";
import { type Actor, objectionTo } from "./actor.ts";
import type { Conflict, ConflictId } from "./conflicts.ts";
import { type ConvergenceId, convergenceOf, isOpen, type OpenConvergence } from "./convergences.ts";
import { complete, invite, join, moveOn, openConvergence, sayInConvergence } from "./converging.ts";
import { type Reported, report } from "./reporting.ts";
import { type ConflictStep, resolve, type Settlement } from "./resolving.ts";
import type { DefaultGates, ReworkAsked } from "./rework.ts";

interface Acts {
  readonly by: Actor;
}

export type ConflictCommand =
  | (Acts & { readonly type: "ReportConflict"; readonly reported: Reported })
  | (Acts & Settlement & { readonly type: "ResolveConflict"; readonly conflict: ConflictId })
  | (Acts & {
      readonly type: "OpenConvergence";
      readonly conflicts: readonly ConflictId[];
      readonly participants: readonly AgentName[];
    })
  | (Acts & { readonly type: "JoinConvergence"; readonly convergence: ConvergenceId })
  | (Acts & {
      readonly type: "DecideInConvergence" | "CompleteConvergence";
      readonly convergence: ConvergenceId;
      readonly decisions: readonly string[];
      readonly rework: readonly ReworkAsked[];
      readonly gates: DefaultGates;
    })
  /** The deadline of a convergence has passed. */
  | { readonly type: "MoveConvergenceOn"; readonly convergence: ConvergenceId };

export function decideConflict(workspace: Workspace, command: ConflictCommand): readonly ConflictStep[] | Refusal {
  if (command.type === "MoveConvergenceOn")
    return atConvergence(workspace, command.convergence, (found) => moveOn(workspace, found));
  const { by } = command;
  const objection = objectionTo(workspace, by);
  if (objection) return objection;
  switch (command.type) {
    case "ReportConflict":
      return report(workspace, by, command.reported);
    case "ResolveConflict": {
      const conflict = workspace.speculation.conflicts.get(command.conflict);
      if (!conflict) return { refused: "unknown_conflict", conflict: command.conflict };
      if (conflict.state.is !== "open") return { refused: "conflict_over", conflict: conflict.id };
      if (by.attempt && !isConcerned(workspace, conflict, by.agent))
        return { refused: "not_concerned", agent: by.agent };
      return resolve(workspace, conflict, by, command);
    }
    case "OpenConvergence":
      return open(workspace, command);
    case "JoinConvergence":
      return atConvergence(workspace, command.convergence, (found) => join(found, by));
    case "DecideInConvergence":
      return atConvergence(workspace, command.convergence, (found) => sayInConvergence(found, by, command));
    case "CompleteConvergence":
      return atConvergence(workspace, command.convergence, (found) => complete(workspace, found, by, command));
  }
}

/** Over conflicts that are all converged over already there is nothing to open: who asks is there from then on. */
function open(
  workspace: Workspace,
  { by, conflicts: ids, participants }: ConflictCommand & { type: "OpenConvergence" },
): readonly ConflictStep[] | Refusal {
  const conflicts: Conflict[] = [];
  for (const id of ids) {
    const conflict = workspace.speculation.conflicts.get(id);
    if (!conflict) return { refused: "unknown_conflict", conflict: id };
    if (conflict.state.is !== "open") return { refused: "conflict_over", conflict: id };
    conflicts.push(conflict);
  }
  const known = new Set(conflicts.flatMap((conflict) => convergenceOf(workspace, conflict) ?? []));
  const loose = conflicts.filter((conflict) => !convergenceOf(workspace, conflict));
  const agents = [by.agent, ...participants];
  if (loose.length > 0) return openConvergence(workspace, loose, { agents, by });
  return [...known].flatMap((found) => [
    ...join(found, by),
    ...participants.flatMap((agent) => (agent === by.agent ? [] : invite(found, agent))),
  ]);
}

function atConvergence(
  { speculation }: Workspace,
  id: ConvergenceId,
  then: (convergence: OpenConvergence) => readonly ConflictStep[] | Refusal,
): readonly ConflictStep[] | Refusal {
  const found = speculation.convergences.get(id);
  if (!found) return { refused: "unknown_convergence", convergence: id };
  return isOpen(found) ? then(found) : { refused: "convergence_over", convergence: id };
}

function isConcerned(workspace: Workspace, conflict: Conflict, agent: AgentName): boolean {
  const participants = convergenceOf(workspace, conflict)?.state.participants ?? [];
  return conflict.agents.includes(agent) || participants.some((one) => one.agent === agent);
}
