import { fromSections, toSections } from "../../src/core/snapshot.ts";
import type { Workspace } from "../../src/core/workspace.ts";

/** A workspace as its snapshot brings it back. */
export function restored(workspace: Workspace): Workspace {
  const back = fromSections(toSections(workspace), workspace.position);
  if (!back) throw new Error("This program does not read its own snapshot");
  return back;
}
