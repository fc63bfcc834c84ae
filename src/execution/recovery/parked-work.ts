import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CommitId, Instant, NodeId, PlanId, RefName } from "../../core/ids.ts";
import type { Refused } from "../answers.ts";
import { listTree } from "../git/objects.ts";
import { readRef } from "../git/refs.ts";
import type { Hands } from "../hands.ts";
import { parkedPrefix } from "../refs.ts";

export interface Parked {
  readonly ref: RefName;
  readonly commit: CommitId;
  readonly plan: PlanId;
  readonly node: NodeId;
  readonly attempt: number;
  readonly at: Instant;
}

/** Everything that is kept because it did not land, oldest first. */
export async function listParked({ git }: Hands): Promise<readonly Parked[]> {
  const lines = await git.run({
    args: ["for-each-ref", "--sort=creatordate", "--format=%(objectname) %(creatordate:unix) %(refname)", parkedPrefix],
    parse: ({ stdout }) => stdout.toString("utf8").split("\n").filter(Boolean),
  });
  return lines.map((line) => {
    const [commit = "", seconds = "0", ref = ""] = line.split(" ");
    const [plan = "", node = "", attempt = ""] = ref.slice(parkedPrefix.length).split("/");
    return { ref, commit, plan, node, attempt: Number.parseInt(attempt, 10) || 0, at: Number(seconds) * 1000 };
  });
}

/** Writes parked files into a folder of their own, which must be new or empty. */
export async function restoreParked(
  { git, folder }: Hands,
  ref: RefName,
  destination: string,
): Promise<{ readonly files: number } | Refused> {
  const commit = ref.startsWith(parkedPrefix) ? await readRef(git, ref) : undefined;
  if (commit === undefined) return { refused: "unknown_parked", ref };
  await mkdir(destination, { recursive: true });
  if ((await readdir(destination)).length > 0)
    return {
      refused: "target",
      problem: `the folder ${destination} is not empty; name a new one`,
      worktree: destination,
    };
  const indexFile = join(folder, `restore-${randomBytes(6).toString("hex")}`);
  try {
    await git.run({ args: ["read-tree", commit], parse: () => undefined }, { indexFile });
    const place = { indexFile, workTree: destination };
    await git.run({ args: ["checkout-index", "--all", "--force"], parse: () => undefined }, place);
    return { files: (await listTree(git, commit)).length };
  } finally {
    await rm(indexFile, { force: true });
  }
}
