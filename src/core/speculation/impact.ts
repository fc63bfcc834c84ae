/** What hangs on something, step by step, each with its reasons; read from the state whenever somebody asks. */
import { type AgentName, type NodeRef, nodeKey } from "../ids.ts";
import { patternOf } from "../locks/locks.ts";
import { attemptOf, isOver, type Node } from "../node/node.ts";
import { overlap } from "../pattern/overlap.ts";
import { parsePattern } from "../pattern/parse.ts";
import { nodeByKey, refOf, type Workspace } from "../workspace.ts";
import { type ArtifactKind, type ArtifactRef, artifactKey } from "./artifact.ts";
import { type Artifact, artifactOf } from "./artifacts.ts";
import { type Assumption, activeAssumptions } from "./assumptions.ts";
import { consumersOf, nodesOf } from "./contracts.ts";

/** Something that can be hit by a change; an id is unique within its kind, that of a node is `<plan>/<node>`. */
export interface Hit {
  readonly kind: ArtifactKind | "assumption" | "agent";
  readonly id: string;
}

export interface Affected extends Hit {
  /** From what changed to this, each step a sentence without its full stop. */
  readonly via: readonly string[];
  /** The number of steps. */
  readonly depth: number;
  readonly node?: NodeRef;
  /** Who works on the node, or did last; who made the assumption. */
  readonly agent?: AgentName;
}

/** More steps lead to everything. */
const deepest = 8;

/** What may have to change when some things do, the nearest first; each is found once, on a shortest way. */
export function impactOf(workspace: Workspace, starts: readonly Hit[], depth = deepest): readonly Affected[] {
  const map = new Surroundings(workspace);
  const found = new Map<string, Affected>();
  const known = new Set(starts.map(hitKey));
  let edge: readonly { readonly hit: Hit; readonly via: readonly string[] }[] = starts.map((hit) => ({ hit, via: [] }));
  for (let steps = 1; steps <= depth && edge.length > 0; steps += 1) {
    const next: { readonly hit: Hit; readonly via: readonly string[] }[] = [];
    for (const { hit, via } of edge)
      for (const step of map.behind(hit)) {
        const key = hitKey(step.hit);
        if (known.has(key)) continue;
        known.add(key);
        const way = [...via, step.because];
        found.set(key, { ...step.hit, via: way, depth: steps, ...whoAndWhere(workspace, step.hit) });
        next.push({ hit: step.hit, via: way });
      }
    edge = next;
  }
  return [...found.values()];
}

/** The nodes among what is hit that can still be helped, and all agents. */
export function concernedBy(
  workspace: Workspace,
  affected: readonly Affected[],
): { readonly nodes: readonly NodeRef[]; readonly agents: readonly AgentName[] } {
  const nodes = affected.flatMap(({ node }) => {
    const state = node && nodeByKey(workspace, nodeKey(node))?.state.is;
    return node && state !== undefined && state !== "cancelled" && state !== "skipped" ? [node] : [];
  });
  return { nodes, agents: [...new Set(affected.flatMap(({ agent }) => agent ?? []))] };
}

interface Step {
  readonly hit: Hit;
  readonly because: string;
}

/** What hangs on what, turned round once for many questions. */
class Surroundings {
  readonly #workspace: Workspace;
  readonly #linked = new Map<string, Step[]>();
  readonly #assumed = new Map<string, Assumption[]>();
  #nodes: readonly Node[] | undefined;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    for (const artifact of workspace.speculation.artifacts.values())
      for (const { type, ...to } of artifact.links) {
        const because = `${artifactKey(artifact)} ${type} ${artifactKey(to)}`;
        add(this.#linked, artifactKey(to), { hit: { kind: artifact.kind, id: artifact.id }, because });
      }
    for (const assumption of activeAssumptions(workspace))
      add(this.#assumed, artifactKey(assumption.about), assumption);
  }

  *behind(hit: Hit): Generator<Step> {
    const { speculation } = this.#workspace;
    if (hit.kind === "agent") return;
    if (hit.kind === "assumption") {
      const assumption = speculation.assumptions.get(hit.id);
      if (assumption) yield* behindAssumption(assumption);
      return;
    }
    const ref: ArtifactRef = { kind: hit.kind, id: hit.id };
    const key = artifactKey(ref);
    yield* this.#linked.get(key) ?? [];
    for (const { id } of this.#assumed.get(key) ?? [])
      yield { hit: { kind: "assumption", id }, because: `assumption ${id} is about ${key}` };
    const artifact = artifactOf(this.#workspace, ref);
    for (const { contract } of artifact?.requires ?? [])
      yield { hit: { kind: "contract", id: contract }, because: `${key} asks for fields of contract:${contract}` };
    if (hit.kind === "contract") yield* this.#behindContract(hit.id);
    if (hit.kind === "node") yield* this.#behindNode(hit.id);
    if (artifact?.path !== undefined) yield* this.#workersOn(artifact, artifact.path);
  }

  *#behindContract(name: string): Generator<Step> {
    const { agents, nodes } = consumersOf(this.#workspace, name);
    for (const node of nodes) yield { hit: nodeHit(node), because: `node:${nodeKey(node)} relies on contract:${name}` };
    for (const id of agents) {
      yield { hit: { kind: "agent", id }, because: `${id} relies on contract:${name}` };
      for (const node of nodesOf(this.#workspace, id))
        yield { hit: nodeHit(node), because: `${id}, at work on node:${nodeKey(node)}, relies on contract:${name}` };
    }
  }

  *#behindNode(key: string): Generator<Step> {
    const node = nodeByKey(this.#workspace, key);
    if (!node) return;
    for (const id of node.dependents) {
      const next = { plan: node.plan, node: id };
      yield { hit: nodeHit(next), because: `node:${nodeKey(next)} depends on node:${key}` };
    }
  }

  /** Nodes that are not over and claim what the artifact is. */
  *#workersOn(artifact: Artifact, path: string): Generator<Step> {
    const { ignoreCase } = this.#workspace.locks;
    const parsed = parsePattern(path, { ignoreCase });
    if ("problem" in parsed) return;
    this.#nodes ??= [...this.#workspace.plans.values()].flatMap(({ nodes }) => [...nodes.values()]);
    for (const node of this.#nodes) {
      if (isOver(node)) continue;
      const { writes, edits, reads } = node.spec;
      const own = [...writes, ...edits, ...reads].find((text) => overlap(patternOf(text, ignoreCase), parsed.pattern));
      if (own === undefined) continue;
      const because = `node:${nodeKey(refOf(node))} claims ${own}, which overlaps ${artifactKey(artifact)} (${path})`;
      yield { hit: nodeHit(refOf(node)), because };
    }
  }
}

function* behindAssumption({ id, by, from, depends }: Assumption): Generator<Step> {
  if (from) yield { hit: nodeHit(from), because: `assumption ${id} was made for node:${nodeKey(from)}` };
  for (const { kind, id: other } of depends)
    yield { hit: { kind, id: other }, because: `${kind}:${other} depends on assumption ${id}` };
  yield { hit: { kind: "agent", id: by }, because: `${by} made assumption ${id}` };
}

function whoAndWhere(workspace: Workspace, { kind, id }: Hit): Pick<Affected, "node" | "agent"> {
  if (kind === "agent") return { agent: id };
  const node = kind === "node" ? nodeByKey(workspace, id) : undefined;
  const made = kind === "assumption" ? workspace.speculation.assumptions.get(id)?.by : undefined;
  const agent = node ? (attemptOf(node)?.agent ?? node.times.agent) : made;
  return { ...(node ? { node: refOf(node) } : {}), ...(agent === undefined ? {} : { agent }) };
}

function nodeHit(ref: NodeRef): Hit {
  return { kind: "node", id: nodeKey(ref) };
}

function hitKey({ kind, id }: Hit): string {
  return `${kind}:${id}`;
}

function add<T>(map: Map<string, T[]>, key: string, one: T): void {
  const known = map.get(key);
  if (known) known.push(one);
  else map.set(key, [one]);
}
