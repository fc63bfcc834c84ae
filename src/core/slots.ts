import type { AttemptRef, CommitId, NodeId, PlanId, SlotName, TreeId } from "./ids.ts";
import type { ParkedWork } from "./node/node-events.ts";

/** A slot is free to be moved along, in an attempt's hands, being emptied, or put aside for good. */
export type SlotState =
  /** `by` had it last. */
  | { readonly is: "free"; readonly by: AttemptRef }
  | { readonly is: "preparing"; readonly by: AttemptRef }
  | { readonly is: "held"; readonly by: AttemptRef }
  | {
      readonly is: "retiring";
      readonly by: AttemptRef;
      readonly then: "free" | "quarantined";
      /** What the slot stands on, and the tree of it that is safe already because it was handed in. */
      readonly base: CommitId;
      readonly safe?: TreeId;
      /** Its attempt ended before it was prepared: what is in it is nobody's work, and somebody may still be filling it. */
      readonly unfilled?: boolean;
    }
  | { readonly is: "quarantined"; readonly by: AttemptRef; readonly why: string };

export interface Slots {
  readonly byName: Map<SlotName, SlotState>;
  /** Numbers are never used again, so that a quarantined folder is never anybody else's. */
  lastNumber: number;
}

export type SlotEvent =
  | {
      readonly type: "SlotPrepared";
      readonly plan: PlanId;
      readonly node: NodeId;
      readonly attempt: number;
      readonly slot: SlotName;
    }
  /** The slot could not be made or moved; the attempt goes on in a new one. */
  | {
      readonly type: "SlotReplaced";
      readonly plan: PlanId;
      readonly node: NodeId;
      readonly attempt: number;
      readonly slot: SlotName;
      readonly broken: SlotName;
      readonly why: string;
    }
  | { readonly type: "SlotFreed"; readonly slot: SlotName }
  | { readonly type: "SlotQuarantined"; readonly slot: SlotName; readonly why: string }
  | { readonly type: "SlotRemoved"; readonly slot: SlotName };

export type SlotCommand =
  | (AttemptRef & { readonly type: "ReportSlot"; readonly slot: SlotName })
  | (AttemptRef & { readonly type: "ReplaceSlot"; readonly broken: SlotName; readonly why: string })
  | {
      readonly type: "RetireSlot";
      readonly slot: SlotName;
      readonly parked?: ParkedWork & AttemptRef;
      readonly leftOut: readonly string[];
      /** What the attempt's agent left running there, which may write into it at any time. */
      readonly running?: readonly string[];
    }
  /** With `ifFree` only while nobody has it: from then on nobody gets it. */
  | { readonly type: "QuarantineSlot"; readonly slot: SlotName; readonly why: string; readonly ifFree?: true }
  | { readonly type: "ForgetSlot"; readonly slot: SlotName };

export function noSlots(): Slots {
  return { byName: new Map(), lastNumber: 0 };
}

/** Which slot the next attempt gets: a free one that only has to be moved along, else one that has to be made. */
export function nextSlot(slots: Slots): { readonly slot: SlotName; readonly fresh: boolean } {
  for (const [slot, state] of slots.byName) if (state.is === "free") return { slot, fresh: false };
  return newSlot(slots);
}

export function newSlot(slots: Slots): { readonly slot: SlotName; readonly fresh: true } {
  return { slot: `s${slots.lastNumber + 1}`, fresh: true };
}

export function takeSlot(slots: Slots, slot: SlotName, by: AttemptRef): void {
  slots.byName.set(slot, { is: "preparing", by: attemptOf(by) });
  slots.lastNumber = Math.max(slots.lastNumber, Number(slot.slice(1)));
}

/** Whether an attempt has a slot, prepared or not. */
export function isInHands(slots: Slots, slot: SlotName, { plan, node, attempt }: AttemptRef): boolean {
  const state = slots.byName.get(slot);
  if (state?.is !== "preparing" && state?.is !== "held") return false;
  return state.by.plan === plan && state.by.node === node && state.by.attempt === attempt;
}

/** The attempt is over: its slot is emptied by the steward and then used again, or put aside. */
export function retireSlot(
  slots: Slots,
  slot: SlotName,
  by: AttemptRef,
  then: "free" | "quarantined",
  content: { readonly base: CommitId; readonly safe?: TreeId; readonly unfilled?: boolean },
): void {
  slots.byName.set(slot, { is: "retiring", by: attemptOf(by), then, ...content });
}

export function evolveSlots(slots: Slots, event: SlotEvent): void {
  switch (event.type) {
    case "SlotPrepared":
      slots.byName.set(event.slot, { is: "held", by: attemptOf(event) });
      return;
    case "SlotReplaced":
      if (slots.byName.has(event.broken))
        slots.byName.set(event.broken, { is: "quarantined", by: attemptOf(event), why: event.why });
      takeSlot(slots, event.slot, attemptOf(event));
      return;
    case "SlotFreed": {
      const state = slots.byName.get(event.slot);
      if (state) slots.byName.set(event.slot, { is: "free", by: state.by });
      return;
    }
    case "SlotQuarantined": {
      const state = slots.byName.get(event.slot);
      if (state) slots.byName.set(event.slot, { is: "quarantined", by: state.by, why: event.why });
      return;
    }
    case "SlotRemoved":
      slots.byName.delete(event.slot);
      return;
  }
}

function attemptOf({ plan, node, attempt }: AttemptRef): AttemptRef {
  return { plan, node, attempt };
}
