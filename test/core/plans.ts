import type { NodeSpec, PlanSpec } from "../../src/core/plan/spec.ts";

/** A node that wants nothing and waits for nothing but what is said. */
export function work(id: string, fields: Partial<NodeSpec> = {}): NodeSpec {
  return {
    id,
    kind: "work",
    title: `Do ${id}`,
    instructions: `Please do ${id}.`,
    requires: [],
    dependsOn: [],
    writes: [],
    edits: [],
    reads: [],
    watches: [],
    uses: [],
    priority: 2,
    gates: [],
    retries: 2,
    ...fields,
  };
}

export function sync(id: string, fields: Partial<NodeSpec> = {}): NodeSpec {
  return work(id, { ...fields, kind: "sync" });
}

export function plan(id: string, nodes: readonly NodeSpec[], fields: Partial<PlanSpec> = {}): PlanSpec {
  return {
    id,
    title: `Plan ${id}`,
    constraints: [],
    target: "main",
    base: "base",
    policy: { mode: "parallel", maxParallel: 8, scope: "auto", onFailure: "continue" },
    flags: {},
    digest: `digest of ${id}`,
    nodes,
    ...fields,
  };
}
