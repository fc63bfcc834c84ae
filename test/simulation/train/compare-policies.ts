/** `npm run simulate:train` prints how the ways to judge compare; it takes seconds, because time is played. */
import type { TrainPolicy } from "../../../src/core/settings.ts";
import { mixture } from "./played-nodes.ts";
import { playTrain, type TrainResult } from "./played-train.ts";

const policies: readonly TrainPolicy[] = ["serial", "batch", "window", "auto"];
const seeds = [1, 2, 3, 4, 5];
const gateMs = 60_000;

for (const [what, slots, crowding] of [
  ["4 slots, gates that sleep", 4, 0],
  ["4 slots on 2 cores", 4, 0.5],
  ["4 slots on 1 core", 4, 1],
  ["1 slot", 1, 0],
] as const) {
  console.log(`\n${what}; 24 agents, 120 nodes, 4 pairs that fail together, gates of ${gateMs / 1000} s`);
  console.log("failures  policy  landed/h  beside serial  gate runs  came back  minutes waited  untested");
  for (const failures of [0.05, 0.15, 0.3]) {
    let serial = 0;
    for (const policy of policies) {
      const all = seeds.map((seed) => {
        const nodes = mixture({ nodes: 120, failures, pairs: 4, workMs: 60_000, seed });
        return playTrain({ agents: 24, slots, policy, nodes, gateMs: { test: gateMs }, crowding });
      });
      const perHour = mean(all, ({ landed, ms }) => landed / (ms / 3_600_000));
      if (policy === "serial") serial = perHour;
      const cells = [
        `${failures * 100} %`.padStart(8),
        policy.padEnd(6),
        perHour.toFixed(1).padStart(8),
        `${(perHour / serial).toFixed(2)} ×`.padStart(13),
        mean(all, ({ gateRuns }) => gateRuns)
          .toFixed(0)
          .padStart(9),
        mean(all, ({ cameBack }) => cameBack)
          .toFixed(0)
          .padStart(9),
        mean(all, meanWait).toFixed(1).padStart(14),
        String(all.reduce((sum, { untested }) => sum + untested.length, 0)).padStart(8),
      ];
      console.log(cells.join("  "));
    }
  }
}

function meanWait({ waited }: TrainResult): number {
  return mean([...waited.values()], (ms) => ms / 60_000);
}

function mean<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((sum, one) => sum + of(one), 0) / Math.max(1, all.length);
}
