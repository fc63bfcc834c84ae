import fc from "fast-check";

/** `FUZZ_RUNS=n` tries n times as much as `npm test` does. */
export const times = Number(process.env["FUZZ_RUNS"] ?? 1);

const seed = process.env["FUZZ_SEED"] === undefined ? {} : { seed: Number(process.env["FUZZ_SEED"]) };

/** Tries a property; a failure tells its seed and the fault, not the inputs, which can be too deep to be printed. */
export function tried<T>(property: fc.IAsyncProperty<[T]>, runs: number): Promise<void> {
  return fc.assert(property, {
    ...seed,
    numRuns: runs * times,
    endOnFailure: true,
    reporter: ({ failed, seed: used, numRuns, errorInstance }) => {
      if (!failed) return;
      const say = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
      throw new Error(`run ${numRuns} of FUZZ_SEED=${used}: ${say}`, { cause: errorInstance });
    },
  });
}
