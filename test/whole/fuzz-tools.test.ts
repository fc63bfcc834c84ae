/**
 * Every tool with generated input, on a real workspace that works meanwhile: whatever comes in, out comes a reply or a
 * refusal of its published type, and the state is unharmed. `FUZZ_RUNS=n` tries n times as much.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { allTools } from "../../src/tools/all-tools.ts";
import { LivingWorkspace } from "./fuzz/living-workspace.ts";
import { inputFor, move } from "./fuzz/moves.ts";

const times = Number(process.env["FUZZ_RUNS"] ?? 1);
const seed = process.env["FUZZ_SEED"] === undefined ? {} : { seed: Number(process.env["FUZZ_SEED"]) };
const timeout = 60_000 * Math.max(2, times);

test(
  "[M1] [M2] [M3] input made from the schemas, and bent against them, gets a reply or a refusal of its type",
  async () => {
    const it = await LivingWorkspace.open();
    try {
      for (const { name } of allTools)
        await fc.assert(
          fc.asyncProperty(inputFor(name), async (input) => {
            await it.call(name, input);
          }),
          { ...seed, numRuns: 12 * times, endOnFailure: true },
        );
      it.isUnharmed();
    } finally {
      await it.close();
    }
  },
  timeout,
);

test(
  "[M1] [D1] [G1] whatever agents try one after another, the log folds to the state and the checkout is untouched",
  async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 40, maxLength: 40 }), async (moves) => {
        const it = await LivingWorkspace.open();
        try {
          for (const one of moves) await one(it);
          it.isUnharmed();
        } catch (fault) {
          throw new Error(`${fault}\n\n${it.transcript.slice(-12).join("\n")}`, { cause: fault });
        } finally {
          for (const [outcome, count] of it.seen) seen.set(outcome, (seen.get(outcome) ?? 0) + count);
          await it.close();
        }
      }),
      { ...seed, numRuns: 3 * times, endOnFailure: true },
    );
    if (process.env["FUZZ_SHOW"])
      console.log(
        [...seen]
          .sort()
          .map((one) => one.join(" "))
          .join("\n"),
      );
    expect(seen.size, "many kinds of answers were seen").toBeGreaterThan(15);
  },
  timeout,
);
