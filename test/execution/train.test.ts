/** Trains on a real repository with real gates that run beside each other. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Assigned } from "../../src/execution/answers.ts";
import { type WorkspaceFixture, workspaceFixture, write } from "./workspace-fixture.ts";

/** The gate notes when it began and ended, and fails on a file that says so. */
const gate = `log=$(git rev-parse --path-format=absolute --git-common-dir)/gates.log
        echo "begin $INTERLOCK_NODE" >> $log
        sleep 0.5
        echo "end $INTERLOCK_NODE" >> $log
        ! grep -qs bad *.txt`;

function openWith(parallel: number): Promise<WorkspaceFixture> {
  const config = `gates:
  parallel: ${parallel}
  list:
    - name: test
      default: true
      run: |
        ${gate}
`;
  return workspaceFixture({ "a.txt": "a\n", "interlock.yaml": config });
}

/** The most gates that ran at once. */
function mostAtOnce({ gitDir }: WorkspaceFixture): number {
  let [running, most] = [0, 0];
  for (const line of readFileSync(join(gitDir, "gates.log"), "utf8").split("\n")) {
    running += line.startsWith("begin") ? 1 : line.startsWith("end") ? -1 : 0;
    most = Math.max(most, running);
  }
  return most;
}

/** Each agent writes one file, and all hand in at once. */
async function handInAll(at: WorkspaceFixture, contents: readonly string[]) {
  const nodes = contents.map((_, i) => ({ id: `n${i}`, edits: [`n${i}.txt`] }));
  const plan = await at.plan(nodes, { policy: { maxParallel: nodes.length } });
  const works: Assigned[] = [];
  for (const i of contents.keys()) works.push(await at.take(`agent-${i}`));
  const ended = await Promise.all(
    works.map(async (work) => {
      const { id } = work.node;
      write(work, { [`${id}.txt`]: `${contents[Number(id.slice(1))]}\n` });
      return { id, work, answer: await at.complete(work) };
    }),
  );
  ended.sort((one, other) => one.id.localeCompare(other.id));
  return { plan, ended };
}

const statusOf = ({ answer }: { readonly answer: object }) => ("status" in answer ? answer.status : answer);

test("[T2] one that fails goes back alone; those before and behind it land, judged beside each other", async () => {
  const at = await openWith(4);
  const { plan, ended } = await handInAll(at, ["good", "bad", "good", "good"]);
  expect(ended.map(statusOf)).toEqual(["landed", "rework", "landed", "landed"]);
  expect(mostAtOnce(at)).toBeGreaterThan(1);
  const bad = ended[1];
  expect(bad?.answer).toMatchObject({ reason: "gate_failed", gates: [{ name: "test", alsoFailsOnBase: false }] });
  if (!bad) return;
  write(bad.work, { "n1.txt": "good\n" });
  expect(await at.complete(bad.work)).toMatchObject({ status: "landed" });
  expect(ended.map(({ id }) => at.at(`interlock/${plan}`, `${id}.txt`))).toEqual(ended.map(() => "good"));
  expect(at.faults).toEqual([]);
}, 60_000);

test("[T2] with one gate slot several land by one run, and the one to blame is found among them", async () => {
  const at = await openWith(1);
  const { ended } = await handInAll(at, ["good", "good", "good", "bad", "good", "good"]);
  expect(ended.map(statusOf)).toEqual(["landed", "landed", "landed", "rework", "landed", "landed"]);
  expect(mostAtOnce(at)).toBe(1);
  expect(at.faults).toEqual([]);
}, 60_000);
