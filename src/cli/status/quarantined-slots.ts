import type { Workspace } from "../../core/workspace.ts";
import type { Query } from "../../tools/views/query.ts";

/** A worktree that was put aside instead of being used again, and why. */
export interface QuarantinedSlot {
  readonly slot: string;
  readonly plan?: string;
  readonly node?: string;
  readonly why: string;
}

export function quarantinedSlots({ slots }: Workspace, { plan }: Pick<Query, "plan">): readonly QuarantinedSlot[] {
  return [...slots.byName].flatMap(([slot, state]) => {
    if (state.is !== "quarantined" || (plan !== undefined && state.by?.plan !== plan)) return [];
    return [{ slot, ...(state.by ? { plan: state.by.plan, node: state.by.node } : {}), why: state.why }];
  });
}
