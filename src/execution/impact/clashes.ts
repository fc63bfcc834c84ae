import { Claims } from "./claims.ts";
import type { Known } from "./impact-index.ts";
import { type ChangeReason, type LikelyChange, likelyChanges } from "./likely-changes.ts";
import { NodeOrder } from "./node-order.ts";

/** A node as far as clashes depend on it. */
export interface ClaimingNode {
  readonly id: string;
  readonly writes: readonly string[];
  readonly edits: readonly string[];
  /** Ids of nodes that it comes after, which it cannot clash with. */
  readonly dependsOn: readonly string[];
}

/** Two nodes that are likely to change the same files. */
export interface LikelyClash {
  readonly nodes: readonly [string, string];
  /** The likeliest first. */
  readonly paths: readonly string[];
  /** Why each of them is likely to change the path, for the first few paths. */
  readonly why: readonly ClashReason[];
  /** From 0 to 1: how likely they both change one of the paths. */
  readonly score: number;
}

export interface ClashReason {
  readonly path: string;
  readonly because: readonly [ChangeReason, ChangeReason];
}

export interface ClashOptions {
  /** Pairs below it are not told. */
  readonly atLeast?: number;
  readonly most?: number;
  readonly ignoreCase?: boolean;
}

/** Where precision and recall were about the same on the histories that it was chosen on. */
export const worthTelling = 0.3;

const mostPairs = 20;
const mostPaths = 5;
/** Files that change together are one reason rather than many. */
const mostReasons = 3;
/** Pairs and paths that are looked at, so that an answer never takes long; files that few nodes may change come first. */
const mostSteps = 200_000;
const mostMeetings = 10_000;
/** Nobody knows which of the files that are not there yet will be made, unless both name one. */
const inNewFile = 0.6;
/** A file that so little speaks for is no reason. */
const leastLikely = 0.02;

/** Pairs of nodes that may run at the same time and are likely to change the same files, the likeliest first. */
export function clashesLikely(
  nodes: readonly ClaimingNode[],
  known: Known,
  { atLeast = worthTelling, most = mostPairs, ignoreCase = false }: ClashOptions = {},
): readonly LikelyClash[] {
  const claims = new Claims(nodes, ignoreCase);
  const changes = claims.filesIn(known.graph).map((files) => likelyChanges(files, known));
  const pairs = sharedPaths(changes);
  for (const { a, b, witness, isNamed } of claims.meetings(mostMeetings)) {
    const pair = pairs.get(a, b);
    if (pair.some(({ isClaimed }) => isClaimed)) continue;
    // They meet only in files that are not there yet.
    const likely = isNamed ? 1 : inNewFile;
    for (const number of [a, b]) changes[number]?.set(witness, { likely, why: { by: "claim" } });
    pair.push({ path: witness, likely: likely * likely, isClaimed: true });
  }
  const order = new NodeOrder(nodes);
  return [...pairs.all()]
    .map(({ a, b, paths }) => ({ a, b, paths, score: scoreOf(paths) }))
    .filter(({ a, b, score }) => score >= atLeast && score > 0 && !order.isOrdered(a, b))
    .sort((x, y) => y.score - x.score || x.a - y.a || x.b - y.b)
    .slice(0, most)
    .flatMap(({ a, b, paths, score }) => {
      const [one, other] = [nodes[a], nodes[b]];
      if (!one || !other) return [];
      paths.sort((x, y) => y.likely - x.likely || (x.path < y.path ? -1 : 1));
      const why = paths.slice(0, mostReasons).flatMap(({ path }): ClashReason[] => {
        const [x, y] = [changes[a]?.get(path), changes[b]?.get(path)];
        return x && y ? [{ path, because: [x.why, y.why] }] : [];
      });
      const named = paths.slice(0, mostPaths).map(({ path }) => path);
      return [{ nodes: [one.id, other.id] as const, paths: named, why, score: Math.round(score * 100) / 100 }];
    });
}

interface SharedPath {
  readonly path: string;
  /** How likely both change it. */
  readonly likely: number;
  /** Whether both claim it. */
  readonly isClaimed: boolean;
}

type Expected = ReadonlyMap<string, LikelyChange>;

function sharedPaths(changes: readonly Expected[]): Pairs {
  const byPath = new Map<string, { readonly number: number; readonly change: LikelyChange }[]>();
  for (const [number, expected] of changes.entries())
    for (const [path, change] of expected) {
      if (change.likely < leastLikely) continue;
      const others = byPath.get(path);
      if (others) others.push({ number, change });
      else byPath.set(path, [{ number, change }]);
    }
  const pairs = new Pairs(changes.length);
  let steps = 0;
  for (const [path, some] of [...byPath].sort(([, a], [, b]) => a.length - b.length)) {
    steps += (some.length * (some.length - 1)) / 2;
    if (steps > mostSteps) break;
    for (const [place, a] of some.entries())
      for (const b of some.slice(place + 1)) {
        const likely = a.change.likely * b.change.likely;
        const isClaimed = a.change.why.by === "claim" && b.change.why.by === "claim";
        pairs.get(a.number, b.number).push({ path, likely, isClaimed });
      }
  }
  return pairs;
}

/** How likely one at least of the likeliest paths is changed by both. */
function scoreOf(paths: readonly SharedPath[]): number {
  const best = paths.map(({ likely }) => likely).sort((x, y) => y - x);
  return 1 - best.slice(0, mostReasons).reduce((none, likely) => none * (1 - likely), 1);
}

class Pairs {
  readonly #size: number;
  readonly #paths = new Map<number, SharedPath[]>();

  constructor(size: number) {
    this.#size = size;
  }

  get(a: number, b: number): SharedPath[] {
    const key = Math.min(a, b) * this.#size + Math.max(a, b);
    const known = this.#paths.get(key);
    if (known) return known;
    const fresh: SharedPath[] = [];
    this.#paths.set(key, fresh);
    return fresh;
  }

  *all(): Iterable<{ readonly a: number; readonly b: number; readonly paths: SharedPath[] }> {
    for (const [key, paths] of this.#paths) yield { a: Math.floor(key / this.#size), b: key % this.#size, paths };
  }
}
