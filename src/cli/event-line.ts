import type { WorkspaceEvent } from "../core/event.ts";
import { nodeKey } from "../core/ids.ts";
import type { ReworkReason } from "../core/node/node-events.ts";
import type { Recorded } from "../core/recorded.ts";
import { wordEvent } from "../tools/event-words.ts";
import { timeText } from "../tools/time-text.ts";
import { cut, oneLine, type Terminal } from "./terminal.ts";

/** An event as one line: when, about what, what happened, by whom, and what a person would ask next. */
export function eventLine({ at, event }: Recorded, { colours, columns, interactive }: Terminal): string {
  const { say, plan, node, agent } = wordEvent(event);
  const time = new Date(at).toTimeString().slice(0, 8);
  const about = node === undefined ? (plan ?? "") : `${plan}/${node}`;
  const detail = detailOf(event);
  const tail = [agent, detail && oneLine(detail)].filter(Boolean).join(", ");
  const room = interactive ? Math.max(20, columns - time.length - about.length - say.length - 8) : 2_000;
  const paint = colourOf(event, colours);
  return `${colours.dim(time)}  ${about.padEnd(24)}  ${paint(say)}${tail ? colours.dim(` ${cut(`(${tail})`, room)}`) : ""}`;
}

/** An event as a script reads it: the facts of the line, and the event itself. */
export function eventFacts({ position, at, event }: Recorded) {
  return { position, at: timeText(at), type: event.type, ...wordEvent(event), event };
}

/** Whether an event is about a plan and a node, where those are named. */
export function isAbout(event: WorkspaceEvent, asked: { readonly plan?: string; readonly node?: string }): boolean {
  const { plan, node } = wordEvent(event);
  return (asked.plan === undefined || plan === asked.plan) && (asked.node === undefined || node === asked.node);
}

/** What people who watch a plan want to hear of; the rest is in the log. */
export function isNews({ type }: WorkspaceEvent): boolean {
  return newsworthy.has(type);
}

const newsworthy: ReadonlySet<WorkspaceEvent["type"]> = new Set([
  "PlanSubmitted",
  "PlanPaused",
  "PlanResumed",
  "PlanFinished",
  "PlanLanded",
  "IntegrationAdopted",
  "NodeRetried",
  "NodeLeased",
  "NodeSubmitted",
  "NodeReturned",
  "NodeWithdrawn",
  "NodeGivenUp",
  "AttemptFenced",
  "NodeLanded",
  "NodeFailed",
  "NodeCancelled",
  "GateDoubted",
  "GateJudged",
  "BaseGateJudged",
  "TicketEnded",
  "SlotQuarantined",
  "ClashFound",
  "ClashCleared",
  "ConflictOpened",
  "ContractPublished",
  "ContractActivated",
  "ContractDeprecated",
  "ConflictResolved",
  "ConvergenceOpened",
  "ConvergenceEscalated",
  "ConvergenceCompleted",
  "ReworkOrdered",
  "AssumptionSettled",
]);

function detailOf(event: WorkspaceEvent): string {
  switch (event.type) {
    case "GateStarted":
    case "BaseGateStarted":
      return event.gate;
    case "GateHeldUp":
      return `${event.gate}: ${event.uses.join(", ")}`;
    case "GateLent":
      return `${event.gate}: ${event.lent.map(({ pattern, value }) => [pattern, value].join(" ").trim()).join(", ")}`;
    case "GateDoubted":
    case "GateJudged":
    case "BaseGateJudged":
      return `${event.verdict.name}, ${event.verdict.seconds.toFixed(1)} s`;
    case "NodeReturned":
      return returnFacts(event.why);
    case "NodeWithdrawn":
      return event.because ?? "";
    case "NodeGivenUp":
      return event.reason;
    case "NodeFailed":
      return event.why;
    case "WorkParked":
      return event.parked.ref;
    case "SlotReplaced":
    case "SlotQuarantined":
    case "AttemptFenced":
      return event.why;
    case "TrainReordered":
      return event.train.slice(0, 5).join(", ");
    case "SlotPrepared":
    case "SlotFreed":
    case "SlotRemoved":
      return event.slot;
    case "ClaimsGranted":
      return event.claims.map(({ mode, pattern }) => `${mode} ${pattern}`).join(", ");
    case "ClaimsQueued":
      return event.wants.map(({ mode, pattern }) => `${mode} ${pattern}`).join(", ");
    case "ClaimsReleased":
      return event.patterns.join(", ");
    case "ClashFound":
      return `with ${nodeKey(event.other)}: ${event.paths.map(({ path }) => path).join(", ")}`;
    case "ClashCleared":
      return `with ${nodeKey(event.other)}`;
    case "ContractPublished":
    case "ContractActivated":
      return `${event.contract} ${event.version}, ${event.change}`;
    case "ContractDeprecated":
      return `${event.contract} ${event.version}`;
    case "AssumptionTracked":
      return `about ${event.about.kind}:${event.about.id}`;
    case "AssumptionHeld":
      return event.assumption;
    case "AssumptionSettled":
      return `${event.assumption}: ${event.notes}`;
    case "ArtifactRecorded":
      return `${event.artifact.kind}:${event.artifact.id} ${event.version}`;
    case "ContractLanded":
      return [event.contract, event.problem].filter(Boolean).join(": ");
    case "ConsumersNamed":
      return event.contract;
    case "ConflictRaised":
      return event.description;
    case "VoteCast":
      return event.option;
    case "ConflictResolved":
      return [event.strategy, event.decision, ...event.keeps.map(nodeKey)].filter(Boolean).join(": ");
    case "ConvergenceOpened":
      return event.participants.map((one) => one.agent).join(", ");
    case "ConvergenceEscalated":
      return event.invited.join(", ");
    case "ConvergenceDecided":
    case "ConvergenceCompleted":
      return event.decisions.join("; ");
    case "ConflictOpened":
      return `${event.conflict}: ${event.description}`;
    case "NodeSubmitted":
      return event.paths.slice(0, 5).join(", ");
    default:
      return "";
  }
}

function colourOf(event: WorkspaceEvent, colours: Terminal["colours"]): (text: string) => string {
  const { type } = event;
  if (type === "NodeLanded" || type === "PlanFinished" || type === "PlanLanded") return colours.green;
  if (type === "NodeFailed" || type === "AttemptFenced" || type === "SlotQuarantined") return colours.red;
  if (worrying.has(type)) return colours.yellow;
  if (event.type === "GateJudged" && !event.verdict.passed) return colours.red;
  return (text) => text;
}

const worrying: ReadonlySet<WorkspaceEvent["type"]> = new Set([
  "NodeReturned",
  "NodeGivenUp",
  "PlanPaused",
  "ClashFound",
  "ConflictOpened",
  "ConvergenceOpened",
  "ConvergenceEscalated",
]);

function returnFacts(why: ReworkReason): string {
  switch (why.reason) {
    case "conflict":
      return why.conflicts.map(({ path }) => path).join(", ");
    case "gate_failed":
      return why.gates.map(({ name }) => name).join(", ");
    case "ground_changed":
      return [
        ...why.nodes,
        ...(why.contracts ?? []).map(({ contract, from, to }) => `${contract} ${from} -> ${to}`),
      ].join(", ");
  }
}
