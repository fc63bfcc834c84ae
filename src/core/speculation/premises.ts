/**
 * What nodes that are about to land take for granted of files.
 *
 * [A14] A node lands only on a tree that keeps what it stands on: a check of files that held and fails there is found out before.
 */
import { type NodeRef, nodeKey } from "../ids.ts";
import type { Refusal } from "../refusal.ts";
import type { Workspace } from "../workspace.ts";
import { type Assumption, type AssumptionEvent, activeAssumptions, type FileCheck, fileCheck } from "./assumptions.ts";
import type { ConflictEvent } from "./conflicts.ts";
import { brokenBy, invalidate, type Seen } from "./settling.ts";

/** An open assumption that files decide. */
export interface Premise {
  readonly assumption: Assumption;
  readonly check: FileCheck;
}

/** The premises of nodes that would land together. */
export function premisesOf(workspace: Workspace, nodes: readonly NodeRef[]): readonly Premise[] {
  const landing = new Set(nodes.map(nodeKey));
  return [...activeAssumptions(workspace)].flatMap((assumption) => {
    const { from, depends } = assumption;
    const standing = [
      ...(from ? [nodeKey(from)] : []),
      ...depends.flatMap(({ kind, id }) => (kind === "node" ? id : [])),
    ];
    const check = standing.some((key) => landing.has(key)) ? fileCheck(assumption) : undefined;
    return check ? [{ assumption, check }] : [];
  });
}

/** What follows where a tree that is about to land does not keep a premise; nothing where it keeps all. [A14] */
export function brokenBefore(
  workspace: Workspace,
  nodes: readonly NodeRef[],
  seen: Seen,
): readonly (AssumptionEvent | ConflictEvent)[] | Refusal {
  const outcomes = new Map(seen.map(({ assumption, outcome }) => [assumption, outcome]));
  const premises = premisesOf(workspace, nodes);
  if (premises.some(({ assumption }) => !outcomes.has(assumption.id))) return { refused: "outdated" };
  return premises.flatMap(({ assumption }) => {
    const why = brokenBy(assumption, outcomes.get(assumption.id) ?? "open");
    return why === undefined ? [] : invalidate(workspace, assumption, why);
  });
}
