import { evolve, settled } from "../../dist/core/evolve.js";
import { emptyWorkspace } from "../../dist/core/workspace.js";
import { figure } from "../figure.mjs";
import { must, planOf, playedWorkspace } from "../played-work.mjs";

const size = 10_000;

/** What ten thousand nodes weigh in a process, beside the plan as it was written. */
export async function memory() {
  const texts = await textsOf(planOf("p", 2 * size));
  const [small, large] = [folded(texts.slice(0, size + 1)), folded(texts)];
  const parsed = weigh(() => texts.slice(0, size).map((text) => JSON.parse(text)));
  const ours = large - small;
  return [
    figure("memory of 10,000 nodes", {
      value: megabytes(ours),
      baseline: `${megabytes(parsed)} as parsed JSON`,
      ratio: ours / parsed,
    }),
  ];
}

async function textsOf(plan) {
  const { events, execute } = playedWorkspace();
  await must(execute, { type: "SubmitPlan", plan });
  return events.map((recorded) => JSON.stringify(recorded));
}

function folded(texts) {
  return weigh(() => {
    const workspace = emptyWorkspace();
    for (const text of texts) evolve(workspace, JSON.parse(text));
    return settled(workspace);
  });
}

/** Bytes that stay while what was made is kept. */
function weigh(make) {
  const kept = [];
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  kept.push(make());
  globalThis.gc();
  const after = process.memoryUsage().heapUsed;
  // Read once more, or it might be gone before it was weighed.
  return kept.length * (after - before);
}

function megabytes(bytes) {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
