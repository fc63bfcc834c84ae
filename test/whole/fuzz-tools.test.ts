/**
 * Every tool with generated input, on a real workspace that works meanwhile: whatever comes in, out comes a reply or a
 * refusal of its published type, and the state is unharmed. `FUZZ_RUNS=n` tries n times as much.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { allTools } from "../../src/tools/all-tools.ts";
import { LivingWorkspace } from "./fuzz/living-workspace.ts";
import { inputFor, type Move, move } from "./fuzz/moves.ts";
import { times, tried } from "./fuzz/tried.ts";

const timeout = 60_000 * Math.max(2, times);

test(
  "[M1] [M2] [M3] input made from the schemas, and bent against them, gets a reply or a refusal of its type",
  async () => {
    for (const { name } of allTools) {
      const calls = async (it: LivingWorkspace, inputs: readonly unknown[]) => {
        for (const input of inputs) await it.call(name, input);
      };
      const inputs = fc.array(inputFor(name), { minLength: 12, maxLength: 12 });
      await tried(onALivingWorkspace(inputs, calls), 1);
    }
  },
  timeout,
);

test(
  "[M1] [D1] [G1] whatever agents try one after another, the log folds to the state and the checkout is untouched",
  async () => {
    const seen = new Map<string, number>();
    const moves = fc.array(move, { minLength: 40, maxLength: 40 });
    const all = async (it: LivingWorkspace, some: readonly Move[]) => {
      for (const one of some) await one(it);
      for (const [outcome, count] of it.seen) seen.set(outcome, (seen.get(outcome) ?? 0) + count);
    };
    await tried(onALivingWorkspace(moves, all), 3);
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

/** Does something on a workspace of its own, which must be unharmed afterwards; a failure tells what was done last. */
function onALivingWorkspace<T>(
  arbitrary: fc.Arbitrary<T>,
  act: (it: LivingWorkspace, value: T) => Promise<void>,
): fc.IAsyncProperty<[T]> {
  return fc.asyncProperty(arbitrary, async (value) => {
    const it = await LivingWorkspace.open();
    try {
      await act(it, value);
      it.isUnharmed();
    } catch (fault) {
      throw new Error(`${fault}\n\n${it.transcript.slice(-12).join("\n")}`, { cause: fault });
    } finally {
      await it.close();
    }
  });
}
