import { commitTree } from "../git/objects.ts";
import type { Git } from "../git/runner.ts";
import { findAgentCommits, findSlotStash } from "./agent-traces.ts";
import { type BytePath, toText } from "./byte-path.ts";
import { parkNested } from "./park-nested.ts";
import { keepOnRef } from "./parked-ref.ts";
import type { SlotDamage } from "./slot-broken.ts";
import { inspectSlot, type SlotPlace } from "./slot-place.ts";
import { readSlotFiles } from "./snapshot.ts";
import type { Layouts } from "./tree-layout.ts";
import type { Unreadable } from "./update-index.ts";

/** What to park, and where. */
export interface ParkRequest {
  readonly name: string;
  readonly base: string;
  /** Like `refs/interlock/parked/<plan>/<node>/<attempt>`; all refs are below it. */
  readonly refPrefix: string;
  readonly message?: string;
}

/** A further ref made while parking: commits of the agent, stash entries, nested repositories. */
export interface ExtraRef {
  readonly ref: string;
  readonly oid: string;
  readonly what: "commits" | "stash" | "nested";
  /** The nested repository's folder; `.` is the slot's own. */
  readonly path?: string;
}

/** Parked work, or that there was no folder to park. */
export type ParkedSlot =
  | { readonly is: "gone"; readonly damage: SlotDamage; readonly extraRefs: readonly ExtraRef[] }
  | {
      readonly is: "parked";
      readonly ref: string;
      readonly commit: string;
      readonly tree: string;
      readonly extraRefs: readonly ExtraRef[];
      /** What no ref holds: the slot must be quarantined while this is not empty. */
      readonly leftOut: readonly Unreadable[];
      readonly damage: SlotDamage | undefined;
    };

/** Makes what is in a slot reachable from refs, the same content from the same ref, and names the rest. [G3] */
export async function parkSlot(
  git: Git,
  place: SlotPlace,
  request: ParkRequest,
  layouts: Layouts,
): Promise<ParkedSlot> {
  const damage = inspectSlot(place);
  const traces = await parkTraces(git, place, request);
  if (damage === "missing" || damage === "not_a_folder") return { is: "gone", damage, extraRefs: traces };
  const files = await readSlotFiles(git, place, request.base, layouts);
  // The root's `.git` is a nested repository like any other once it is not our file.
  const own = damage === "git_file_replaced" ? ["" as BytePath] : [];
  const nested = await parkNestedOnes(git, place, request.refPrefix, [
    ...files.nested.map((path) => ({ path, withFiles: true })),
    ...[...own, ...files.overlaid].map((path) => ({ path, withFiles: false })),
  ]);
  const message = request.message ?? `Parked work of slot ${place.name}`;
  const kept = await keepOnRef(git, `${request.refPrefix}/work`, files.tree, () =>
    commitTree(git, { tree: files.tree, parents: [request.base], message }),
  );
  return {
    is: "parked",
    ref: kept.ref,
    commit: kept.oid,
    tree: files.tree,
    extraRefs: [...traces, ...nested.refs],
    leftOut: [...files.unreadable, ...nested.leftOut],
    damage,
  };
}

async function parkTraces(git: Git, place: SlotPlace, request: ParkRequest): Promise<readonly ExtraRef[]> {
  const [commits, stash] = await Promise.all([
    findAgentCommits(git, place, request.base),
    findSlotStash(git, place, request.base),
  ]);
  const refs: ExtraRef[] = [];
  for (const [what, ids] of [
    ["commits", commits],
    ["stash", stash],
  ] as const) {
    for (const id of ids) refs.push({ what, ...(await keepOnRef(git, `${request.refPrefix}/${what}`, id)) });
  }
  return refs;
}

async function parkNestedOnes(
  git: Git,
  place: SlotPlace,
  refPrefix: string,
  found: readonly { readonly path: BytePath; readonly withFiles: boolean }[],
): Promise<{ readonly refs: readonly ExtraRef[]; readonly leftOut: readonly Unreadable[] }> {
  const refs: ExtraRef[] = [];
  const leftOut: Unreadable[] = [];
  for (const { path, withFiles } of found) {
    const name = path === "" ? "." : toText(path);
    try {
      const parked = await parkNested(git, place, path, { withFiles });
      leftOut.push(...parked.leftOut);
      if (parked.commit !== undefined) {
        refs.push({ what: "nested", path: name, ...(await keepOnRef(git, `${refPrefix}/nested`, parked.commit)) });
      }
    } catch (cause) {
      leftOut.push({ path: name, problem: cause instanceof Error ? cause.message : String(cause) });
    }
  }
  return { refs, leftOut };
}
