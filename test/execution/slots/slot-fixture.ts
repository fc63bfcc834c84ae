import { join } from "node:path";
import { discoverRepository } from "../../../src/execution/git/discover.ts";
import { defaultSlotFolder } from "../../../src/execution/slots/slot-folder.ts";
import { createSlots, type Slots, type SlotsOptions } from "../../../src/execution/slots/slots.ts";
import type { Snapshot } from "../../../src/execution/slots/snapshot.ts";
import { type TemporaryRepository, temporaryRepository } from "../git/temporary-repository.ts";

/** A repository with its pool of slots. */
export interface SlotFixture extends TemporaryRepository {
  readonly slots: Slots;
  /** The first commit. */
  readonly base: string;
  /** Prepares a slot (on the first commit when `base` is absent) and returns its path. */
  slot(name?: string, base?: string): Promise<string>;
  snapshot(name?: string, base?: string): Promise<Snapshot>;
  /** A tree's files as `mode path`. */
  treeOf(tree: string): string[];
}

export async function slotFixture(
  files?: Readonly<Record<string, string>>,
  options: Partial<SlotsOptions> = {},
): Promise<SlotFixture> {
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

export function registrationOf(fixture: SlotFixture, name = "s1"): string {
  return join(fixture.gitDir, "worktrees", name);
}
