import { Claims } from "./claims.ts";
import type { ClaimingNode } from "./clashes.ts";
import type { Known } from "./impact-index.ts";
import { NodeOrder } from "./node-order.ts";

/** A file of one node imports what another node may change at the same time. */
export interface CrossingImport {
  readonly node: string;
  readonly file: string;
  readonly imports: string;
  readonly changedBy: string;
  /** What others can import from it, as far as that is read; none where nobody knows. */
  readonly exports: readonly string[];
}

/** What only a wide pattern covers will hardly be changed. */
const surely = 0.5;
/** Files that are looked at, so that an answer never takes long. */
const mostFiles = 20_000;

/** Imports that cross from one node's claims into another's, where neither comes after the other; each pair of nodes and file once. */
export function crossingImports(
  nodes: readonly ClaimingNode[],
  known: Known,
  { most, ignoreCase }: { readonly most: number; readonly ignoreCase: boolean },
): readonly CrossingImport[] {
  const { graph } = known;
  const claimed = new Claims(nodes, ignoreCase).filesIn(graph);
  const changers = new Map<string, number[]>();
  for (const [number, files] of claimed.entries())
    for (const [path, share] of files) if (share >= surely) changers.set(path, [...(changers.get(path) ?? []), number]);
  const order = new NodeOrder(nodes);
  const found = new Map<string, CrossingImport>();
  let left = mostFiles;
  for (const [a, files] of claimed.entries())
    for (const [file, share] of files) {
      if (share < surely) continue;
      left -= 1;
      if (left < 0 || found.size >= most) return [...found.values()];
      for (const imports of graph.importsOf(file)) {
        // What both may change is a clash.
        if (files.has(imports)) continue;
        for (const b of changers.get(imports) ?? []) {
          const [one, other, key] = [nodes[a], nodes[b], `${a} ${b} ${imports}`];
          if (!one || !other || found.has(key) || order.isOrdered(a, b)) continue;
          const exports = [...(graph.exportsOf(imports) ?? [])].filter((name) => !name.startsWith("* "));
          found.set(key, { node: one.id, file, imports, changedBy: other.id, exports });
        }
      }
    }
  return [...found.values()];
}
