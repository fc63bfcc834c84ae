/**
 * Publishing contracts: what a new version means has been computed by whoever can read its format; what follows from that is
 * decided here.
 *
 * [A2] What breaks, or may break, those who rely on a contract comes into force only when somebody says so, and is a conflict then.
 * [A3] Who relies on a contract is told of each of its versions.
 */
import { type AgentName, type AttemptRef, type NodeRef, nodeKey, type Position } from "../ids.ts";
import { attemptOf, type Node } from "../node/node.ts";
import type { Refusal } from "../refusal.ts";
import { findNode, type Workspace } from "../workspace.ts";
import type { AssumptionEvent } from "./assumptions.ts";
import { type Breaking, followText } from "./breaching.ts";
import type { ConflictEvent } from "./conflicts.ts";
import {
  type Consumers,
  type Contract,
  type ContractChange,
  type ContractEvent,
  type ContractKind,
  type ContractName,
  type ContractVersion,
  consumersOf,
  type Finding,
  freeVersion,
  inForce,
  likeNamed,
  nodesRelying,
  versionOf,
  withConsumers,
} from "./contracts.ts";
import { judgeText, type Looked, sawAll } from "./looking.ts";

export interface PublishCommand {
  readonly type: "PublishContract";
  readonly agent: AgentName;
  /** The attempt that speaks. */
  readonly from?: AttemptRef;
  readonly contract: ContractName;
  /** The next one, if nothing is said. */
  readonly version?: string;
  /** Absent where a version that is known already is meant. */
  readonly text?: ContractText;
  readonly consumers: Consumers;
  readonly action?: "draft" | "activate" | "deprecate";
  /** For a deprecation: the day from which nobody should rely on it any more. */
  readonly until?: string;
  /** Where the text stands that it was compared with: that of the version in force, or 0 where there was none. */
  readonly against: Position;
  readonly change: Finding["change"];
  readonly findings: readonly Finding[];
  /** What the version's text was found to lack; absent for a deprecation. */
  readonly looked?: Looked;
}

export interface ContractText {
  readonly kind: ContractKind;
  readonly specification: string;
  /** Of kind and specification. */
  readonly digest: string;
}

type Published = readonly (ContractEvent | AssumptionEvent | ConflictEvent)[];

/** Publishes a version, or moves one that is known on in its life; says nothing where nothing changes. */
export function publish(workspace: Workspace, command: PublishCommand): Published | Refusal {
  const contract = workspace.speculation.contracts.get(command.contract);
  for (const { plan, node } of command.consumers.nodes)
    if (!findNode(workspace, plan, node)) return { refused: "unknown_node", plan, node };
  // Somebody named it otherwise a moment ago; whoever asks first is told.
  if (likeNamed(workspace, command.contract) !== undefined) return { refused: "outdated" };
  const { versions, consumers: relying } = contract ?? { versions: [], consumers: none };
  const { version, action, text } = command;
  const known = meant(contract, { version, action, digest: text?.digest });
  const free = freeVersion(versions);
  if (known && text && known.digest !== text.digest)
    return { refused: "version_exists", id: command.contract, version: known.version, free };
  if (action === "deprecate")
    return deprecate(workspace, { ...command, consumers: consumersOf(workspace, command.contract) }, known);
  const current = inForce(contract);
  if ((current?.at ?? 0) !== command.against) return { refused: "outdated" };
  const named = { ...command, consumers: withConsumers(consumersOf(workspace, command.contract), command.consumers) };
  const change = changeOf(command, current, known);
  const next = text && { version: version ?? free, ...text };
  const events = known ? moved(workspace, named, known, change) : next && published(workspace, named, next, change);
  if (!events) return unknown(command);
  const coming = events.find(isComingIntoForce);
  if (!coming) return [...newConsumers(relying, command), ...events];
  if (!command.looked || !sawAll(workspace, command.looked)) return { refused: "outdated" };
  const judged = judgeText(workspace, command.looked);
  const breaking = current && breakingBy(command, coming, change);
  const agents = whomToTell(workspace, named);
  const nodes = hurtNodes(workspace, named);
  const isAnybody = agents.length + nodes.length > 0;
  const breach = { contract: command.contract, judged, nodes, agents: [...agents, command.agent] };
  const followed = followText(workspace, { ...breach, breaking: isAnybody ? breaking : undefined });
  return [...newConsumers(relying, command), ...events, ...followed];
}

/** The version that a command is about, where there is one already: the one it names, or the latest, published again. */
export function meant(
  contract: Contract | undefined,
  { version, action, digest }: Meaning,
): ContractVersion | undefined {
  if (version !== undefined) return versionOf(contract, version);
  if (action === "deprecate") return inForce(contract);
  const latest = contract?.versions.at(-1);
  return digest === undefined || latest?.digest === digest ? latest : undefined;
}

interface Meaning {
  readonly version: string | undefined;
  readonly action: PublishCommand["action"] | undefined;
  /** Of the text that comes with the command. */
  readonly digest: string | undefined;
}

function changeOf(
  command: PublishCommand,
  current: ContractVersion | undefined,
  known: ContractVersion | undefined,
): ContractChange {
  if (!current) return "initial";
  return known === current ? current.change : command.change;
}

function published(
  workspace: Workspace,
  command: PublishCommand,
  next: ContractText & { readonly version: string },
  change: ContractChange,
): readonly ContractEvent[] {
  const { contract, agent, findings } = command;
  const status = comesIntoForce(command, change) ? "ACTIVE" : "DRAFT";
  const tells = whomToTell(workspace, command);
  return [{ type: "ContractPublished", contract, ...next, agent, tells, status, change, findings }];
}

function moved(
  workspace: Workspace,
  command: PublishCommand,
  { version, status }: ContractVersion,
  change: ContractChange,
): readonly ContractEvent[] {
  const isDue = status === "DRAFT" ? comesIntoForce(command, change) : command.action === "activate";
  if (status === "ACTIVE" || !isDue) return [];
  const { contract, agent, findings } = command;
  const tells = whomToTell(workspace, command);
  return [{ type: "ContractActivated", contract, version, agent, tells, change, findings }];
}

/** What hurts nobody comes into force by itself, unless it is to stay a draft. [A2] */
function comesIntoForce({ action }: PublishCommand, change: ContractChange): boolean {
  return action === "activate" || (action === undefined && (change === "initial" || change === "compatible"));
}

function isComingIntoForce(event: ContractEvent): event is ComingIntoForce {
  return event.type === "ContractActivated" || (event.type === "ContractPublished" && event.status === "ACTIVE");
}

function deprecate(
  workspace: Workspace,
  command: PublishCommand,
  version: ContractVersion | undefined,
): Published | Refusal {
  if (version?.status !== "ACTIVE" && version?.status !== "DEPRECATED") return unknown(command);
  const { contract, agent, until } = command;
  if (version.status === "DEPRECATED" && (until === undefined || until === version.until)) return [];
  const tells = whomToTell(workspace, command);
  const day = until === undefined ? {} : { until };
  return [{ type: "ContractDeprecated", contract, version: version.version, agent, tells, ...day }];
}

function newConsumers(known: Consumers, command: PublishCommand): readonly ContractEvent[] {
  const all = withConsumers(known, command.consumers);
  const isMore = all.agents.length + all.nodes.length > known.agents.length + known.nodes.length;
  return isMore ? [{ type: "ConsumersNamed", contract: command.contract, consumers: command.consumers }] : [];
}

type ComingIntoForce = Extract<ContractEvent, { readonly type: "ContractPublished" | "ContractActivated" }>;

/** Why those who rely on it stand on a version that is none any more. [A2] */
function breakingBy(
  { contract, findings }: PublishCommand,
  { version }: ComingIntoForce,
  change: ContractChange,
): Breaking | undefined {
  if (change !== "breaking" && change !== "unknown") return undefined;
  const worst = findings.find((finding) => finding.change === change)?.say;
  const what =
    change === "breaking"
      ? `Version ${version} of contract ${contract} breaks those who rely on the one before it`
      : `Nobody can say whether version ${version} of contract ${contract} breaks those who rely on the one before it`;
  return {
    severity: change === "breaking" ? "high" : "medium",
    description: worst === undefined ? `${what}.` : `${what}: ${worst}`,
    cause: `contract:${contract}@${version}`,
  };
}

/** Agents who rely on it, but for the one who acts. [A3] */
function whomToTell(workspace: Workspace, { agent, consumers }: PublishCommand): readonly AgentName[] {
  const working = consumers.nodes.flatMap(({ plan, node: id }) => {
    const node = findNode(workspace, plan, id);
    return (node && workerOf(node)) ?? [];
  });
  return [...new Set([...consumers.agents, ...working])].filter((one) => one !== agent);
}

/** Who works on a node, or did last. */
function workerOf(node: Node): AgentName | undefined {
  return attemptOf(node)?.agent ?? node.times.agent;
}

/** The nodes that rely on it and can still be helped, but for the one that it was published from. */
function hurtNodes(workspace: Workspace, { consumers, from }: PublishCommand): readonly NodeRef[] {
  return nodesRelying(workspace, consumers).filter((ref) => {
    const state = findNode(workspace, ref.plan, ref.node)?.state.is;
    const isOwn = from !== undefined && nodeKey(from) === nodeKey(ref);
    return !isOwn && state !== undefined && state !== "cancelled" && state !== "skipped";
  });
}

function unknown({ contract, version }: PublishCommand): Refusal {
  return { refused: "unknown_contract", contract, ...(version === undefined ? {} : { version }) };
}

const none: Consumers = { agents: [], nodes: [] };
