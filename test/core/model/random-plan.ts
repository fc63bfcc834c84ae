import type { NodeSpec, PlanSpec, Priority, SoftEdge } from "../../../src/core/plan/spec.ts";
import { plan, work } from "../plans.ts";
import type { NodePlan, RandomPlan } from "./move.ts";

export function planFrom({ nodes, limit, strict, stop }: RandomPlan, id: string): PlanSpec {
  const specs = nodes.map((node, i) => nodeFrom(node, i));
  return plan(id, specs, {
    policy: {
      mode: "parallel",
      maxParallel: limit,
      scope: strict ? "strict" : "auto",
      onFailure: stop ? "stop" : "continue",
      baseline: limit % 2 === 0 ? "ratchet" : "block",
      ...(limit % 3 === 0 ? {} : { score: { threshold: 0.6, points: { lint: 1, ...(limit > 3 ? { test: 2 } : {}) } } }),
    },
  });
}

function softEdge(node: string, byContract: boolean): SoftEdge {
  return byContract ? { node, edge: "contract", contract: "API" } : { node, edge: "submit" };
}

function nodeFrom({ before, priority, minutes, flavour, ...claims }: NodePlan, i: number): NodeSpec {
  // The first of some plans is a test that fails at first.
  const isRed = flavour === 5 || flavour === 6;
  const dependsOn = Array.from({ length: i }, (_, at) => at)
    .filter((at) => (before >> at) & 1)
    .map((at) => `n${at}`);
  return work(`n${i}`, {
    ...(flavour === 0 ? {} : claims),
    kind: flavour === 0 ? "sync" : "work",
    dependsOn,
    // Some begin before what they depend on has landed.
    ...(flavour % 4 === 3 ? { soft: dependsOn.map((node, at) => softEdge(node, (flavour + at) % 3 === 0)) } : {}),
    priority: priority as Priority,
    ...(minutes > 0 ? { estimateMinutes: minutes * 10 } : {}),
    ...(flavour === 1 || flavour === 2 ? { when: "extra" } : {}),
    requires: flavour === 3 ? ["ui"] : [],
    gates: flavour % 4 === 0 ? ["test", "lint"].slice(0, 1 + (flavour % 3)) : [],
    ...(i === 0 && isRed ? { redGates: flavour === 5 ? ["test"] : ["test", "lint"] } : {}),
    retries: flavour % 3,
  });
}
