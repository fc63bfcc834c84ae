import type { RefName, SlotName } from "../../core/ids.ts";
import type { SlotState } from "../../core/slots.ts";
import { listRefs, moveRef } from "../git/refs.ts";
import type { Hands } from "../hands.ts";
import { parkRef } from "../refs.ts";

export interface Garbage {
  readonly slots: readonly SlotName[];
  readonly refs: readonly RefName[];
  /** What was left, with the reason. */
  readonly kept: readonly string[];
}

/** Removes slots that are put aside or beyond what the config keeps, and refs of plans that have landed. Parked work stays. */
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
  if (!dryRun) for (const { name, oid } of refs) await moveRef(hands.git, { ref: name, from: oid, to: undefined });
  return { slots, refs: refs.map(({ name }) => name), kept };
}

function superfluousSlots({ manager, config }: Hands): readonly (readonly [SlotName, SlotState])[] {
  const all = [...manager.workspace.slots.byName];
  const free = all.filter(([, { is }]) => is === "free").slice(config.worktree.slots);
  return [...all.filter(([, { is }]) => is === "quarantined"), ...free];
}

/** Parks what is still in the slot before it goes; returns why it could not go. */
async function removeSlot(hands: Hands, slot: SlotName, state: SlotState): Promise<string | undefined> {
  const { slots, manager } = hands;
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

async function refsOfLandedPlans({ git, manager }: Hands) {
  const landed = [...manager.workspace.plans.values()].filter(({ status }) => status.is === "landed");
  const prefixes = landed.flatMap(({ id }) => [`refs/interlock/nodes/${id}/`, `refs/interlock/candidates/${id}/`]);
  return prefixes.length === 0 ? [] : listRefs(git, prefixes);
}
