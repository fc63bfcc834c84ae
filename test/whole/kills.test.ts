/** Any process can be killed at any moment, and the plan still ends right. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { planId } from "../../src/cli/demo/shop/shop-plan.ts";
import { openDatabase } from "../../src/log/sqlite/driver.ts";
import { descendantsOf, killHard, type Process, processesIn } from "./processes.ts";
import { Crew, complaintsFile, expectTheRightEnd, type ShopRepository, shopRepository } from "./shop-repository.ts";

/** Who is killed, in this order; what is not there when its moment comes is looked for until it is. */
const victims = [
  "server",
  "agent",
  "steward",
  "helper",
  "agent",
  "server",
  "helper",
  "steward",
  "agent",
  "helper",
] as const;
type Victim = (typeof victims)[number];

/** Between the first and the last of the kills lies most of the run. */
const pauseMs = { least: 300, most: 3_200 };
const longest = 300_000;

const seed = Number(process.env["INTERLOCK_SEED"] ?? Date.now() % 1_000_000);

test(
  `[X2] ten kills of agents, servers, the steward, gates and gits, and the plan ends right (seed ${seed})`,
  async () => {
    const shop = await shopRepository();
    const happened: string[] = [`seed ${seed}`];
    const logFile = complaintsFile();
    const crew = new Crew({
      names: ["ada", "ben", "cleo", "dan"],
      root: shop.root,
      brief: [planId],
      logFile,
      onNews: ({ agent, ...news }) => {
        if (news.is !== "doing") happened.push(`${agent} ${JSON.stringify(news)}`);
      },
      onReplaced: (agent) => happened.push(`${agent} was started again`),
    });
    try {
      expect(await killTen(shop, happened)).toBe(victims.length);
      await expect.poll(() => processesIn(shop.root), { timeout: 180_000, interval: 500 }).toEqual([]);
      await crew.end(0);
      expect(await shop.ask("status")).toMatchObject({ plans: [{ status: "finished" }] });
      await expectTheRightEnd(shop, `interlock/${planId}`);
      await shop.ask("land");
      await expectTheRightEnd(shop, "main");
    } catch (cause) {
      const complaints = readFileSync(logFile, "utf8");
      throw new Error(`It did not end right.\n${happened.join("\n")}\n${complaints}`, { cause });
    } finally {
      await crew.end(0);
    }
  },
  longest,
);

/** Returns how many it found to kill before the plan had ended. */
async function killTen(shop: ShopRepository, happened: string[]): Promise<number> {
  const random = seeded(seed);
  let count = 0;
  for (const victim of victims) {
    await pause(pauseMs.least + random() * (pauseMs.most - pauseMs.least));
    const killed = await killOne(victim, shop, random);
    if (!killed) return count;
    count += 1;
    happened.push(`KILLED ${victim}: ${killed.pid} ${killed.command}`);
  }
  return count;
}

/** Looks for a process of a kind until there is one, and kills it; nothing when the plan ended meanwhile. */
async function killOne(victim: Victim, shop: ShopRepository, random: () => number): Promise<Process | undefined> {
  for (;;) {
    const running = processesIn(shop.root);
    if (running.length === 0) return undefined;
    const found = candidates(victim, shop, running);
    const chosen = found[Math.floor(random() * found.length)];
    if (chosen && killHard(chosen.pid)) return chosen;
    await pause(5);
  }
}

function candidates(victim: Victim, { root }: ShopRepository, running: readonly Process[]): readonly Process[] {
  const servers = running.filter(({ command }) => command.includes("main.js mcp"));
  switch (victim) {
    case "agent":
      return running.filter(({ command }) => command.includes("agent.js"));
    case "server":
      return servers;
    case "steward":
      return servers.filter(({ pid }) => pid === stewardOf(root));
    case "helper":
      return descendantsOf(servers.map(({ pid }) => pid));
  }
}

/** The process that has the office, as the store says. */
function stewardOf(root: string): number | undefined {
  const store = openDatabase(join(root, ".git/interlock/state.db"), { readonly: true });
  try {
    const row = store.prepare("SELECT value FROM cell WHERE key = 'steward'").get() as { value: string } | undefined;
    const { process: id = "" } = row ? (JSON.parse(row.value) as { process?: string }) : {};
    return Number(id.split(".")[1]) || undefined;
  } finally {
    store.close();
  }
}

/** Random numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function seeded(from: number): () => number {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
