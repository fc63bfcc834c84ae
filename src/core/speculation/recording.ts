/**
 * Recording versions of artifacts, and what that means for who relies on them.
 *
 * [A8] Of an artifact every version is kept with its content; going back makes a new version.
 * [A9] A requirement that asks for what the contract in force lacks is a conflict with all who rely on that contract.
 */
import type { AgentName, AttemptRef, NodeRef, Position } from "../ids.ts";
import { attemptOf } from "../node/node.ts";
import type { Refusal } from "../refusal.ts";
import { findNode, type Workspace } from "../workspace.ts";
import type { ArtifactRef } from "./artifact.ts";
import { type ArtifactEvent, artifactOf, type Link, type Requires } from "./artifacts.ts";
import { type AssumptionEvent, activeAssumptions } from "./assumptions.ts";
import { followText } from "./breaching.ts";
import type { ConflictEvent } from "./conflicts.ts";
import { consumersOf, freeVersion, inForce, nodesRelying } from "./contracts.ts";
import { isCurrent, judgeText, type Looked } from "./looking.ts";

export interface RecordCommand {
  readonly type: "RecordArtifact";
  readonly agent: AgentName;
  /** The attempt that speaks. */
  readonly from?: AttemptRef;
  readonly artifact: ArtifactRef;
  /** The next one, if nothing is said. */
  readonly version?: string;
  /** Where the version stands that this one follows; 0 for the first. */
  readonly after: Position;
  /** Of all that is recorded. */
  readonly digest: string;
  readonly content?: string;
  readonly path?: string;
  readonly requires: readonly Requires[];
  readonly links: readonly Link[];
  /** The earlier version that it is again. */
  readonly back?: string;
  /** What the contracts that a requirement asks something of were found to lack. */
  readonly looked: readonly Looked[];
}

type Recording = readonly (ArtifactEvent | AssumptionEvent | ConflictEvent)[];

/** Records a version; says nothing where it is as the one before it. */
export function record(workspace: Workspace, command: RecordCommand): Recording | Refusal {
  const { artifact, agent, digest, content, path, requires, links, back } = command;
  const versions = artifactOf(workspace, artifact)?.versions ?? [];
  const latest = versions.at(-1);
  if ((latest?.at ?? 0) !== command.after) return { refused: "outdated" };
  const named = versions.find(({ version }) => version === command.version);
  if (named && named !== latest) return taken(command, versions);
  if (latest?.digest === digest && (command.version === undefined || named)) return [];
  if (named) return taken(command, versions);
  const next = { id: artifact.id, requires };
  const isRequirement = artifact.kind === "requirement";
  const contracts = isRequirement ? new Set(requires.map(({ contract }) => contract)) : new Set<string>();
  for (const contract of contracts) {
    const looked = command.looked.find((one) => one.contract === contract);
    if (!looked || !isCurrent(workspace, looked, next)) return { refused: "outdated" };
  }
  const recorded: ArtifactEvent = {
    type: "ArtifactRecorded",
    artifact,
    version: command.version ?? freeVersion(versions, "1"),
    digest,
    agent,
    ...(content === undefined ? {} : { content }),
    ...(path === undefined ? {} : { path }),
    requires,
    links,
    ...(back === undefined ? {} : { back }),
    tells: latest ? whoAssumes(workspace, artifact).filter((one) => one !== agent) : [],
  };
  const followed = command.looked.flatMap((looked) => {
    const contract = workspace.speculation.contracts.get(looked.contract);
    const current = contracts.has(looked.contract) ? inForce(contract) : undefined;
    if (!contract || !current) return [];
    const judged = judgeText(workspace, looked, next);
    const consumers = consumersOf(workspace, contract.name);
    const nodes = nodesRelying(workspace, consumers);
    const workers = nodes.flatMap((ref) => workerOn(workspace, ref));
    // Who records the requirement learns it from the reply, and has nothing to bring in line.
    const relying = [...consumers.agents, ...workers, current.by];
    return followText(workspace, { contract: looked.contract, judged, nodes, agents: relying });
  });
  return [recorded, ...onceEach(followed)];
}

/** What is about two contracts at once is settled once. */
function onceEach(events: readonly (AssumptionEvent | ConflictEvent)[]): readonly (AssumptionEvent | ConflictEvent)[] {
  const seen = new Set<string>();
  return events.filter((event) => {
    if (!("assumption" in event)) return true;
    const isNew = !seen.has(event.assumption);
    seen.add(event.assumption);
    return isNew;
  });
}

function taken({ artifact, version = "" }: RecordCommand, versions: readonly { readonly version: string }[]): Refusal {
  return { refused: "version_exists", id: artifact.id, version, free: freeVersion(versions, "1") };
}

/** Who takes something for granted about an artifact that only they can check. */
function whoAssumes(workspace: Workspace, { kind, id }: ArtifactRef): readonly AgentName[] {
  const found = [...activeAssumptions(workspace)].filter(
    ({ about, check }) => !check && about.kind === kind && about.id === id,
  );
  return [...new Set(found.map(({ by }) => by))];
}

function workerOn(workspace: Workspace, { plan, node: id }: NodeRef): readonly AgentName[] {
  const node = findNode(workspace, plan, id);
  const agent = node && (attemptOf(node)?.agent ?? node.times.agent);
  return agent === undefined ? [] : [agent];
}
