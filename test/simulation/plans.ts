import type { NodeSpec, SoftEdge } from "../../src/core/plan/spec.ts";
import type { PlanRequest } from "../../src/execution/execution.ts";
import type { Chance } from "./chance.ts";

const patterns = ["src/a.txt", "src/b.txt", "src/**", "src/{a,b}.txt", "docs/*", "docs/d.txt", "lib.txt", "new/**"];

/** A plan that somebody might write. */
export function somePlan(chance: Chance, id: string): PlanRequest {
  const count = chance.between(2, 7);
  const nodes = Array.from({ length: count }, (_, index) => someNode(chance, `n${index}`, index));
  return {
    header: {
      id,
      title: id,
      constraints: [],
      target: "main",
      policy: {
        mode: chance.is(0.1) ? "sequential" : "parallel",
        maxParallel: chance.between(1, 4),
        scope: chance.is(0.3) ? "strict" : "auto",
        onFailure: chance.is(0.25) ? "stop" : "continue",
      },
      flags: { extra: chance.is(0.5) },
    },
    nodes: withReds(chance, nodes),
    draft: { nodes: [] },
    problems: [],
  };
}

/** The contract that nodes of such plans wait for. */
export const contractName = "API";

/** The same plan with more dependencies, of which some are soft. */
export function softened(chance: Chance, plan: PlanRequest): PlanRequest {
  const nodes = plan.nodes.map((node, index) => {
    const before =
      index > 0 && node.dependsOn.length === 0 && chance.is(0.6) ? [`n${chance.between(0, index - 1)}`] : [];
    const dependsOn = [...node.dependsOn, ...before];
    const soft = dependsOn.flatMap((one): readonly SoftEdge[] => {
      const edge = chance.pick(["finish", "submit", "submit", "contract"] as const);
      if (edge === "contract") return [{ node: one, edge, contract: contractName }];
      return edge === "submit" ? [{ node: one, edge }] : [];
    });
    return { ...node, dependsOn, ...(soft.length > 0 ? { soft } : {}) };
  });
  return { ...plan, nodes };
}

/** Some nodes write tests that fail at first; none stands on two of them, which would have to be in a row. */
function withReds(chance: Chance, nodes: PlanRequest["nodes"]): PlanRequest["nodes"] {
  const stoodOn = new Set(nodes.filter(({ kind }) => kind === "work").flatMap(({ dependsOn }) => dependsOn));
  const reds = new Set(
    nodes.filter(({ id, kind }) => kind === "work" && stoodOn.has(id) && chance.is(0.4)).map(({ id }) => id),
  );
  return nodes.map((node) => {
    const [first] = node.dependsOn.filter((id) => reds.has(id));
    const dependsOn = node.dependsOn.filter((id) => !reds.has(id) || id === first);
    return reds.has(node.id) ? { ...node, dependsOn, gates: [], redGates: ["tdd"] } : { ...node, dependsOn };
  });
}

export function someNode(chance: Chance, id: string, before: number): PlanRequest["nodes"][number] {
  const few = (probability: number) => (chance.is(probability) ? [chance.pick(patterns) ?? "lib.txt"] : []);
  const dependsOn = Array.from({ length: before }, (_, index) => `n${index}`).filter(() => chance.is(0.25));
  const isSync = before > 0 && dependsOn.length > 0 && chance.is(0.15);
  const claims: Pick<NodeSpec, "writes" | "edits" | "reads" | "watches" | "uses"> = isSync
    ? { writes: [], edits: [], reads: [], watches: [], uses: [] }
    : {
        writes: few(0.3),
        edits: [...few(0.6), ...few(0.4)],
        reads: few(0.15),
        watches: few(0.1),
        uses: chance.is(0.15) ? [chance.pick(["build", "port", "db:main"]) ?? "build"] : [],
      };
  const gates = chance.pick([undefined, ["test"], ["test", "lint"], []] as const);
  return {
    id,
    kind: isSync ? "sync" : "work",
    title: `Do ${id}`,
    instructions: `Please do ${id}.`,
    requires: chance.is(0.1) ? ["ui"] : [],
    dependsOn,
    ...claims,
    priority: chance.pick([0, 1, 2, 2, 3] as const) ?? 2,
    retries: chance.between(0, 2),
    ...(chance.is(0.5) ? { estimateMinutes: chance.between(1, 20) } : {}),
    ...(chance.is(0.05) && before > 0 ? { when: "extra" } : {}),
    ...(gates ? { gates } : {}),
  };
}
