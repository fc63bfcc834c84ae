import { nodeKey } from "../core/ids.ts";
import type { Held } from "../core/locks/locks.ts";
import { attemptOf } from "../core/node/node.ts";
import { nodeByKey, type Workspace } from "../core/workspace.ts";
import type { ClaimChange, ClaimRow } from "../log/port.ts";

/** Keeps the claim table equal to the locks, so that short-lived commands can read it without folding the log. */
export class ClaimRows {
  readonly #known = new Map<string, ReadonlySet<string>>();

  /** What has to change in the table after events about these nodes. */
  changed(workspace: Workspace, nodes: readonly (string | undefined)[]): readonly ClaimChange[] {
    return [...new Set(nodes)].flatMap((key) => (key === undefined ? [] : this.#ofNode(workspace, key)));
  }

  #ofNode(workspace: Workspace, key: string): readonly ClaimChange[] {
    const rows = (workspace.locks.held.get(key) ?? []).flatMap((held) => rowOf(workspace, key, held));
    const before = this.#known.get(key) ?? new Set();
    const after = new Set(rows.map(({ id }) => id));
    if (after.size > 0) this.#known.set(key, after);
    else this.#known.delete(key);
    return [
      ...[...before].filter((id) => !after.has(id)).map((drop) => ({ drop })),
      ...rows.filter(({ id }) => !before.has(id)).map((put) => ({ put })),
    ];
  }
}

function rowOf(workspace: Workspace, key: string, held: Held): readonly ClaimRow[] {
  const node = nodeByKey(workspace, key);
  const attempt = node && attemptOf(node);
  if (!attempt) return [];
  const { by, mode, pattern, since } = held;
  return [
    {
      id: `${nodeKey(by)}/${attempt.attempt}/${attempt.slot} ${mode} ${pattern}`,
      ...by,
      attempt: attempt.attempt,
      agent: attempt.agent,
      mode,
      pattern,
      slot: attempt.slot,
      since,
    },
  ];
}
