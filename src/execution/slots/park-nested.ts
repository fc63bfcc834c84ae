import { createHash } from "node:crypto";
import { join } from "node:path";
import { GitFault } from "../git/git-fault.ts";
import { commitTree, parseId } from "../git/objects.ts";
import type { Git } from "../git/runner.ts";
import { bundleHistory } from "./bundle.ts";
import { type BytePath, toText } from "./byte-path.ts";
import { readNestedRepository } from "./nested-repository.ts";
import { readFiles } from "./read-files.ts";
import type { SlotPlace } from "./slot-place.ts";
import type { Unreadable } from "./update-index.ts";

/** Deeper nesting is left to people. */
const DEEPEST = 5;

/**
 * Makes a commit that holds a nested repository: `files` are its non-ignored files, `history.bundle` all its refs, `nested/…`
 * repositories inside it. The same content is the same commit. Undefined when there was nothing to keep.
 */
export async function parkNested(
  git: Git,
  place: SlotPlace,
  folder: BytePath,
  options: { readonly withFiles: boolean },
): Promise<{ readonly commit: string | undefined; readonly leftOut: readonly Unreadable[] }> {
  const { tree, leftOut } = await nestedTree(git, place, folder, options.withFiles, 1);
  if (tree === undefined) return { commit: undefined, leftOut };
  const message = `Parked nested repository ${folder === "" ? "." : toText(folder)}`;
  // A fixed date makes a second park of the same content the same commit.
  return { commit: await commitTree(git, { tree, parents: [], message, date: new Date(0) }), leftOut };
}

async function nestedTree(
  git: Git,
  place: SlotPlace,
  folder: BytePath,
  withFiles: boolean,
  depth: number,
): Promise<{ readonly tree: string | undefined; readonly leftOut: readonly Unreadable[] }> {
  const history = await readNestedRepository(place, folder);
  const leftOut: Unreadable[] = [];
  const bundle = history === undefined ? undefined : await bundleHistory(git, history).catch(leaveOutHistory);
  const entries = bundle === undefined ? [] : [`100644 blob ${bundle}\thistory.bundle`];
  function leaveOutHistory(cause: unknown): undefined {
    if (!(cause instanceof GitFault)) throw cause;
    leftOut.push({ path: `${toText(folder)}/.git`.replace(/^\//, ""), problem: cause.stderr.trim() });
  }
  if (withFiles) {
    const workTree = join(place.path, toText(folder));
    const files = await readFiles(git, { workTree, base: undefined, gitlinks: [] });
    entries.push(`040000 tree ${files.tree}\tfiles`);
    leftOut.push(...files.unreadable.map(({ path, problem }) => ({ path: `${toText(folder)}/${path}`, problem })));
    for (const inner of files.nested) {
      const path = `${folder}/${inner}` as BytePath;
      if (depth === DEEPEST) leftOut.push({ path: toText(path), problem: "nested too deep" });
      const found = depth === DEEPEST ? undefined : await nestedTree(git, place, path, true, depth + 1);
      if (found?.tree !== undefined) entries.push(`040000 tree ${found.tree}\tnested-${digest(inner)}`);
      leftOut.push(...(found?.leftOut ?? []));
    }
  }
  if (entries.length === 0) return { tree: undefined, leftOut };
  const tree = await git.run(
    { args: ["mktree", "-z"], parse: parseId },
    { stdin: entries.map((entry) => `${entry}\0`).join("") },
  );
  return { tree, leftOut };
}

function digest(path: BytePath): string {
  return createHash("sha256").update(path, "latin1").digest("hex").slice(0, 12);
}
