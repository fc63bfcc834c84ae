import { durationText } from "../duration-text.ts";
import { countsText, progressBar } from "../progress-bar.ts";
import { tableLines } from "../table.ts";
import { cut, oneLine, type Terminal } from "../terminal.ts";
import { trainLines } from "./draw-train.ts";
import { figureRows } from "./figure-rows.ts";
import type { Status } from "./gather-status.ts";

/** A screen holds so many of a train besides the rest. */
const mostInTrain = 16;

/** The status as people read it; `now` is in milliseconds since 1970. */
export function drawStatus(status: Status, now: number, terminal: Terminal): string {
  const { colours } = terminal;
  const { overview, plans } = status;
  if (plans.length === 0) return "There is no plan yet. Submit one with: interlock plan <file>";
  const sections = [
    ...plans.map((plan) => planLines(plan, terminal)),
    section("agents", agentRows(status, now, terminal), terminal),
    conflictLines(status, now, terminal),
    section("clashes", clashLines(status, now), terminal),
    ...plans.map((plan) => trainLines(status, plan.plan_id, { now, most: mostInTrain }, terminal)),
    section("not landed", openRows(status, terminal), terminal),
    section("kept work", parkedRows(status, now), terminal),
    section("worktrees put aside", quarantinedRows(status), terminal),
    section("figures", figureRows(status.metrics), terminal),
  ].filter((lines) => lines.length > 0);
  const goesOn = plans.some(({ status }) => status === "active" || status === "paused");
  const footer = overview.process_running
    ? colours.dim("A process is running that checks and lands work.")
    : !goesOn
      ? ""
      : colours.yellow(
          "No process is running that checks and lands work. Connect an agent, or start one with: interlock run",
        );
  return [...sections.map((lines) => lines.join("\n")), footer].filter(Boolean).join("\n\n");
}

function planLines(plan: Status["plans"][number], { colours, columns }: Terminal): readonly string[] {
  const { bold, dim, yellow, green } = colours;
  const status = plan.paused_because
    ? yellow(`paused (${plan.paused_because.replaceAll("_", " ")})`)
    : plan.status === "finished" || plan.status === "landed"
      ? green(plan.status)
      : plan.status;
  const title = cut(oneLine(plan.title), Math.max(20, columns - plan.plan_id.length - 24));
  return [
    `${bold(plan.plan_id)}  ${status}  ${dim(`→ ${plan.target}`)}${title === plan.plan_id ? "" : `  ${title}`}`,
    `  ${progressBar(plan.counts, 30, colours)}  ${countsText(plan.counts, colours)}`,
    ...advice(plan).map((line) => `  ${line}`),
  ];
}

function advice({ status, plan_id: id, paused_because: why }: Status["plans"][number]): readonly string[] {
  if (status === "finished") return [`Land it with: interlock land ${id}`];
  if (why !== "integration_moved") return [];
  return [
    `Its integration branch was moved by hand. Keep that with: interlock adopt ${id}; undo it with: interlock restore ${id}`,
  ];
}

function agentRows(
  { agents, plans, workedSince }: Status,
  now: number,
  { colours }: Terminal,
): readonly (readonly string[])[] {
  return agents.flatMap((agent) => {
    if (agent.node === undefined) return [];
    const since = workedSince[`${agent.plan}/${agent.node}`];
    const left = agent.lease_expires_at === undefined ? 0 : Date.parse(agent.lease_expires_at) - now;
    const lease = agent.suspect
      ? colours.red(`silent, its lease ended ${durationText(-left)} ago`)
      : colours.dim(`lease ${durationText(left)}`);
    const percent = agent.percent === undefined ? "" : `${agent.percent} %`;
    const state = agent.state === "rework" ? colours.yellow("rework") : "works on";
    const worked = plans.find(({ plan_id: id }) => id === agent.plan)?.nodes.find(({ id }) => id === agent.node);
    const node = worked?.speculative ? `${agent.node} (speculative)` : agent.node;
    return [[agent.agent, state, node, since ? durationText(now - Date.parse(since)) : "", percent, lease]];
  });
}

/** What somebody has to decide, with the nodes that wait for it. */
function conflictLines({ overview }: Status, now: number, terminal: Terminal): readonly string[] {
  const { dim, red, yellow } = terminal.colours;
  const rows = (overview.conflicts ?? []).map((one) => [
    one.conflict_id,
    one.severity === "high" || one.severity === "critical" ? red(one.severity) : one.severity,
    (one.type ?? "").replaceAll("_", " "),
    one.since ? durationText(now - Date.parse(one.since)) : "",
    one.convergence_id ? yellow("pauses") : "concerns",
    cut((one.nodes ?? []).join(", "), 60),
  ]);
  if (rows.length === 0) return [];
  return [
    ...section("conflicts", rows, terminal),
    dim('  Settle one with: interlock decide <conflict> "<what is to be done>"'),
  ];
}

/** Work of two agents that does not merge as it is. */
function clashLines({ clashes }: Status, now: number): readonly (readonly string[])[] {
  return clashes.map(({ nodes, agents, paths, since }) => [
    nodes.map((node, index) => `${agents[index]} (${node})`).join(" and "),
    cut(oneLine(paths.join(", ")), 80),
    durationText(now - Date.parse(since)),
  ]);
}

/** Nodes that need somebody to look at them, before those that are merely waiting. */
function openRows({ plans }: Status, { colours }: Terminal): readonly (readonly string[])[] {
  const order = ["failed", "blocked", "ready"];
  const most = 12;
  const rows = plans.flatMap((plan) => plan.nodes.filter(({ state }) => order.includes(state)));
  const sorted = [...rows].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const shown = sorted.slice(0, most).map(({ id, state, blocked_by: by }) => {
    const why = by ? `by ${by.join(", ")}` : "";
    return [id, state === "ready" ? state : colours.red(state), why];
  });
  return sorted.length > most ? [...shown, [`and ${sorted.length - most} more`]] : shown;
}

function parkedRows({ parked }: Status, now: number): readonly (readonly string[])[] {
  const most = 6;
  const shown = parked
    .slice(0, most)
    .map(({ ref, node, at }) => [node, `${durationText(now - Date.parse(at))} ago`, ref]);
  return parked.length > most ? [...shown, [`and ${parked.length - most} more: interlock park list`]] : shown;
}

function quarantinedRows({ quarantined }: Status): readonly (readonly string[])[] {
  return quarantined.map(({ slot, node, why }) => [slot, node ?? "", oneLine(why)]);
}

function section(
  title: string,
  rows: readonly (readonly string[])[],
  { colours, columns }: Terminal,
): readonly string[] {
  if (rows.length === 0) return [];
  return [
    colours.dim(title),
    ...tableLines(rows, { indent: 2 }).map((line) =>
      colours.isColorSupported ? line : cut(line, Math.max(columns, 80)),
    ),
  ];
}
