import type { SlotName } from "../../core/ids.ts";
import type { SlotState } from "../../core/slots.ts";
import type { Hands } from "../hands.ts";
import { processesStayingIn } from "../liveness/processes-in.ts";
import { parkRef } from "../refs.ts";
import type { SlotDamage } from "../slots/slot-broken.ts";

export function hasRetiredSlots({ manager }: Hands): boolean {
  for (const state of manager.workspace.slots.byName.values()) if (state.is === "retiring") return true;
  return false;
}

/** Most of the work is git's, and who waits for a slot meanwhile makes a new one, which costs more than emptying one. */
const emptiedAtOnce = 4;

/** Empties the slots whose attempts are over: what is in them beyond what was handed in is parked first. */
export async function emptyRetiredSlots(hands: Hands): Promise<void> {
  const { manager } = hands;
  const waiting = [...manager.workspace.slots.byName.keys()];
  const emptyOneByOne = async () => {
    for (let slot = waiting.shift(); slot !== undefined; slot = waiting.shift()) {
      const state = manager.workspace.slots.byName.get(slot);
      if (state?.is === "retiring") await retire(hands, slot, state);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: emptiedAtOnce }, emptyOneByOne));
  for (const one of ended) if (one.status === "rejected") throw one.reason;
}

async function retire(hands: Hands, slot: SlotName, state: SlotState & { is: "retiring" }): Promise<void> {
  const { slots, manager } = hands;
  const { base, safe, by, unfilled } = state;
  if (unfilled) {
    // Parked as changes of a base that it never wholly stood on, it would undo what has landed.
    await manager.execute({ type: "QuarantineSlot", slot, why: "its attempt ended before it was prepared" });
    return;
  }
  // Looked for before the content is read: what is written from then on is in the folder that is put aside.
  const running = await processesStayingIn(slots.pathOf(slot));
  if (safe !== undefined && (await slots.stillHolds({ name: slot, base, tree: safe }))) {
    await manager.execute({ type: "RetireSlot", slot, leftOut: [], running });
    return;
  }
  const found = await slots.snapshot({ name: slot, base });
  if (found.is === "gone") {
    await manager.execute({ type: "QuarantineSlot", slot, why: "its folder is gone" });
    return;
  }
  const nothingMore =
    found.head === undefined && found.stash.length === 0 && found.nested.length === 0 && found.unreadable.length === 0;
  if (nothingMore && !found.damage && (found.tree === safe || found.changes.length === 0)) {
    await manager.execute({ type: "RetireSlot", slot, leftOut: [], running });
    return;
  }
  const parked = await slots.park({ name: slot, base, refPrefix: parkRef(by), message: `What was left in ${slot}` });
  if (parked.is === "gone" || parked.damage) {
    await manager.execute({ type: "QuarantineSlot", slot, why: damagedBy[parked.damage ?? "missing"] });
    return;
  }
  const leftOut = parked.leftOut.map(({ path, problem }) => `${path} (${problem})`);
  const work = { ref: parked.ref, commit: parked.commit, plan: by.plan, node: by.node, attempt: by.attempt };
  await manager.execute({ type: "RetireSlot", slot, parked: work, leftOut, running });
}

/** What its user did to a slot; the work in it was handed in or parked before. */
const damagedBy: Readonly<Record<SlotDamage, string>> = {
  missing: "its folder is gone",
  not_a_folder: "something else is in the place of its folder",
  git_file_missing: "its user deleted its .git",
  git_file_replaced: "its user put something else in place of its .git",
  registration_missing: "git no longer knows of it: its registration was deleted",
  registration_changed: "its registration with git was changed",
  name_taken: "something else has its name",
  cannot_clean: "it could not be cleaned",
};
