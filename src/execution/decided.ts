import { type NodeRef, nodeKey } from "../core/ids.ts";
import type { Conflict } from "../core/speculation/conflicts.ts";
import type { Hands } from "./hands.ts";

/** What was decided where a node could not be as it was together with something else. */
export interface DecidedAbout {
  readonly conflict: string;
  /** How the conflict was described, as far as it is short. */
  readonly about: string;
  /** In the words of those who decided; empty where nothing was said. */
  readonly decision: string;
  /** The nodes that stay as they are. */
  readonly keeps: readonly string[];
}

/** No node has more that is of use to who goes on with it. */
const mostDecisions = 5;

const mostCharacters = 600;

/** The decisions about a node, the newest first: whoever goes on with it was perhaps not there. */
export async function decidedAbout(hands: Hands, ref: NodeRef): Promise<readonly DecidedAbout[]> {
  const key = nodeKey(ref);
  const isOurs = (nodes: readonly NodeRef[]) => nodes.some((one) => nodeKey(one) === key);
  const { conflicts, convergences } = hands.manager.workspace.speculation;
  const reworked = new Set([...convergences.values()].flatMap((one) => (isOurs(one.rework) ? one.conflicts : [])));
  const found: DecidedAbout[] = [];
  for (const conflict of [...conflicts.values()].reverse()) {
    if (found.length === mostDecisions) break;
    if (isOurs(conflict.nodes) || reworked.has(conflict.id)) found.push(...(await decisionOf(hands, conflict)));
  }
  return found;
}

async function decisionOf({ manager }: Hands, { id, at, state }: Conflict): Promise<readonly DecidedAbout[]> {
  if (state.is !== "resolved") return [];
  const read = async (position: number) => (await manager.log.read(manager.stream, position - 1, 1))[0]?.event;
  const [opened, resolved] = [await read(at), await read(state.at)];
  if (opened?.type !== "ConflictOpened" || resolved?.type !== "ConflictResolved") return [];
  const about = opened.description.slice(0, mostCharacters);
  const decision = resolved.decision.slice(0, mostCharacters);
  return [{ conflict: id, about, decision, keeps: resolved.keeps.map(nodeKey) }];
}
