import { readBlobs, readFileAt } from "../../git/objects.ts";
import { readObject } from "../../git/read-object.ts";
import type { Git } from "../../git/runner.ts";
import { mergeByGit } from "../merge.ts";
import { rememberResolution } from "./remember.ts";
import { textOf } from "./sides.ts";

/** Remembers how an agent settled each file of a merge that had come back with conflicts, from what landed. */
export async function learnFrom(git: Git, conflicted: string, landed: string): Promise<void> {
  const [ours, theirs] = await parentsOf(git, conflicted);
  if (ours === undefined || theirs === undefined) return;
  const { unsettled } = await mergeByGit(git, { ours, theirs });
  for (const { path, stages } of unsettled) {
    const { base, ours: our, theirs: their } = stages;
    if (base === undefined || our === undefined || their === undefined) continue;
    const now = await readFileAt(git, landed, path);
    const [old, one, other] = (await readBlobs(git, [base, our, their])).map(textOf);
    const text = now && textOf(now);
    if (old === undefined || one === undefined || other === undefined || text === undefined) continue;
    await rememberResolution(git, path, { base: old, ours: one, theirs: other }, text);
  }
}

async function parentsOf(git: Git, commit: string): Promise<readonly string[]> {
  const found = await readObject(git, commit);
  const [head = ""] = found?.body.toString("utf8").split("\n\n", 1) ?? [];
  return [...head.matchAll(/^parent (.*)$/gm)].map(([, parent = ""]) => parent);
}
