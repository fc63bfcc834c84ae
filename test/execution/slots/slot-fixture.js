import { join } from "node:path";
import { discoverRepository } from "../../../src/execution/git/discover.js";
import { defaultSlotFolder } from "../../../src/execution/slots/slot-folder.js";
import { createSlots } from "../../../src/execution/slots/slots.js";
import { temporaryRepository } from "../git/temporary-repository.js";
export async function slotFixture(files, options = {}) {
  const repo = temporaryRepository(files);
  const found = await discoverRepository(repo.root);
  if (found === undefined) throw new Error("no repository");
  const slots = createSlots({ git: repo.git, root: repo.root, folder: defaultSlotFolder(found), ...options });
  const base = repo.sh(["rev-parse", "HEAD"]);
  return {
    ...repo,
    slots,
    base,
    slot: async (name = "s1", at = base) => (await slots.prepare({ name, base: at, fresh: true, keep: [] })).path,
    snapshot: async (name = "s1", at = base) => {
      const result = await slots.snapshot({ name, base: at });
      if (result.is !== "snapshot") throw new Error(`slot is gone: ${result.damage}`);
      return result;
    },
    treeOf: (tree) =>
      repo
        .sh(["-c", "core.quotePath=false", "ls-tree", "-r", tree])
        .split("\n")
        .filter(Boolean)
        .map((line) => `${line.slice(0, 6)} ${line.slice(line.indexOf("\t") + 1)}`),
  };
}
export function registrationOf(fixture, name = "s1") {
  return join(fixture.gitDir, "worktrees", name);
}
