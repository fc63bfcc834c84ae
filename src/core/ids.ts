/** Names that callers choose: plans, nodes, agents, contracts. See `idProblem` for what is allowed. */
export type PlanId = string;
export type NodeId = string;
export type AgentName = string;

/** Names that git gives. */
export type CommitId = string;
export type TreeId = string;
export type RefName = string;

/** Names that we mint. */
export type SlotName = string;
export type TicketId = string;
export type ProcessId = string;

/** Milliseconds since 1970 in UTC. */
export type Instant = number;

/** A place in the log, counted from 1; 0 is before the first event. */
export type Position = number;

/** One node of one plan, the unit that claims, waits and slots belong to. */
export interface NodeRef {
  readonly plan: PlanId;
  readonly node: NodeId;
}

/** One agent's try at a node; `attempt` is the fencing epoch, counted from 1. */
export interface AttemptRef extends NodeRef {
  readonly attempt: number;
}

const allowed = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Says what is wrong with a name that is to become part of a ref, or nothing if it may. */
export function idProblem(id: string): string | undefined {
  if (!allowed.test(id)) return "must be 1 to 64 letters, digits, '.', '_' or '-', and start with a letter or digit";
  if (id.includes("..")) return "must not contain '..'";
  if (id.endsWith(".") || id.toLowerCase().endsWith(".lock")) return "must not end in '.' or '.lock'";
  return undefined;
}

/** Makes a valid id out of free text, such as a plan's title. */
export function idFrom(text: string): string {
  const words = text
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .toLowerCase();
  return words.slice(0, 48).replace(/-+$/, "") || "plan";
}

/** The key under which a node is found in maps that span plans. */
export function nodeKey({ plan, node }: NodeRef): string {
  return `${plan}/${node}`;
}
