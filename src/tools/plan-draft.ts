/** Reads of a plan whatever can be read, so that its meaning is checked even where its form is broken. */
import type { DraftEdge, DraftGate, DraftNode, PlanDraft } from "../core/plan/check.ts";

/** The draft of a plan as it was written; a broken part is left out, and its problem of form is told elsewhere. */
export function draftOf(plan: unknown): PlanDraft {
  if (!isFields(plan)) return { nodes: [] };
  return {
    nodes: draftNodes(plan["nodes"], "nodes"),
    template: plan["template"] !== undefined || plan["vars"] !== undefined,
    groups: plan["groups"] !== undefined,
  };
}

/** The draft of what a revision adds and changes. */
export function draftOfRevision(revision: { readonly add?: unknown; readonly change?: unknown }): PlanDraft {
  return {
    nodes: [
      ...draftNodes(revision.add, "add"),
      ...draftNodes(revision.change, "change").map((node): DraftNode => ({ ...node, changes: true })),
    ],
  };
}

function draftNodes(nodes: unknown, under: string): readonly DraftNode[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node, i): readonly DraftNode[] =>
    isFields(node) ? [draftNode(node, `${under}.${i}`, under !== "change")] : [],
  );
}

function draftNode(node: Fields, at: string, isNew: boolean): DraftNode {
  const dependsOn = node["depends_on"];
  return {
    at,
    id: text(node["id"]),
    kind: text(node["kind"]),
    dependsOn: dependsOn === undefined && !isNew ? undefined : list(dependsOn, edge),
    writes: list(node["writes"], text),
    edits: list(node["edits"], text),
    reads: list(node["reads"], text),
    watches: list(node["watches"], text),
    gates: list(node["gates"], gate),
    approval: text(node["approval"]),
    reviewers: list(node["reviewers"], text),
  };
}

function edge(value: unknown): DraftEdge | undefined {
  if (typeof value === "string") return { node: value };
  if (!isFields(value) || typeof value["node"] !== "string") return undefined;
  const named = value["contract"] === undefined ? undefined : "contract";
  return { node: value["node"], edge: text(value["edge"]) ?? named, contract: text(value["contract"]) };
}

function gate(value: unknown): DraftGate | undefined {
  if (typeof value === "string") return { name: value };
  if (!isFields(value) || typeof value["name"] !== "string") return undefined;
  return { name: value["name"], expect: text(value["expect"]) };
}

/** Keeps the places of the input, so that paths stay true. */
function list<T>(value: unknown, read: (one: unknown) => T | undefined): readonly (T | undefined)[] {
  return Array.isArray(value) ? value.map(read) : [];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
