/** What has been shown to agents of their news; how far, each has a cell of its own. */
import type { AgentName } from "../core/ids.ts";
import { asksSomething, type Notice, positionOf, unread } from "../core/notices.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Hands } from "./hands.ts";

/** The next news of an agent; what was taken counts as shown. */
export async function takeNotices(
  { manager }: Hands,
  agent: AgentName,
  most: number,
): Promise<{ readonly notices: readonly Notice[]; readonly more: number }> {
  const { log, stream } = manager;
  const all = manager.workspace.agents.get(agent)?.notices;
  if (!all || all.size === 0) return { notices: [], more: 0 };
  const shown = await log.readCell(stream, cellOf(agent));
  const fresh = unread(all, Number(shown ?? 0));
  const notices = fresh.slice(0, most);
  const last = notices.at(-1);
  // A second call at the same moment may show the same news again, which does no harm.
  if (last) await log.swapCell(stream, cellOf(agent), shown, String(positionOf(last.id)));
  return { notices, more: fresh.length - notices.length };
}

/** The news of an agent that no reply has shown it. */
export async function unreadBy({ manager }: Hands, agent: AgentName): Promise<readonly Notice[]> {
  const all = manager.workspace.agents.get(agent)?.notices;
  return all ? unread(all, Number((await manager.log.readCell(manager.stream, cellOf(agent))) ?? 0)) : [];
}

/** Looks whether something is asked of an agent that no reply has shown it: who waits then would keep others waiting. */
export async function lookForQuestions(
  { manager }: Hands,
  agent: AgentName,
): Promise<(workspace: Workspace) => boolean> {
  const shown = Number((await manager.log.readCell(manager.stream, cellOf(agent))) ?? 0);
  return ({ agents }) => {
    const all = agents.get(agent)?.notices;
    return all !== undefined && unread(all, shown).some(asksSomething);
  };
}

function cellOf(agent: AgentName): string {
  return `seen/${agent}`;
}
