import { openConvergences } from "../../core/speculation/convergences.ts";
import type { Hands } from "../hands.ts";

/** Moves convergences on whose deadline has passed; the core says what follows. */
export async function moveOverdueOn({ manager, clock }: Hands): Promise<void> {
  const now = Math.max(manager.workspace.now, clock.now());
  const overdue = [...openConvergences(manager.workspace)].filter(
    ({ state }) => state.due !== undefined && state.due <= now,
  );
  for (const { id } of overdue) await manager.execute({ type: "MoveConvergenceOn", convergence: id });
}
