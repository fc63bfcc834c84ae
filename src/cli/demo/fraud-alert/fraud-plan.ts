import { stringify } from "yaml";
import { analyst } from "./analyst.ts";
import { architect } from "./architect.ts";
import { backend } from "./backend.ts";
import { contractName } from "./contract-text.ts";
import { firstFiles } from "./first-files.ts";
import { frontend } from "./frontend.ts";
import { minutesOf, type RoleNode, type Stream } from "./role-script.ts";
import { writer } from "./writer.ts";

export const planId = "fraud-alerts";

/** The node that writes the contract, on which others build before it has landed. */
const contractNode = "architecture";

/** In the order in which one would do them one after another. */
export const streams: readonly Stream[] = [analyst, architect, backend, frontend, writer];

/** The node of a name, also where it is asked for as rework. */
export function nodeScript(id: string): RoleNode | undefined {
  const nodes = streams.flatMap((stream) => stream.nodes);
  return nodes.find((node) => node.id === id);
}

/** The node that a node goes over again, by the name that Interlock gives such nodes. */
export function reworkedBy(id: string): RoleNode | undefined {
  return nodeScript(id.replace(/^rework-/, ""));
}

/** The plan as a product owner's planner would write it; a scenario minute is so many milliseconds. */
export function fraudPlanYaml(minuteMs: number): string {
  const all = streams.flatMap(({ role, nodes }) => nodes.map((node) => written(role, node, minuteMs)));
  const together = {
    id: "together",
    kind: "sync",
    title: "The streams meet",
    depends_on: streams.flatMap(({ nodes }) => nodes.map(({ id }) => id)),
    gates: ["api", "page", "contract", "docs"],
  };
  return stringify({
    id: planId,
    title: "Real-time fraud alert dashboard",
    goal: "Show suspicious transactions as they happen.",
    constraints: ["The contract comes first; streams build on it before there is an API.", "No dependencies."],
    target: "main",
    nodes: [...all, together],
  });
}

/** All that the first commit holds. */
export function committedFiles(minuteMs: number): Readonly<Record<string, string>> {
  return { ...firstFiles, "plan.yaml": fraudPlanYaml(minuteMs) };
}

function written(role: string, node: RoleNode, minuteMs: number): object {
  const { id, title, instructions, dependsOn = [], buildsOnContract, writes, gates, priority, steps } = node;
  const onContract = buildsOnContract ? [{ node: contractNode, edge: "contract", contract: contractName }] : [];
  return {
    id,
    title,
    instructions,
    role,
    requires: [role],
    depends_on: [...dependsOn, ...onContract],
    writes,
    gates,
    ...(priority === undefined ? {} : { priority }),
    estimate_minutes: (minutesOf(steps) * minuteMs) / 60_000,
  };
}
