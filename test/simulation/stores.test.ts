/** The simulation over real stores; what it plays is in `simulation.test.ts`, with many more seeds. */
import { describe, expect, test } from "vitest";
import { noServer, useServer } from "../log/postgres/server.ts";
import { playOver, type Store } from "./stores.ts";
import { describe as tell } from "./tally.ts";

const rules = "[E1] [E2] [E3] [E4] [E7] [D1] [I1] [L1] [N2] [T1] [W2] [X3]";
const seeds = Array.from({ length: 10 }, (_, index) => index + 1);
/** Each takes a second or two on a server, most of which is waiting for the server's word that there are news. */
const few = seeds.filter((seed) => seed % 2 === 0);

describe("over SQLite", () => {
  test.each(seeds)(`${rules} hold after every step, and seed %i is the run that it is in memory`, (seed) =>
    isTheSameRun(seed, { is: "sqlite" }),
  );
});

describe.skipIf(noServer)(`over PostgreSQL${noServer ? ` (skipped: ${noServer})` : ""}`, () => {
  const server = useServer();
  test.each(few)(`${rules} hold after every step, and seed %i is the run that it is in memory`, (seed) =>
    isTheSameRun(seed, { is: "postgres", at: server }),
  );
});

async function isTheSameRun(seed: number, store: Store): Promise<void> {
  const [real, memory] = [await playOver(store, seed), await playOver({ is: "memory" }, seed)];
  expect(real.broken.length > 0 ? tell(real, 40) : "").toBe("");
  expect(real.story).toEqual(memory.story);
  expect(real.counts).toEqual(memory.counts);
}
