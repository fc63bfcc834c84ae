import { describe, expect, test } from "vitest";
import { mixture } from "./played-nodes.ts";
import { playTrain } from "./played-train.ts";

const modes = ["serial", "batch", "window", "auto"] as const;

describe.each([0.05, 0.15])(
  "24 agents, 4 gate slots, a share of %d that fails, pairs that fail together",
  (failures) => {
    test.each(modes)("[T2] %s lands everything, in the end, and nothing whose very tree has not passed", (policy) => {
      for (const [seed, crowding] of [
        [1, 0],
        [2, 0.5],
      ] as const) {
        const nodes = mixture({ nodes: 48, failures, pairs: 3, workMs: 30_000, seed });
        const game = { agents: 24, slots: 4, policy, nodes, gateMs: { test: 60_000 }, crowding };
        const { landed, untested, cameBack } = playTrain(game);
        expect(untested).toEqual([]);
        expect(landed).toBe(48);
        // Each that fails alone comes back once, and one of each pair; nobody comes back for what others did wrong.
        expect(cameBack).toBeGreaterThanOrEqual(Math.round(48 * failures) + 3);
        expect(cameBack).toBeLessThanOrEqual(Math.round(48 * failures) + 6);
      }
    });
  },
);
