/** What is reported about slots: prepared, broken, emptied. A slot of unknown fate is put aside, never shared. */
import type { AttemptRef } from "./ids.ts";
import { workedOn } from "./node/node.ts";
import type { NodeEvent } from "./node/node-events.ts";
import type { Refusal } from "./refusal.ts";
import { isInHands, newSlot, type SlotCommand, type SlotEvent } from "./slots.ts";
import { findNode, type Workspace } from "./workspace.ts";

export function decideSlot(workspace: Workspace, command: SlotCommand): readonly (SlotEvent | NodeEvent)[] | Refusal {
  const state = workspace.slots.byName.get("slot" in command ? command.slot : command.broken);
  switch (command.type) {
    case "ReportSlot":
    case "ReplaceSlot": {
      const { plan, node, attempt } = command;
      const found = findNode(workspace, plan, node);
      const live = found && workedOn(found);
      if (live?.attempt !== attempt) return { refused: "outdated" };
      const by = { plan, node, attempt };
      if (command.type === "ReplaceSlot") {
        if (live.slot !== command.broken) return { refused: "outdated" };
        const { slot } = newSlot(workspace.slots);
        return [{ type: "SlotReplaced", ...by, slot, broken: command.broken, why: command.why }];
      }
      if (live.slot !== command.slot || live.slotReady) return { refused: "outdated" };
      if (!isInHands(workspace.slots, command.slot, by)) return { refused: "outdated" };
      return [{ type: "SlotPrepared", ...by, slot: command.slot }];
    }
    case "RetireSlot": {
      if (state?.is !== "retiring") return { refused: "outdated" };
      const { parked, leftOut, slot, running = [] } = command;
      if (parked && !isSame(parked, state.by)) return { refused: "outdated" };
      const kept: readonly NodeEvent[] = parked
        ? [
            {
              type: "WorkParked",
              plan: parked.plan,
              node: parked.node,
              attempt: parked.attempt,
              parked: { ref: parked.ref, commit: parked.commit },
              leftOut,
            },
          ]
        : [];
      const why = [
        ...(state.then === "quarantined" ? ["its attempt was ended from outside"] : []),
        ...(leftOut.length > 0 ? [`could not keep ${leftOut.join(", ")}`] : []),
        ...(running.length > 0 ? [`${running.join(", ")} still runs in it`] : []),
      ];
      return [
        ...kept,
        why.length > 0 ? { type: "SlotQuarantined", slot, why: why.join("; ") } : { type: "SlotFreed", slot },
      ];
    }
    case "QuarantineSlot":
      if (!state || state.is === "quarantined") return { refused: "outdated" };
      if (command.ifFree && state.is !== "free") return { refused: "outdated" };
      return [{ type: "SlotQuarantined", slot: command.slot, why: command.why }];
    case "ForgetSlot":
      if (state?.is !== "quarantined" && state?.is !== "free") return { refused: "outdated" };
      return [{ type: "SlotRemoved", slot: command.slot }];
  }
}

function isSame(a: AttemptRef, b: AttemptRef): boolean {
  return a.plan === b.plan && a.node === b.node && a.attempt === b.attempt;
}
