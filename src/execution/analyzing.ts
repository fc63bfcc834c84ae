import { type AgentName, type CommitId, nodeKey } from "../core/ids.ts";
import { attemptOf, isOver, type Node } from "../core/node/node.ts";
import { parsePattern } from "../core/pattern/parse.ts";
import { PatternIndex } from "../core/pattern/pattern-index.ts";
import type { Plan } from "../core/plan/plan.ts";
import { type Hit, impactOf } from "../core/speculation/impact.ts";
import { refOf } from "../core/workspace.ts";
import type { Refused } from "./answers.ts";
import { resolveCommit } from "./git/refs.ts";
import type { Hands } from "./hands.ts";
import type { LikelyClash } from "./impact/clashes.ts";
import { readersOf } from "./impact/contract-readers.ts";
import { viaWords } from "./impact/step-words.ts";
import type { Affected, Place } from "./impact/walk.ts";
import { placesOf } from "./speculation/places.ts";

/** What a change would touch, and which nodes that have not landed are likely to clash. */
export interface ImpactReport {
  readonly affected: readonly Touched[];
  /** How many more are affected. */
  readonly more: number;
  readonly conflictsLikely: readonly LikelyClash[];
}

/** A file, what it belongs to, or a node that claims it. */
export interface Touched extends Affected {
  /** How the first of its steps hangs on what was asked about, each a sentence without its full stop. */
  readonly since?: readonly string[];
  /** As `<plan>/<node>`. */
  readonly node?: string;
  readonly agent?: AgentName;
}

export interface ImpactRequest {
  readonly paths: readonly string[];
  /** Something that is no file and changes too. */
  readonly thing?: Hit;
  readonly depth: number;
  readonly most: number;
}

/**
 * Seen from the tip of the plan that is under way, where there is one, else from the root's HEAD; nothing is known without a commit.
 * What hangs on a thing without files is not in it: the core knows that.
 */
export async function analyzeImpact(hands: Hands, request: ImpactRequest): Promise<ImpactReport | Refused> {
  const { manager, git, impact } = hands;
  const { paths, most } = request;
  await manager.refresh();
  const { ignoreCase } = manager.workspace.settings;
  for (const pattern of paths) {
    const parsed = parsePattern(pattern, { ignoreCase });
    if ("problem" in parsed) return { refused: "bad_pattern", pattern, problem: parsed.problem };
  }
  const plans = [...manager.workspace.plans.values()].filter(({ status }) => ["active", "paused"].includes(status.is));
  const plan = plans.at(-1);
  const commit = plan?.tip ?? (await resolveCommit(git, "HEAD"));
  if (commit === undefined) return { affected: [], more: 0, conflictsLikely: [] };
  const nodes = plans.flatMap((plan) => [...plan.nodes.values()].filter((node) => !isOver(node)));
  const nameOf = (node: Node, id = node.id) => (plans.length > 1 ? `${node.plan}/${id}` : id);
  const claiming = nodes.map((node) => ({
    id: nameOf(node),
    writes: node.spec.writes,
    edits: node.spec.edits,
    dependsOn: node.spec.dependsOn.map((id) => nameOf(node, id)),
  }));
  const [touched, conflictsLikely] = await Promise.all([
    touchedBy(hands, request, commit, plan),
    impact.clashesLikely(commit, claiming, { most, ignoreCase }),
  ]);
  const holders = holdersIn(nodes, ignoreCase);
  const files = touched.affected.map((one) => ({ ...one, ...holderOf(one, holders) }));
  const affected = onceEach([...files, ...workersOn(touched, holders)]).sort(
    (a, b) => b.score - a.score || a.depth - b.depth,
  );
  const told = affected.filter(({ depth }) => depth > 0);
  return { affected: told.slice(0, most), more: touched.more + Math.max(0, told.length - most), conflictsLikely };
}

function onceEach(touched: readonly Touched[]): Touched[] {
  const found = new Map<string, Touched>();
  for (const one of touched) {
    const key = `${one.kind} ${one.id}`;
    if ((found.get(key)?.score ?? -1) < one.score) found.set(key, one);
  }
  return [...found.values()];
}

interface AllTouched {
  /** What changes among them, at depth 0. */
  readonly affected: readonly Touched[];
  readonly more: number;
}

/** Nobody has more contracts that one change concerns, and each means a search of the tree. */
const mostSearched = 10;

async function touchedBy(
  hands: Hands,
  { paths, thing, depth, most }: ImpactRequest,
  commit: CommitId,
  plan: Plan | undefined,
): Promise<AllTouched> {
  const { workspace } = hands.manager;
  const { ignoreCase } = workspace.settings;
  const places = await placesOf(hands, plan);
  const roots = thing ? [{ ...thing, via: [], depth: 0 }, ...impactOf(workspace, [thing], depth)] : [];
  const placed = new Set(places.map(({ thing: { kind, id } }) => `${kind} ${id}`));
  const things = roots.filter(({ kind, id }) => placed.has(`${kind} ${id}`));
  const sources = contractsAmong(places, things, paths, ignoreCase).slice(0, mostSearched);
  const edges = (await Promise.all(sources.map((source) => readersOf(hands.git, commit, source)))).flat();
  const question = {
    paths,
    things: things.map(({ kind, id }) => ({ kind, id })),
    ...{ edges, places, sources, depth, most, ignoreCase },
  };
  const { affected, more } = await hands.impact.impactOf(commit, question);
  const changed = paths
    .filter((path) => !/[*?[{]/.test(path))
    .map((path): Touched => {
      const file = { kind: "file", id: path };
      return { ...file, via: [{ ...file, how: "changed" }], depth: 0, score: 1 };
    });
  const found = affected.flatMap((one): Touched | readonly Touched[] => {
    const root = things.find(({ kind, id }) => kind === one.via[0]?.kind && id === one.via[0]?.id);
    if (!root || root.depth === 0) return one;
    if (root.depth + one.depth > depth) return [];
    const score = Math.round((one.score / (root.depth + 1)) * 100) / 100;
    return { ...one, since: root.via, depth: root.depth + one.depth, score };
  });
  return { affected: [...changed, ...found, ...found.flatMap((one) => behind(hands, one, depth))], more };
}

/** What is known to hang on a thing that was reached through its files. */
function behind({ manager: { workspace } }: Hands, reached: Touched, depth: number): readonly Touched[] {
  if (reached.via.at(-1)?.how !== "holds") return [];
  const hit = { kind: reached.kind, id: reached.id } as Hit;
  const since = [...(reached.since ?? []), ...viaWords(reached.via)];
  return impactOf(workspace, [hit], depth - reached.depth).map(({ kind, id, via, depth: steps, node, agent }) => ({
    ...{ kind, id, via: [], depth: reached.depth + steps },
    since: [...since, ...via],
    score: Math.round((reached.score / (steps + 1)) * 100) / 100,
    ...(node ? { node: nodeKey(node) } : {}),
    ...(agent === undefined ? {} : { agent }),
  }));
}

/** The files of contracts that are among what changes. */
function contractsAmong(
  places: readonly Place[],
  things: readonly Hit[],
  paths: readonly string[],
  ignoreCase: boolean,
): readonly string[] {
  const index = new PatternIndex<true>();
  for (const path of paths) {
    const parsed = parsePattern(path, { ignoreCase });
    if ("pattern" in parsed) index.add(parsed.pattern, true);
  }
  const isChanged = ({ thing, patterns }: Place) =>
    things.some(({ kind, id }) => kind === thing.kind && id === thing.id) ||
    patterns.some((path) => !index.covering(path)[Symbol.iterator]().next().done);
  const contracts = places.filter((place) => place.thing.kind === "contract" && isChanged(place));
  return [...new Set(contracts.flatMap(({ patterns }) => patterns))].filter((path) => !/[*?[{]/.test(path));
}

/** How much what speaks for a file speaks for who claims it. */
const claimed = 0.9;

/** The nodes that claim what is touched, each by the file that most speaks for. */
function workersOn({ affected }: AllTouched, holders: PatternIndex<Node>): readonly Touched[] {
  const found = new Map<Node, Touched>();
  for (const one of affected) {
    if (one.kind !== "file") continue;
    for (const node of holders.covering(one.id)) {
      const score = Math.round(one.score * claimed * 100) / 100;
      if ((found.get(node)?.score ?? 0) >= score) continue;
      const thing = { kind: "node", id: nodeKey(refOf(node)) };
      const agent = attemptOf(node)?.agent;
      const via = [...one.via, { ...thing, how: "claims" }];
      const who = { node: thing.id, ...(agent === undefined ? {} : { agent }) };
      found.set(node, { ...one, ...thing, via, depth: one.depth + 1, score, ...who });
    }
  }
  return [...found.values()];
}

function holdersIn(nodes: Iterable<Node>, ignoreCase: boolean): PatternIndex<Node> {
  const holders = new PatternIndex<Node>();
  for (const node of nodes)
    for (const text of [...node.spec.writes, ...node.spec.edits, ...node.spec.reads]) {
      const parsed = parsePattern(text, { ignoreCase });
      if ("pattern" in parsed) holders.add(parsed.pattern, node);
    }
  return holders;
}

/** The first node that claims a file: one that an agent works on, where there is one. */
function holderOf(
  { kind, id }: Affected,
  holders: PatternIndex<Node>,
): { readonly node?: string; readonly agent?: AgentName } {
  if (kind !== "file") return {};
  const some = [...holders.covering(id)];
  const node = some.find((one) => attemptOf(one)) ?? some[0];
  const agent = node && attemptOf(node)?.agent;
  return { ...(node ? { node: nodeKey(refOf(node)) } : {}), ...(agent === undefined ? {} : { agent }) };
}
