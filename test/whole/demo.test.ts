/** The demo, as a new user meets it. */
import { expect, onTestFinished, test } from "vitest";
import { situations } from "../../src/cli/demo/moments.ts";
import { interlock, startInterlock, temporaryFolder } from "../cli/command-line.ts";
import { isThere, processesIn } from "./processes.ts";
import { expectTheRightEnd, leaveNothing, openShop } from "./shop-repository.ts";

const longest = 120_000;

/** Where the demo says that its repository is. */
function rootIn(output: string): string {
  const root = /on one repository: (\S+)/.exec(output)?.[1] ?? "";
  onTestFinished(() => leaveNothing(root));
  return root;
}

test(
  "[X1] the demo: all six situations happen, the right tree lands on main, and no process stays",
  async () => {
    const { exitCode, stdout, stderr } = await interlock(temporaryFolder(), ["demo"]);
    const shop = openShop(rootIn(stdout));
    expect({ exitCode, stderr }, stdout).toEqual({ exitCode: 0, stderr: "" });
    const [, happened = ""] = stdout.split("What happened");
    for (const situation of Object.values(situations)) expect(happened).toContain(situation);
    expect(stdout).not.toContain("\u001b");
    await expectTheRightEnd(shop, "main");
    expect(shop.git("status", "--porcelain")).toBe("");
    expect(await shop.ask("status")).toMatchObject({ plans: [{ status: "landed" }] });
    const pids = [...stdout.matchAll(/processes (\d+) and (\d+)/g)].flatMap(([, ...both]) => both.map(Number));
    expect(pids.length).toBeGreaterThanOrEqual(8);
    expect(pids.filter(isThere)).toEqual([]);
    expect(processesIn(shop.root)).toEqual([]);
  },
  longest,
);

test(
  "[C4] Ctrl-C ends the demo and all that it started",
  async () => {
    const demo = startInterlock(temporaryFolder(), ["demo"]);
    await demo.said("got shipping");
    const root = rootIn(demo.output());
    expect(processesIn(root).length).toBeGreaterThanOrEqual(8);
    demo.child.kill("SIGINT");
    expect(await demo.ended).toBe(1);
    await expect.poll(() => processesIn(root)).toEqual([]);
  },
  longest,
);

test(
  "[X2] when the demo itself is killed, its agents work the plan to its end and go home",
  async () => {
    const demo = startInterlock(temporaryFolder(), ["demo"]);
    await demo.said("got shipping");
    const shop = openShop(rootIn(demo.output()));
    demo.child.kill("SIGKILL");
    await demo.ended;
    await expect.poll(() => processesIn(shop.root), { timeout: 90_000, interval: 500 }).toEqual([]);
    expect(await shop.ask("status")).toMatchObject({ plans: [{ status: "finished" }] });
    await expectTheRightEnd(shop, "interlock/till");
  },
  longest,
);
