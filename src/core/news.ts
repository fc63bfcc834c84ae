/** Which agents an event is news for. Called before the event is applied, while the state still shows who had what. */
import { clashText, pathsText } from "./clash-text.ts";
import { type AgentName, type AttemptRef, nodeKey } from "./ids.ts";
import { type Held, patternOf } from "./locks/locks.ts";
import { attemptOf } from "./node/node.ts";
import { addNotice, type Notice } from "./notices.ts";
import { matches } from "./pattern/match.ts";
import type { RadarEvent } from "./radar.ts";
import type { Recorded } from "./recorded.ts";
import { artifactKey } from "./speculation/artifact.ts";
import type { AssumptionEvent } from "./speculation/assumptions.ts";
import { conflictNews } from "./speculation/conflict-news.ts";
import type { ContractEvent } from "./speculation/contracts.ts";
import { findNode, type Workspace } from "./workspace.ts";

type News = Omit<Notice, "id" | "at">;

export function tellAgents(workspace: Workspace, recorded: Recorded): void {
  for (const [agent, news] of newsOf(workspace, recorded)) {
    const known = workspace.agents.get(agent);
    if (!known) continue;
    addNotice(known.notices, { ...news, id: `n${recorded.position}`, at: recorded.at });
  }
}

function* newsOf(workspace: Workspace, recorded: Recorded): Generator<readonly [AgentName, News]> {
  const { event } = recorded;
  switch (event.type) {
    case "NodeLanded": {
      const own = ownerOf(workspace, event);
      const about = `${event.plan}/${event.node}`;
      if (own && event.paths.length > 0) yield [own, { kind: "landed", about, facts: { commit: event.commit } }];
      yield* watchersOf(workspace, event.paths, own, about);
      return;
    }
    case "NodeReturned": {
      const own = ownerOf(workspace, event);
      if (own)
        yield [own, { kind: "rework", about: `${event.plan}/${event.node}`, facts: { reason: event.why.reason } }];
      return;
    }
    case "NodeWithdrawn": {
      const own = event.by === "operator" ? ownerOf(workspace, event) : undefined;
      if (own) yield [own, { kind: "rework", about: `${event.plan}/${event.node}`, facts: { reason: "withdrawn" } }];
      return;
    }
    case "AttemptFenced": {
      const own = ownerOf(workspace, event);
      if (own)
        yield [
          own,
          { kind: "fenced", about: `${event.plan}/${event.node}`, facts: { parked_ref: event.parked?.ref ?? "" } },
        ];
      return;
    }
    case "NodeCancelled":
    case "NodeChanged": {
      const own = ownerOf(workspace, event);
      const kind = event.type === "NodeCancelled" ? "cancelled" : "node_changed";
      if (own) yield [own, { kind, about: `${event.plan}/${event.node}`, facts: {} }];
      return;
    }
    case "ClaimsGranted": {
      const own = ownerOf(workspace, event);
      if (!own || event.ticket === undefined) return;
      const patterns = event.claims.map(({ pattern }) => pattern).join(", ");
      yield [
        own,
        { kind: "claims_granted", about: `${event.plan}/${event.node}`, facts: { ticket: event.ticket, patterns } },
      ];
      return;
    }
    case "TicketEnded": {
      const own = ownerOf(workspace, event);
      if (!own || event.why !== "victim") return;
      yield [own, { kind: "claim_refused", about: `${event.plan}/${event.node}`, facts: { ticket: event.ticket } }];
      return;
    }
    case "PlanPaused":
    case "PlanResumed": {
      const kind = event.type === "PlanPaused" ? "plan_paused" : "plan_resumed";
      const facts: Record<string, string> = event.type === "PlanPaused" ? { why: event.why } : {};
      for (const agent of agentsIn(workspace, event.plan)) yield [agent, { kind, about: event.plan, facts }];
      return;
    }
    case "NodeFailed": {
      const node = findNode(workspace, event.plan, event.node);
      if (node?.spec.kind !== "sync") return;
      const behind = node.spec.dependsOn.flatMap((id) => findNode(workspace, event.plan, id)?.times.agent ?? []);
      for (const agent of new Set(behind))
        yield [agent, { kind: "sync_failed", about: `${event.plan}/${event.node}`, facts: { why: event.why } }];
      return;
    }
    case "ConflictOpened":
    case "ConflictResolved":
    case "ConvergenceOpened":
    case "ConvergenceEscalated":
    case "ConflictRaised":
    case "ConvergenceJoined":
    case "ConvergenceCompleted":
    case "ReworkOrdered":
      yield* conflictNews(workspace, event, recorded);
      return;
    case "ContractPublished":
    case "ContractActivated":
    case "ContractDeprecated":
      for (const agent of event.tells)
        yield [agent, { kind: "contract", about: event.contract, from: event.agent, facts: contractFacts(event) }];
      return;
    case "ContractLanded":
      for (const agent of event.tells) {
        const problem = (event.problem ?? "").slice(0, 300);
        yield [agent, { kind: "contract", about: event.contract, facts: { status: "UNREADABLE", problem } }];
      }
      return;
    case "AssumptionSettled":
      for (const agent of event.tells) yield [agent, { kind: "assumption", ...assumptionNews(workspace, event) }];
      return;
    case "ArtifactRecorded": {
      const { artifact, version, agent: from } = event;
      for (const agent of event.tells)
        yield [agent, { kind: "artifact", about: artifactKey(artifact), from, facts: { version } }];
      return;
    }
    case "ClashFound":
    case "ClashCleared":
      yield* clashNews(workspace, event);
      return;
    default:
      return;
  }
}

function ownerOf(workspace: Workspace, { plan, node: id }: { plan: string; node: string }): AgentName | undefined {
  const node = findNode(workspace, plan, id);
  return node && attemptOf(node)?.agent;
}

/** Each side is told of the other; a side that is over has nobody left to be told. */
function* clashNews(workspace: Workspace, event: RadarEvent): Generator<readonly [AgentName, News]> {
  const { plan, node, attempt, other } = event;
  const one = { plan, node, attempt };
  for (const [own, theirs, reader] of [[one, other, "one"] as const, [other, one, "other"] as const]) {
    const [agent, from] = [agentOf(workspace, own), agentOf(workspace, theirs)];
    if (!agent || agent === from) continue;
    const about = nodeKey(theirs);
    const by = { about, ...(from ? { from } : {}) };
    const mine = nodeKey(own);
    if (event.type === "ClashCleared")
      yield [agent, { kind: "clash_cleared", ...by, facts: { why: event.why, your_node: mine } }];
    else {
      const paths = pathsText(event.paths, event.morePaths);
      const state = findNode(workspace, theirs.plan, theirs.node)?.state.is === "submitted" ? "submitted" : "";
      const facts = { your_node: mine, their_state: state, paths, hunks: clashText(event.paths, reader) };
      yield [agent, { kind: "clash", ...by, facts }];
    }
  }
}

function agentOf(workspace: Workspace, { plan, node: id, attempt }: AttemptRef): AgentName | undefined {
  const node = findNode(workspace, plan, id);
  const live = node && attemptOf(node);
  return live?.attempt === attempt ? live.agent : undefined;
}

function assumptionNews(
  { speculation }: Workspace,
  { assumption, verdict, notes, agent }: AssumptionEvent & { type: "AssumptionSettled" },
): Omit<News, "kind"> {
  const { excerpt = "" } = speculation.assumptions.get(assumption) ?? {};
  const facts = { verdict, notes: notes.slice(0, 300), assumption: excerpt };
  return { about: assumption, ...(agent === undefined ? {} : { from: agent }), facts };
}

function contractFacts(event: Exclude<ContractEvent, { type: "ConsumersNamed" }>): Notice["facts"] {
  const { version } = event;
  if (event.type === "ContractDeprecated") return { version, status: "DEPRECATED", until: event.until ?? "" };
  const status = event.type === "ContractActivated" ? "ACTIVE" : event.status;
  const [worst] = event.findings;
  const finding = worst && worst.change !== "compatible" ? worst.say.slice(0, 300) : "";
  return { version, status, change: event.change, finding };
}

/** Those who watch a path that just landed. */
function* watchersOf(
  workspace: Workspace,
  paths: readonly string[],
  landedBy: AgentName | undefined,
  by: string,
): Generator<readonly [AgentName, News]> {
  const told = new Set<AgentName>();
  for (const held of eachHeld(workspace)) {
    if (held.mode !== "watch" || held.kind !== "path") continue;
    const agent = ownerOf(workspace, held.by);
    if (!agent || agent === landedBy || told.has(agent)) continue;
    const pattern = patternOf(held.pattern, workspace.locks.ignoreCase);
    const path = paths.find((one) => matches(pattern, one));
    if (path === undefined) continue;
    told.add(agent);
    yield [agent, { kind: "watched_path_landed", about: path, facts: { by } }];
  }
}

function* eachHeld({ locks }: Workspace): Generator<Held> {
  for (const claims of locks.held.values()) yield* claims;
}

function agentsIn(workspace: Workspace, plan: string): readonly AgentName[] {
  const prefix = `${plan}/`;
  return [...workspace.agents.values()]
    .filter(({ nodes }) => [...nodes].some((key) => key.startsWith(prefix)))
    .map(({ name }) => name);
}
