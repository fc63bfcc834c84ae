/**
 * Runs each of the works in turn, round after round, so that whatever else the machine does hits all of them alike.
 * Returns the median of each in milliseconds. The first rounds are not counted.
 */
export async function interleaved(rounds, works, { warmUp = Math.ceil(rounds / 10) } = {}) {
  const names = Object.keys(works);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds + warmUp; round += 1) {
    for (const name of names) {
      const took = await timed(() => works[name](round));
      if (round >= warmUp) times[name].push(took);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])]));
}

/** Milliseconds until what was begun is done. */
export async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function mean(numbers) {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}
