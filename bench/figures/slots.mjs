import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { discoverRepository } from "../../dist/execution/git/discover.js";
import { createGit } from "../../dist/execution/git/runner.js";
import { defaultSlotFolder } from "../../dist/execution/slots/slot-folder.js";
import { createSlots } from "../../dist/execution/slots/slots.js";
import { byHand } from "../baseline/git-by-hand.mjs";
import { bigRepository, commitAll, pathOf, textOf } from "../big-repository.mjs";
import { timeFigure } from "../figure.mjs";
import { interleaved, timed } from "../interleaved.mjs";
import { inTemporaryFolder } from "../temporary-folder.mjs";

const changedAtOnce = 20;

/** Moving a used slot on to the next commit of a large repository, beside `git checkout` in a work tree of one's own. */
export function slots({ quick }) {
  const files = quick ? 2_000 : 20_000;
  const rounds = quick ? 5 : 25;
  return inTemporaryFolder(async (folder) => {
    const root = join(folder, "repository");
    mkdirSync(root);
    await bigRepository(root, files);
    const commits = await history(root, files, rounds + Math.ceil(rounds / 10) + 1);
    const repository = await discoverRepository(root);
    const git = createGit({ gitDir: repository.commonDir });
    const pool = createSlots({ git, root, folder: defaultSlotFolder(repository) });
    const prepare = (base, fresh) => pool.prepare({ name: "s1", base, fresh, keep: [] });
    const hand = join(folder, "by-hand");
    const newSlot = await timed(() => prepare(commits[0], true));
    const newByHand = await timed(() => byHand(root, "worktree", "add", "-q", "--detach", hand, commits[0]));
    const times = await interleaved(rounds, {
      slot: (round) => prepare(commits[round + 1], false),
      hand: (round) => byHand(hand, "checkout", "-q", "-f", "--detach", commits[round + 1]),
    });
    return [
      timeFigure(`a used slot moved on, ${files} files`, times.slot, times.hand, "git checkout", 1.3),
      timeFigure(`a new slot, ${files} files`, newSlot, newByHand, "git worktree add"),
      await snapshotFigure(pool, hand, commits.at(-1), quick),
    ];
  });
}

/** Reading what an agent did, beside adding all and writing the tree. */
async function snapshotFigure(pool, hand, base, quick) {
  await pool.prepare({ name: "s1", base, fresh: false, keep: [] });
  const write = (folder, round) => writeFileSync(join(folder, pathOf(7)), textOf(7, `at work ${round}`));
  const times = await interleaved(quick ? 3 : 10, {
    snapshot: (round) => {
      write(pool.pathOf("s1"), round);
      return pool.snapshot({ name: "s1", base });
    },
    hand: async (round) => {
      write(hand, round);
      await byHand(hand, "add", "-A");
      await byHand(hand, "write-tree");
    },
  });
  return timeFigure("what a slot holds", times.snapshot, times.hand, "git add -A + write-tree");
}

async function history(root, files, length) {
  const commits = [];
  for (let version = 1; version <= length; version += 1) {
    for (let k = 0; k < changedAtOnce; k += 1) {
      const i = (version * 37 + k * 991) % files;
      writeFileSync(join(root, pathOf(i)), textOf(i, version));
    }
    commits.push(await commitAll(root, `version ${version}`));
  }
  return commits;
}
