import { type AttemptRef, type CommitId, nodeKey, type SlotName, type TreeId } from "../../core/ids.ts";
import { attemptOf, type Node, workedOn } from "../../core/node/node.ts";
import { nodeByKey, type Workspace } from "../../core/workspace.ts";

/** An attempt that has not landed, and where its changes are. */
export interface LiveWork {
  readonly by: AttemptRef;
  readonly key: string;
  /** The branch that its plan is for: work for different ones never meets. */
  readonly target: string;
  /** Whether its agent can still change it; work that waits in the train is only what others may clash with. */
  readonly isOpen: boolean;
  /** The commit that its changes are changes of. */
  readonly base: CommitId;
  readonly in: { readonly slot: SlotName } | HandedIn;
}

export interface HandedIn {
  readonly commit: CommitId;
  readonly tree: TreeId;
  readonly paths: readonly string[];
}

/** All work that may clash with other work, in the order in which clashes name it; none of a slot that is still being filled. */
export function liveWork(workspace: Workspace): readonly LiveWork[] {
  const works = [...workspace.agents.values()].flatMap(({ name, nodes }) =>
    [...nodes].flatMap((key) => {
      const node = nodeByKey(workspace, key);
      const attempt = node && attemptOf(node);
      const target = node && workspace.plans.get(node.plan)?.header.target;
      if (!node || target === undefined || attempt?.agent !== name) return [];
      const { plan, node: id, attempt: number } = attempt;
      const by = { plan, node: id, attempt: number };
      const found = contentOf(node);
      return found
        ? [{ by, key: `${nodeKey(by)}/${number}`, target, isOpen: workedOn(node) !== undefined, ...found }]
        : [];
    }),
  );
  return works.sort((a, b) => (nodeKey(a.by) < nodeKey(b.by) ? -1 : 1));
}

function contentOf(node: Node): Pick<LiveWork, "base" | "in"> | undefined {
  const attempt = workedOn(node);
  if (attempt?.slotReady) return { base: attempt.base, in: { slot: attempt.slot } };
  const { state } = node;
  // What came back is as it was handed in until its agent asks for it.
  const submission = state.is === "submitted" || state.is === "rework" ? state.submission : undefined;
  if (!submission) return undefined;
  const { base, commit, tree, paths } = submission;
  return { base, in: { commit, tree, paths } };
}
