import type { RefName, SlotName } from "../../core/ids.ts";
import { isRefusal } from "../../core/refusal.ts";
import type { SlotState } from "../../core/slots.ts";
import { deleteRefs, listRefs, type Ref } from "../git/refs.ts";
import type { Hands } from "../hands.ts";
import { parkRef } from "../refs.ts";

export interface Garbage {
  readonly slots: readonly SlotName[];
  readonly refs: readonly RefName[];
  /** What was left, with the reason. */
  readonly kept: readonly string[];
}

/**
 * Removes slots that are put aside or beyond what the config keeps, and refs and gates' outputs of plans that have landed.
 * Parked work stays.
 */
export async function collectGarbage(hands: Hands, { dryRun }: { readonly dryRun: boolean }): Promise<Garbage> {
  await hands.manager.refresh();
  const kept: string[] = [];
  const slots: SlotName[] = [];
  for (const [slot, state] of superfluousSlots(hands)) {
    const reason = dryRun ? undefined : await removeSlot(hands, slot, state);
    if (reason) kept.push(`${slot}: ${reason}`);
    else slots.push(slot);
  }
  const refs = await refsOfLandedPlans(hands);
  if (!dryRun) {
    await deleteRefs(hands.git, refs);
    await removeLandedLogs(hands);
  }
  return { slots, refs: refs.map(({ name }) => name), kept };
}

/** Removes one of the free slots beyond what the config keeps, if there is one: many agents at once leave many behind. */
export async function removeSurplusSlot(hands: Hands): Promise<void> {
  const [surplus] = surplusSlots(hands);
  if (surplus) await removeSlot(hands, ...surplus);
}

/** Deletes the refs of submissions and candidates of plans that have landed: the target has all of it. */
export async function deleteLandedRefs(hands: Hands): Promise<void> {
  await deleteRefs(hands.git, await refsOfLandedPlans(hands));
}

/** What gates printed about plans that have landed, or that nobody knows. */
async function removeLandedLogs({ manager, removeLogs }: Hands): Promise<void> {
  await removeLogs((plan) => {
    const status = manager.workspace.plans.get(plan)?.status.is;
    return status === undefined || status === "landed";
  });
}

function superfluousSlots(hands: Hands): readonly (readonly [SlotName, SlotState])[] {
  const all = [...hands.manager.workspace.slots.byName];
  return [...all.filter(([, { is }]) => is === "quarantined"), ...surplusSlots(hands)];
}

function surplusSlots({ manager, config }: Hands): readonly (readonly [SlotName, SlotState])[] {
  const free = [...manager.workspace.slots.byName].filter(([, { is }]) => is === "free");
  return free.slice(config.worktree.slots);
}

/** Parks what is still in the slot before it goes; returns why it could not go. */
async function removeSlot(hands: Hands, slot: SlotName, state: SlotState): Promise<string | undefined> {
  const { slots, manager } = hands;
  if (state.is === "free") {
    // It may have been handed out since it was looked at, and what its agent did there must not go.
    const answer = await manager.execute({ type: "QuarantineSlot", slot, why: "the pool has enough", ifFree: true });
    if (isRefusal(answer)) return "it is in use again";
  }
  const registered = (await slots.list()).find(({ name }) => name === slot);
  if (registered?.head) {
    if (state.is === "quarantined") {
      const parked = await slots.park({
        name: slot,
        base: registered.head,
        refPrefix: parkRef(state.by),
        message: `What was left in ${slot}`,
      });
      if (parked.is === "parked" && parked.leftOut.length > 0)
        return `could not keep ${parked.leftOut.map(({ path }) => path).join(", ")}`;
    }
    const removed = await slots.remove({ name: slot, base: registered.head, force: true });
    if (!removed.removed) return removed.because;
  }
  await manager.execute({ type: "ForgetSlot", slot });
  return undefined;
}

async function refsOfLandedPlans({ git, manager }: Hands): Promise<readonly Ref[]> {
  const { plans } = manager.workspace;
  const refs = await listRefs(git, ["refs/interlock/nodes/", "refs/interlock/candidates/"]);
  return refs.filter(({ name }) => plans.get(name.split("/")[3] ?? "")?.status.is === "landed");
}
