import type { NodeRef } from "../core/ids.ts";
import { findNode } from "../core/workspace.ts";
import type { GitCommand } from "./git/runner.ts";
import type { Hands } from "./hands.ts";

/** A path that a submission changes, with the lines it adds and takes out; without them for what is no text. */
export interface ChangedLines {
  readonly path: string;
  readonly added?: number;
  readonly removed?: number;
}

/** What a node that waits in the train changes; nothing for others, or when its objects are gone. */
export async function submittedChanges(
  { git, manager }: Hands,
  { plan, node: id }: NodeRef,
): Promise<readonly ChangedLines[]> {
  const node = findNode(manager.workspace, plan, id);
  const submission = node?.state.is === "submitted" ? node.state.submission : undefined;
  if (!submission) return [];
  return git.run(changedLines(submission.base, submission.commit));
}

/** Which lines differ between two commits; nothing when one of them is not there any more. */
function changedLines(from: string, to: string): GitCommand<readonly ChangedLines[]> {
  return {
    args: ["diff-tree", "-r", "--no-renames", "--numstat", "-z", from, to],
    okCodes: [0, 128],
    parse: ({ stdout, exitCode }) => (exitCode === 0 ? stdout.toString("utf8").split("\0").flatMap(lineCount) : []),
  };
}

function lineCount(record: string): readonly ChangedLines[] {
  const [, added, removed, path] = /^(\d+|-)\t(\d+|-)\t([\s\S]+)$/.exec(record) ?? [];
  if (path === undefined) return [];
  return added === "-" ? [{ path }] : [{ path, added: Number(added), removed: Number(removed) }];
}
