/** Conflicts that agents see themselves, and whom those concern. */
import { type AgentName, type NodeRef, nodeKey, type PlanId } from "../ids.ts";
import { patternOf } from "../locks/locks.ts";
import { attemptOf, isOver, type Node } from "../node/node.ts";
import { overlap } from "../pattern/overlap.ts";
import { parsePattern } from "../pattern/parse.ts";
import { nodeByKey, refOf, type Workspace } from "../workspace.ts";
import type { Actor } from "./actor.ts";
import { type ArtifactRef, artifactKey } from "./artifact.ts";
import {
  type ConflictEvent,
  type ConflictType,
  conflictOf,
  distinct,
  openConflict,
  type Severity,
} from "./conflicts.ts";
import { consumersOf, nodesRelying } from "./contracts.ts";

export interface Reported {
  readonly type: ConflictType;
  readonly severity: Severity;
  readonly description: string;
  readonly artifacts: readonly ArtifactRef[];
  readonly agents: readonly AgentName[];
}

/** Opens what an agent reports; the same report again is the same conflict, and as severe as the most severe of them. */
export function report(workspace: Workspace, by: Actor, reported: Reported): readonly ConflictEvent[] {
  const nodes = concerned(workspace, by, reported);
  const users = reported.artifacts.flatMap(({ kind, id }) =>
    kind === "contract" ? consumersOf(workspace, id).agents : [],
  );
  const agents = [...new Set([by.agent, ...reported.agents, ...users])];
  const cause = causeOf(workspace, by, reported);
  const { severity, description } = reported;
  const known = conflictOf(workspace, cause);
  if (!known) return openConflict(workspace, { ...reported, agents, nodes, cause, by: by.agent });
  if (severities.indexOf(severity) <= severities.indexOf(known.severity)) return [];
  return [{ type: "ConflictRaised", conflict: known.id, severity, description, agent: by.agent }];
}

/** The mildest first. */
const severities: readonly Severity[] = ["low", "medium", "high", "critical"];

/** What a report is about, so that it is known again, whichever of those concerned comes first. [K1] */
export function causeOf(workspace: Workspace, by: Actor, reported: Reported): string {
  const nodes = concerned(workspace, by, reported).map(nodeKey);
  const isKnownByNode = (agent: AgentName) => nodes.some((key) => workspace.agents.get(agent)?.nodes.has(key));
  const about = [
    ...reported.artifacts.filter((one) => nodeOf(workspace, one, by.attempt?.plan) === undefined).map(artifactKey),
    ...nodes,
    ...reported.agents.filter((agent) => !isKnownByNode(agent)),
  ].sort();
  return `reported ${reported.type}: ${about.length > 0 ? about.join(" ") : reported.description}`;
}

/** The node of who reports, those named, those that hold or want what is named, and those of the agents named. */
function concerned(workspace: Workspace, by: Actor, { artifacts, agents }: Reported): readonly NodeRef[] {
  const own = by.attempt ? [by.attempt] : [];
  const named = artifacts.flatMap((artifact) => nodesBehind(workspace, artifact, by.attempt?.plan));
  const theirs = agents.flatMap((agent) => [...(workspace.agents.get(agent)?.nodes ?? [])]);
  return distinct([...own, ...named, ...theirs.flatMap((key) => nodeByKey(workspace, key) ?? []).map(refOf)]);
}

function nodesBehind(workspace: Workspace, artifact: ArtifactRef, plan: PlanId | undefined): readonly NodeRef[] {
  const { kind, id } = artifact;
  const named = nodeOf(workspace, artifact, plan);
  if (named) return [refOf(named)];
  if (kind === "contract") return nodesRelying(workspace, consumersOf(workspace, id));
  if (kind !== "code" && kind !== "test") return [];
  const { ignoreCase } = workspace.locks;
  // What is named need not be a path of ours.
  const parsed = parsePattern(id, { ignoreCase });
  if ("problem" in parsed) return [];
  return [...workspace.plans.values()]
    .flatMap(({ nodes }) => [...nodes.values()])
    .filter((node) => !isOver(node) && attemptOf(node) !== undefined)
    .filter(({ spec }) =>
      [...spec.writes, ...spec.edits].some((one) => overlap(parsed.pattern, patternOf(one, ignoreCase)) !== undefined),
    )
    .map(refOf);
}

/** The node that is named: with its plan, else in the plan of who asks, else in the only plan that has one. */
function nodeOf(workspace: Workspace, { kind, id }: ArtifactRef, plan: PlanId | undefined): Node | undefined {
  if (kind !== "node") return undefined;
  const all = [...workspace.plans.values()].flatMap(({ nodes }) => nodes.get(id) ?? []);
  const own = all.find((node) => node.plan === plan);
  return nodeByKey(workspace, id) ?? own ?? (all.length === 1 ? all[0] : undefined);
}
