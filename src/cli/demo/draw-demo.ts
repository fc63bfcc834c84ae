import type { Workspace } from "../../core/workspace.ts";
import { blockedNodes, countStates, shownState, shownStates } from "../../tools/views/shown-state.ts";
import { countsText, progressBar } from "../progress-bar.ts";
import { tableLines } from "../table.ts";
import { type Colours, cut, type Terminal } from "../terminal.ts";

/** What an agent does now. */
export interface AgentRow {
  readonly node?: string;
  readonly doing: string;
  readonly killed?: boolean;
}

/** The picture of the demo: how far the plan is, what each agent does, and which node is in which state. */
export function drawDemo(
  workspace: Workspace,
  id: string,
  agents: ReadonlyMap<string, AgentRow>,
  { colours, columns }: Terminal,
): string {
  const plan = workspace.plans.get(id);
  if (!plan) return "";
  const counts = countStates(plan);
  const rows = [...agents].map(([name, { node = "", doing, killed }]) => [
    name,
    killed ? "" : node,
    killed ? colours.red("killed with kill -9") : colours.dim(cut(doing, Math.max(20, columns - 30))),
  ]);
  const blocked = blockedNodes(plan);
  const states = [...plan.nodes.values()].map((node) => ({ id: node.id, state: shownState(node, blocked) }));
  const nodes = shownStates.flatMap((state) => {
    const ids = states.filter((one) => one.state === state).map((one) => one.id);
    return ids.length === 0 ? [] : [[paint(colours, state)(state), cut(ids.join(" "), Math.max(20, columns - 14))]];
  });
  return [
    `${progressBar(counts, 30, colours)}  ${countsText(counts, colours)}`,
    "",
    ...tableLines(rows, { indent: 2 }),
    "",
    ...tableLines(nodes, { indent: 2 }),
  ].join("\n");
}

function paint({ green, yellow, cyan, dim }: Colours, state: string): (text: string) => string {
  if (state === "landed") return green;
  if (state === "rework") return yellow;
  return state === "submitted" || state === "leased" ? cyan : dim;
}
