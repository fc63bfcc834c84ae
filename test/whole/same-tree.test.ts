/** What lands depends on the nodes' work, not on who did it or by which door. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { planId, shopNodes } from "../../src/cli/demo/shop/shop-plan.ts";
import { startInterlock, temporaryFolder } from "../cli/command-line.ts";
import { processesIn } from "./processes.ts";
import { Crew, complaintsFile, expectTheRightEnd, type ShopRepository, shopRepository } from "./shop-repository.ts";

const work = fileURLToPath(new URL("work.sh", import.meta.url));
const longest = 240_000;

test(
  "[X1] the same plan lands the same tree, by `interlock run` with a shell script and by three MCP clients",
  async () => {
    const byScript = await shopRepository({ submit: false });
    await runWithScript(byScript);
    await expectTheRightEnd(byScript, `interlock/${planId}`);
    const byClients = await shopRepository();
    await workWithClients(byClients);
    await expectTheRightEnd(byClients, `interlock/${planId}`);
    const treeOf = ({ git }: ShopRepository) => git("rev-parse", `interlock/${planId}^{tree}`);
    expect(treeOf(byClients)).toBe(treeOf(byScript));
  },
  longest,
);

async function runWithScript({ root }: ShopRepository): Promise<void> {
  const args = ["run", "plan.yaml", "--agents", "3", "--reworks", "200", "--exec", `sh ${work}`];
  const run = startInterlock(root, args, { FILES: filesOfNodes() });
  expect(await run.ended, run.output()).toBe(0);
}

async function workWithClients({ root }: ShopRepository): Promise<void> {
  const crew = new Crew({
    names: ["ada", "ben", "cleo"],
    root,
    brief: [planId],
    logFile: complaintsFile(),
    onNews: () => undefined,
    onReplaced: (agent) => expect.unreachable(`${agent} ended before its time`),
  });
  await expect.poll(() => processesIn(root), { timeout: 120_000, interval: 500 }).toEqual([]);
  await crew.end(0);
}

/** A folder with a folder for each node, in which lie the files that it writes as a whole. */
function filesOfNodes(): string {
  const folder = temporaryFolder();
  for (const { id, steps } of shopNodes) {
    for (const step of steps) {
      if (step.do !== "write") continue;
      const file = join(folder, id, step.path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, step.text);
    }
  }
  return folder;
}
