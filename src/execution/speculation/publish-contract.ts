import { createHash } from "node:crypto";
import type { AgentName, NodeRef } from "../../core/ids.ts";
import type { Recorded } from "../../core/recorded.ts";
import { isRefusal } from "../../core/refusal.ts";
import type { AssumptionId } from "../../core/speculation/assumptions.ts";
import { type ConflictId, conflictId } from "../../core/speculation/conflicts.ts";
import {
  type ContractChange,
  type ContractKind,
  type ContractName,
  type ContractStatus,
  type ContractVersion,
  type Finding,
  inForce,
  likeNamed,
  versionOf,
} from "../../core/speculation/contracts.ts";
import { fieldsAsked } from "../../core/speculation/looking.ts";
import { type ContractText, meant, type PublishCommand } from "../../core/speculation/publishing.ts";
import type { CallContext, Refused } from "../answers.ts";
import { attemptBehind, type Hands, markOf } from "../hands.ts";
import type { Compared } from "./contract-texts.ts";
import { lookInto, textAt } from "./looking.ts";
import { nodeNamed } from "./node-named.ts";

export interface PublishRequest {
  readonly agent: AgentName;
  readonly lease?: string;
  readonly contract: ContractName;
  readonly version?: string;
  /** Absent where a version that was published before is meant. */
  readonly text?: { readonly kind: ContractKind; readonly specification: string };
  /** Agents, or nodes as `node:<id>` or `node:<plan>/<id>`. */
  readonly consumers: readonly string[];
  readonly action?: "draft" | "activate" | "deprecate";
  readonly until?: string;
}

export interface PublishedContract {
  readonly contract: ContractName;
  readonly version: string;
  readonly status: ContractStatus;
  readonly change: ContractChange;
  readonly findings: readonly Finding[];
  readonly notified: readonly AgentName[];
  readonly invalidated: readonly AssumptionId[];
  readonly conflict?: ConflictId;
}

/** Somebody else may publish while texts are compared; so often it is tried once more. */
const tries = 5;

/** Publishes a version of a contract, or moves one on in its life, after its text has been read and compared. */
export async function publishContract(
  hands: Hands,
  request: PublishRequest,
  call: CallContext,
): Promise<PublishedContract | Refused> {
  const { manager } = hands;
  for (let left = tries; ; left -= 1) {
    await manager.refresh();
    const command = await commandFor(hands, request);
    if ("refused" in command) return command;
    const answer = await manager.execute(command, markOf(call, request.agent));
    if (!isRefusal(answer)) return receipt(hands, request, command, answer.events);
    if (answer.refused !== "outdated" || left === 1) return answer;
  }
}

async function commandFor(hands: Hands, request: PublishRequest): Promise<PublishCommand | Refused> {
  const { agent, lease, contract, version, action, until } = request;
  const from = lease === undefined ? undefined : attemptBehind(hands, { agent, lease });
  if (from && "refused" in from) return from;
  const consumers = consumersIn(hands, request.consumers, from);
  if ("refused" in consumers) return consumers;
  const read = await readVersion(hands, request);
  if ("refused" in read) return read;
  return {
    type: "PublishContract",
    agent,
    ...(from ? { from } : {}),
    contract,
    ...(version === undefined ? {} : { version }),
    consumers,
    ...(action === undefined ? {} : { action }),
    ...(until === undefined ? {} : { until }),
    ...read,
  };
}

/** The part of a command that says what a version is and means; refused where the text is none that its format allows. */
export async function readVersion(
  hands: Hands,
  { contract: name, version, action, text: written }: Pick<PublishRequest, "contract" | "version" | "action" | "text">,
): Promise<Pick<PublishCommand, "text" | "against" | "change" | "findings" | "looked"> | Refused> {
  const like = likeNamed(hands.manager.workspace, name);
  if (like !== undefined) {
    const problem = `differs from contract ${like} in case only; name that one, or give yours another name`;
    return { refused: "invalid_input", problems: [{ path: "name", problem }] };
  }
  const text = written && withDigest(written);
  const contract = hands.manager.workspace.speculation.contracts.get(name);
  const current = inForce(contract);
  const known = meant(contract, { version, action, digest: text?.digest });
  const read = action === "deprecate" ? nothingChanged : await compare(hands, { contract: name, text, known, current });
  return "refused" in read ? read : { ...(text ? { text } : {}), against: current?.at ?? 0, ...read };
}

/** What a version means to those who rely on the one in force, and what it lacks of what they count on. */
type Understood = Compared & Pick<PublishCommand, "looked">;

const nothingChanged: Compared = { change: "compatible", findings: [] };

/** A new text must be one that its format allows; then it is compared with what those who rely on the contract know. */
async function compare(
  hands: Hands,
  {
    contract,
    text,
    known,
    current,
  }: {
    readonly contract: ContractName;
    readonly text: ContractText | undefined;
    readonly known: ContractVersion | undefined;
    readonly current: ContractVersion | undefined;
  },
): Promise<Understood | Refused> {
  const { contractTexts: texts, manager } = hands;
  if (text && !known) {
    const problems = await texts.check(text.kind, text.specification);
    const told = problems.map(({ where, say }) => ({ path: `specification ${where}`.trim(), problem: say }));
    if (told.length > 0) return { refused: "invalid_input", problems: told };
  }
  const next = text ?? (known && (await textAt(hands, known.at)));
  if (!next) return nothingChanged;
  const asked = fieldsAsked(manager.workspace, contract);
  const looked = await lookInto(texts, { contract, at: 0, text: next, asked });
  if (!current || next.digest === current.digest) return { ...nothingChanged, looked };
  if (next.kind !== current.kind) return { ...otherKind(current.kind, next.kind), looked };
  const old = await textAt(hands, current.at);
  return { ...(old ? await texts.compare(next.kind, old.specification, next.specification) : nothingChanged), looked };
}

function otherKind(old: ContractKind, next: ContractKind): Compared {
  const say = `The format changed from ${old} to ${next}, so nothing can be compared.`;
  return { change: "unknown", findings: [{ change: "unknown", rule: "format-changed", where: "", say }] };
}

/** A text under what it is known by. */
export function withDigest(text: { readonly kind: ContractKind; readonly specification: string }): ContractText {
  return { ...text, digest: createHash("sha256").update(`${text.kind}\n${text.specification}`).digest("hex") };
}

function consumersIn(
  hands: Hands,
  consumers: readonly string[],
  from: NodeRef | undefined,
): PublishCommand["consumers"] | Refused {
  const [agents, nodes]: [AgentName[], NodeRef[]] = [[], []];
  for (const consumer of consumers) {
    if (!consumer.startsWith("node:")) agents.push(consumer);
    else {
      const node = nodeNamed(hands.manager.workspace, consumer.slice("node:".length), from);
      if ("refused" in node) return node;
      nodes.push(node);
    }
  }
  return { agents, nodes };
}

/** What became of it, by its events; where nothing changed, what was so already. */
function receipt(
  { manager }: Hands,
  request: PublishRequest,
  { text }: PublishCommand,
  events: readonly Recorded[],
): PublishedContract | Refused {
  const contract = manager.workspace.speculation.contracts.get(request.contract);
  const opened = events.find(({ event }) => event.type === "ConflictOpened");
  const conflict = opened ? { conflict: conflictId(opened.position) } : {};
  const invalidated = invalidatedBy(events);
  for (const { event } of events) {
    if (!("contract" in event) || !("version" in event)) continue;
    const { contract: name, version, tells: notified } = event;
    if (event.type === "ContractDeprecated") {
      const change = versionOf(contract, version)?.change ?? "unknown";
      return { contract: name, version, status: "DEPRECATED", change, findings: [], notified, invalidated };
    }
    const { change, findings } = event;
    const status = event.type === "ContractActivated" ? "ACTIVE" : event.status;
    return { contract: name, version, status, change, findings, notified, invalidated, ...conflict };
  }
  const known = meant(contract, { version: request.version, action: request.action, digest: text?.digest });
  if (!known) return { refused: "outdated" };
  const { version, status, change } = known;
  return { contract: request.contract, version, status, change, findings: [], notified: [], invalidated };
}

/** The assumptions that turned out wrong with some events. */
export function invalidatedBy(events: readonly Recorded[]): readonly AssumptionId[] {
  return events.flatMap(({ event }) =>
    event.type === "AssumptionSettled" && event.verdict === "invalidated" ? [event.assumption] : [],
  );
}
