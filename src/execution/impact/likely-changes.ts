/** What work on some paths is likely to change beside them: what changed with them before, and who imports whom. */
import type { CoChange } from "./history/co-change.ts";
import type { ImportGraph } from "./import-graph.ts";

/** How likely a file is changed, and why. */
export interface LikelyChange {
  readonly likely: number;
  readonly why: ChangeReason;
}

export type ChangeReason =
  | { readonly by: "claim" }
  | { readonly by: "co-change"; readonly with: string; readonly together: number; readonly of: number }
  | { readonly by: "import"; readonly of: string }
  | { readonly by: "importer"; readonly of: string };

/** Files beyond which their neighbours are not looked at: a claim of so many says nothing of any. */
const mostSpread = 100;
/** What is named less surely than this is one of so many. */
const surelyEnough = 0.04;
const mostCompanions = 20;
const mostNeighbours = 40;

/**
 * How much the past says of the next change, and how likely who changes a file changes what it imports or who imports it. Chosen
 * with `npm run bench:predict -- --part tune` on five repositories, so that a score is about as often right as it says.
 */
const ofThePast = 0.6;
const throughImport = 0.02;

/** What work is likely to change that claims these files, each with how likely it changes it; the files themselves are in it. */
export function likelyChanges(
  claimed: ReadonlyMap<string, number>,
  { graph, together }: { readonly graph: ImportGraph; readonly together: CoChange },
): Map<string, LikelyChange> {
  const found = new Map<string, LikelyChange>();
  for (const [path, likely] of claimed) found.set(path, { likely, why: { by: "claim" } });
  const spreading = [...claimed].filter(([, share]) => share >= surelyEnough);
  if (spreading.length > mostSpread) return found;
  for (const [path, share] of spreading) {
    for (const { path: other, together: times, of, likely } of together.companionsOf(path, mostCompanions))
      add(found, other, {
        likely: likely * ofThePast * share,
        why: { by: "co-change", with: path, together: times, of },
      });
    for (const other of graph.importsOf(path).slice(0, mostNeighbours))
      add(found, other, { likely: throughImport * share, why: { by: "import", of: path } });
    for (const { path: other, among } of graph.importersOf(path).slice(0, mostNeighbours))
      add(found, other, { likely: (throughImport * share) / among, why: { by: "importer", of: path } });
  }
  return found;
}

/** Several reasons make a change likelier; the strongest is told. */
function add(found: Map<string, LikelyChange>, path: string, more: LikelyChange): void {
  const known = found.get(path);
  if (!known) found.set(path, more);
  else if (known.why.by !== "claim")
    found.set(path, {
      likely: 1 - (1 - known.likely) * (1 - more.likely),
      why: more.likely > known.likely ? more.why : known.why,
    });
}
