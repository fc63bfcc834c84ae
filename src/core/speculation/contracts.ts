/**
 * Agreed interfaces: their versions, and who relies on them.
 *
 * [A1] Of a contract at most one version is in force, the text of a version never changes, and no two names differ in case only.
 */
import { type AgentName, type NodeRef, nodeKey, type Position } from "../ids.ts";
import type { Recorded } from "../recorded.ts";
import { namesContract } from "../soft-edges.ts";
import { nodeByKey, refOf, type Workspace } from "../workspace.ts";

/** A name that agents choose; see `idProblem` for what is allowed. */
export type ContractName = string;

/** The formats that a contract can be written in. */
export type ContractKind = "openapi" | "json_schema" | "graphql" | "protobuf" | "asyncapi" | "typescript";

/** What a version means to those who rely on the one that is in force; initial where none is. */
export type ContractChange = "initial" | "compatible" | "breaking" | "unknown";

/** A draft is a proposal; active and deprecated versions are in force; a superseded one has a successor that is. */
export type ContractStatus = "DRAFT" | "ACTIVE" | "DEPRECATED" | "SUPERSEDED";

/** One thing that changed: the rule that judges it, the place, and a sentence. */
export interface Finding {
  readonly change: "compatible" | "breaking" | "unknown";
  readonly rule: string;
  readonly where: string;
  readonly say: string;
}

/** Who relies on a contract: agents by name, and whoever works on these nodes. */
export interface Consumers {
  readonly agents: readonly AgentName[];
  readonly nodes: readonly NodeRef[];
}

export interface ContractVersion {
  readonly version: string;
  readonly kind: ContractKind;
  /** The event that has its text. */
  readonly at: Position;
  /** Of its kind and text. */
  readonly digest: string;
  readonly by: AgentName;
  readonly change: ContractChange;
  readonly status: ContractStatus;
  /** The day from which nobody should rely on it any more, as `2026-12-31`. */
  readonly until?: string;
}

export interface Contract {
  readonly name: ContractName;
  /** In the order in which they were published. */
  readonly versions: readonly ContractVersion[];
  readonly consumers: Consumers;
}

interface OfVersion {
  readonly contract: ContractName;
  readonly version: string;
  readonly agent: AgentName;
  /** Whom it is news for. */
  readonly tells: readonly AgentName[];
}

export type ContractEvent =
  | (OfVersion & {
      readonly type: "ContractPublished";
      readonly kind: ContractKind;
      readonly specification: string;
      readonly digest: string;
      readonly status: "DRAFT" | "ACTIVE";
      readonly change: ContractChange;
      readonly findings: readonly Finding[];
    })
  | (OfVersion & {
      readonly type: "ContractActivated";
      readonly change: ContractChange;
      readonly findings: readonly Finding[];
    })
  | (OfVersion & { readonly type: "ContractDeprecated"; readonly until?: string })
  | { readonly type: "ConsumersNamed"; readonly contract: ContractName; readonly consumers: Consumers };

/** The contract whose name differs from this one in case only: a name that is new has to differ in more. */
export function likeNamed({ speculation }: Workspace, name: ContractName): ContractName | undefined {
  if (speculation.contracts.has(name)) return undefined;
  const folded = name.toLowerCase();
  return [...speculation.contracts.keys()].find((known) => known.toLowerCase() === folded);
}

/** The version that those who rely on the contract can count on. */
export function inForce(contract: Contract | undefined): ContractVersion | undefined {
  return contract?.versions.find(({ status }) => status === "ACTIVE" || status === "DEPRECATED");
}

export function versionOf(contract: Contract | undefined, version: string): ContractVersion | undefined {
  return contract?.versions.find((one) => one.version === version);
}

/** What a version is called when nobody names it: like the latest with its last number higher, and like no other. */
export function freeVersion(versions: readonly { readonly version: string }[], first = "v0.1"): string {
  const latest = versions.at(-1);
  let free = latest ? after(latest.version) : first;
  while (versions.some(({ version }) => version === free)) free = after(free);
  return free;
}

function after(latest: string): string {
  const [, before, number] = /^(.*?)(\d{1,15})$/.exec(latest) ?? [];
  return before === undefined ? `${latest}-2` : `${before}${Number(number) + 1}`;
}

export function evolveContracts({ speculation }: Workspace, event: ContractEvent, { position }: Recorded): void {
  const { contracts } = speculation;
  const known = contracts.get(event.contract) ?? { name: event.contract, versions: [], consumers: noConsumers };
  if (event.type === "ConsumersNamed") {
    contracts.set(known.name, { ...known, consumers: withConsumers(known.consumers, event.consumers) });
    return;
  }
  const versions = [...known.versions];
  if (event.type === "ContractPublished") {
    const { version, kind, digest, agent: by, change } = event;
    versions.push({ version, kind, at: position, digest, by, change, status: "DRAFT" });
  }
  contracts.set(known.name, { ...known, versions: versions.map((one) => moved(event, one)) });
}

/** A version that comes into force takes the place of the one that was. [A1] */
function moved(event: Exclude<ContractEvent, { type: "ConsumersNamed" }>, one: ContractVersion): ContractVersion {
  const isMeant = one.version === event.version;
  if (event.type === "ContractDeprecated")
    return isMeant ? { ...one, status: "DEPRECATED", ...(event.until ? { until: event.until } : {}) } : one;
  if (event.type === "ContractPublished" && event.status === "DRAFT") return one;
  if (!isMeant) return one.status === "DRAFT" ? one : { ...one, status: "SUPERSEDED" };
  const { until: _, ...rest } = one;
  return { ...rest, status: "ACTIVE", change: event.change };
}

const noConsumers: Consumers = { agents: [], nodes: [] };

/** Those named first, and the new ones of the others. */
export function withConsumers(known: Consumers, more: Consumers): Consumers {
  const nodes = new Map([...known.nodes, ...more.nodes].map((ref) => [nodeKey(ref), ref]));
  return { agents: [...new Set([...known.agents, ...more.agents])], nodes: [...nodes.values()] };
}

/** Who relies on a contract: those named, and the nodes that may begin once it is there. */
export function consumersOf({ plans, speculation }: Workspace, name: ContractName): Consumers {
  const waiting = [...plans.values()].flatMap(({ nodes }) =>
    [...nodes.values()].filter((node) => namesContract(node, name)).map(refOf),
  );
  return withConsumers(speculation.contracts.get(name)?.consumers ?? noConsumers, { agents: [], nodes: waiting });
}

/** The nodes that rely on a contract: those named, and what the agents named are at work on. */
export function nodesRelying(workspace: Workspace, consumers: Consumers): readonly NodeRef[] {
  const atWork = consumers.agents.flatMap((agent) => nodesOf(workspace, agent));
  return withConsumers(consumers, { agents: [], nodes: atWork }).nodes;
}

/** What an agent works on or has handed in. */
export function nodesOf(workspace: Workspace, agent: AgentName): readonly NodeRef[] {
  return [...(workspace.agents.get(agent)?.nodes ?? [])].flatMap((key) => {
    const node = nodeByKey(workspace, key);
    return node ? [refOf(node)] : [];
  });
}
