/** What was decided about a conflict and why, for people to read later. */
import { type NodeRef, nodeKey, type Position } from "../core/ids.ts";
import type { Recorded } from "../core/recorded.ts";
import { artifactKey } from "../core/speculation/artifact.ts";
import { type Conflict, conflictId } from "../core/speculation/conflicts.ts";
import type { Hands } from "./hands.ts";

/** As Markdown, from the events about one conflict, oldest first; undefined before it is settled. Agents' words are quoted. */
export function decisionRecord(events: readonly Recorded[]): string | undefined {
  const opened = events.find(({ event }) => event.type === "ConflictOpened");
  const settled = events.find(({ event }) => event.type === "ConflictResolved");
  if (opened?.event.type !== "ConflictOpened" || settled?.event.type !== "ConflictResolved") return undefined;
  const { conflict, severity: first, description, artifacts, nodes, agents, by } = opened.event;
  const { strategy, because, decision, keeps, yields, tally } = settled.event;
  const said = events.flatMap(({ event }) => {
    if (event.type === "VoteCast")
      return [`- ${event.agent} voted (weight ${event.weight}) for:`, ...[event.option, ...event.evidence].map(quote)];
    if (event.type === "ConflictRaised")
      return [`- ${event.agent} reported it again, with severity ${event.severity}:`, quote(event.description)];
    if (event.type === "ConvergenceDecided") return [`- ${event.agent} said:`, ...event.decisions.map(quote)];
    return [];
  });
  const raised = events.flatMap(({ event }) => (event.type === "ConflictRaised" ? [event.severity] : []));
  const lines = [
    `# Decision on conflict ${conflictId(opened.position)}`,
    "",
    `- date: ${new Date(settled.at).toISOString()}`,
    `- type: ${conflict}, severity ${raised.at(-1) ?? first}`,
    `- found: ${new Date(opened.at).toISOString()} by ${by ?? "Interlock"}`,
    ...listOf("about", artifacts.map(artifactKey)),
    ...listOf("nodes", nodes.map(nodeKey)),
    ...listOf("concerned", agents),
    "",
    "## Context",
    "",
    quote(description),
    ...(said.length > 0 ? ["", "## What was said", "", ...said] : []),
    "",
    "## Decision",
    "",
    decision === "" ? "Nothing was said; see how it was settled." : quote(decision),
    "",
    "## How it was settled",
    "",
    `By ${strategy}: ${reasons[because]}${settled.event.agent === undefined ? "" : ` (${settled.event.agent})`}.`,
    ...tally.map(({ option, weight, votes }) => `- ${oneLine(option)}: weight ${weight}, votes ${votes}`),
    ...consequences("Kept as it is", keeps),
    ...consequences("Gone over again", yields),
  ];
  return `${lines.join("\n")}\n`;
}

/** The events about a conflict: how it was opened, what was said about it, and how it was settled. */
export async function eventsAbout({ manager }: Hands, { at, heard, state }: Conflict): Promise<readonly Recorded[]> {
  const positions: readonly Position[] = [at, ...heard, ...(state.is === "resolved" ? [state.at] : [])];
  const events: Recorded[] = [];
  for (const position of positions) events.push(...(await manager.log.read(manager.stream, position - 1, 1)));
  return events;
}

const reasons = {
  said: "who may decide said so",
  voted: "the votes say so",
  first: "it was handed in first",
  overdue: "the deadline had passed, so that those present or the rules decided",
} as const;

function listOf(name: string, items: readonly string[]): readonly string[] {
  return items.length > 0 ? [`- ${name}: ${items.map(oneLine).join(", ")}`] : [];
}

function consequences(what: string, nodes: readonly NodeRef[]): readonly string[] {
  return nodes.length > 0 ? ["", `${what}: ${nodes.map(nodeKey).join(", ")}.`] : [];
}

/** Text of agents stays a quotation, whatever it looks like. */
function quote(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => `> ${line}`)
    .join("\n");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").slice(0, 200);
}
