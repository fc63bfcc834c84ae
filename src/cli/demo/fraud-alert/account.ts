/** What a run took, who was told what, and what had to be gone over again; all of it measured in the run, in milliseconds. */
import type { Instant } from "../../../core/ids.ts";
import { streams } from "./fraud-plan.ts";
import { type Role, roles } from "./role-script.ts";
import type { Story } from "./story.ts";

export interface Account {
  /** How long a scenario minute was. */
  readonly minute_ms: number;
  /** From the plan to the last landing. */
  readonly together_ms: number;
  /** The work of those who build the dashboard, and their gates; without rework, and without handoffs. */
  readonly one_after_another_ms: number;
  readonly speedup: number;
  readonly work_ms: Readonly<Partial<Record<Role, number>>>;
  readonly gates_ms: number;
  /** Work that went from one role to another, and how long it lay there for somebody who was free. */
  readonly handoffs: readonly { readonly node: string; readonly from: string; readonly ms: number }[];
  /** From the requirement to the conflict that it is. */
  readonly found_ms: number;
  /** When an agent was first shown something of it, and which notices that reply held. */
  readonly told: readonly { readonly agent: string; readonly ms: number; readonly notices: readonly string[] }[];
  readonly not_told: readonly string[];
  readonly convergence_ms: number;
  readonly rework: readonly {
    readonly node: string;
    readonly agent: string;
    readonly estimated_ms: number;
    readonly measured_ms: number;
  }[];
  /** Did not go on until it was decided, and then as they were. */
  readonly only_paused: readonly string[];
  /** Neither paused nor reworked. */
  readonly untouched: readonly string[];
}

/** Whose work it takes to build the dashboard; the writer is there to show that others are left alone. */
export const builders: readonly Role[] = roles.filter((role) => role !== "writer");

export function accountOf(story: Story, workedMs: ReadonlyMap<string, number>, minuteMs: number): Account {
  const work = Object.fromEntries(builders.map((role) => [role, Math.round(workedMs.get(role) ?? 0)]));
  const gates = gatesMs(story);
  const serial = Object.values(work).reduce((sum, ms) => sum + ms, 0) + gates;
  const landings = story.events.flatMap(({ event, at }) => (event.type === "NodeLanded" ? [at] : []));
  const together = (landings.at(-1) ?? story.planAt) - story.planAt;
  const told = roles.flatMap((agent) => {
    const own = story.told.filter((one) => one.agent === agent);
    const [first] = own;
    if (!first) return [];
    return [
      {
        agent,
        ms: first.at - story.requirementAt,
        notices: own.filter(({ at }) => at === first.at).map(({ kind }) => kind),
      },
    ];
  });
  const left = [...story.agentOf.keys()].filter((id) => !story.reworked.has(id) && !story.reworked.has(`rework-${id}`));
  return {
    minute_ms: minuteMs,
    together_ms: together,
    one_after_another_ms: serial,
    speedup: Math.round((serial / Math.max(1, together)) * 100) / 100,
    work_ms: work,
    gates_ms: gates,
    handoffs: handoffsOf(story),
    found_ms: story.foundAt - story.requirementAt,
    told,
    not_told: roles.filter((role) => !told.some(({ agent }) => agent === role)),
    convergence_ms: story.convergedTo - story.convergedFrom,
    rework: [...story.reworked.values()].map(({ node, estimateMs, actualMs = 0 }) => ({
      node,
      agent: story.agentOf.get(node) ?? "",
      estimated_ms: Math.round(estimateMs),
      measured_ms: actualMs,
    })),
    only_paused: left.filter((id) => story.paused.has(id)),
    untouched: left.filter((id) => !story.paused.has(id)),
  };
}

/** What the gates of the builders' nodes took, each run counted, but for those of rework. */
function gatesMs({ events, agentOf, reworked }: Story): number {
  const seconds = events.flatMap(({ event }) => {
    if (event.type !== "GateJudged") return [];
    const agent = agentOf.get(event.node);
    const isOurs = builders.some((role) => role === agent) && !reworked.has(event.node);
    return isOurs ? [event.verdict.seconds] : [];
  });
  return Math.round(seconds.reduce((sum, one) => sum + one, 0) * 1000);
}

/** For each node that stands on another role's work: from when it could begin, and its agent was free, to when it did. */
function handoffsOf(story: Story): Account["handoffs"] {
  const { events, agentOf, contractAt } = story;
  const landedAt = new Map<string, Instant>();
  const freeAt = new Map<string, Instant>();
  const found: { node: string; from: string; ms: number }[] = [];
  const nodes = new Map(streams.flatMap((stream) => stream.nodes.map((node) => [node.id, node] as const)));
  for (const { event, at } of events) {
    if (event.type === "NodeSubmitted" || event.type === "NodeLanded") freeAt.set(agentOf.get(event.node) ?? "", at);
    if (event.type === "NodeLanded") landedAt.set(event.node, at);
    if (event.type !== "NodeLeased") continue;
    const script = nodes.get(event.node);
    const before = (script?.dependsOn ?? []).map((id) => ({ id, at: landedAt.get(id) ?? 0 }));
    const contract = script?.buildsOnContract ? [{ id: "architecture", at: contractAt }] : [];
    const all = [...before, ...contract];
    const other = all.filter(({ id }) => agentOf.get(id) !== event.agent);
    if (other.length === 0) continue;
    const ready = Math.max(...all.map((one) => one.at), freeAt.get(event.agent) ?? 0);
    found.push({ node: event.node, from: other.map(({ id }) => agentOf.get(id) ?? "").join(", "), ms: at - ready });
  }
  return found;
}
