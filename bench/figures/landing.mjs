import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { byHand } from "../baseline/git-by-hand.mjs";
import { bigRepository, pathOf, textOf } from "../big-repository.mjs";
import { timeFigure } from "../figure.mjs";
import { mean, timed } from "../interleaved.mjs";
import { doors } from "../replay/doors.mjs";
import { inTemporaryFolder } from "../temporary-folder.mjs";

/**
 * From a submission to its landing, no gates, beside the three git commands that merge and land it by hand. Each node is done
 * in our way first and by hand right after it, onto a branch that goes the same way.
 */
export function landing({ quick }) {
  const files = quick ? 2_000 : 20_000;
  const rounds = quick ? 5 : 25;
  return inTemporaryFolder(async (folder) => {
    const root = join(folder, "repository");
    mkdirSync(root);
    await bigRepository(root, files);
    const { call, execution, close } = await doors.inside(root);
    try {
      const nodes = Array.from({ length: rounds + 2 }, (_, i) => ({ id: `n${i}`, writes: [pathOf(i * 7)], gates: [] }));
      await call("submit_plan", { plan: { id: "p", title: "p", nodes } });
      await byHand(root, "update-ref", "refs/heads/by-hand", "main");
      const times = [];
      for (let round = 0; round < nodes.length; round += 1) times.push(await landBoth(root, call, execution));
      const [ours, hand] = ["ours", "hand"].map((which) => mean(times.slice(2).map((time) => time[which])));
      return [timeFigure(`merge and land, ${files} files`, ours, hand, "merge-tree + commit-tree + update-ref", 1.5)];
    } finally {
      await close();
    }
  });
}

async function landBoth(root, call, execution) {
  const { node, lease, worktree } = await call("request_next_node", { agent: "a" });
  const i = Number(node.id.slice(1)) * 7;
  writeFileSync(join(worktree, pathOf(i)), textOf(i, "landed"));
  const reply = await call("complete_node", { agent: "a", lease, summary: "Done." });
  if (reply.status !== "landed") throw new Error(JSON.stringify(reply));
  const submission = await byHand(root, "rev-parse", `refs/interlock/nodes/p/${node.id}`);
  const hand = await timed(() => landByHand(root, submission));
  const events = await execution.events(0, 100_000);
  const at = (type) => events.find(({ event }) => event.type === type && event.node === node.id).at;
  return { ours: at("NodeLanded") - at("NodeSubmitted"), hand };
}

async function landByHand(root, submission) {
  const tip = "refs/heads/by-hand";
  const tree = await byHand(root, "merge-tree", "--write-tree", tip, submission);
  const commit = await byHand(root, "commit-tree", "-p", tip, "-p", submission, "-m", "land", tree);
  await byHand(root, "update-ref", tip, commit);
}
