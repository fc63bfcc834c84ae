import type { AttemptRef } from "../core/ids.ts";
import type { Node } from "../core/node/node.ts";
import { reworkOrdered } from "../core/speculation/rework.ts";
import type { Hands } from "./hands.ts";
import { parkRef } from "./refs.ts";
import { keepOnRef } from "./slots/parked-ref.ts";

/** Keeps what was handed in before a decision sent it back, so that it can be tried after all when the decision turns out wrong. */
export async function keepYielded({ git, manager }: Hands, { state }: Node, attempt: AttemptRef): Promise<void> {
  if (state.is !== "rework" || state.reason !== "withdrawn") return;
  const [said] = await manager.log.read(manager.stream, state.saidAt - 1, 1);
  if (said?.event.type !== "NodeWithdrawn" || said.event.because !== reworkOrdered) return;
  await keepOnRef(git, `${parkRef(attempt)}/yielded`, state.submission.commit);
}
