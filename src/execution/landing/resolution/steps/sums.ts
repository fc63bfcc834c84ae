/** Joins the lines of a file of sums, like `go.sum`, in order: a sum that is not needed does no harm, one that lacks does. */
export function mergeSums(ours: readonly string[], theirs: readonly string[]): readonly string[] | undefined {
  const sums = new Map<string, string>();
  for (const line of [...ours, ...theirs]) {
    const [, name, sum] = /^(\S+ \S+) (\S+)$/.exec(line) ?? [];
    // One version of a module has one sum.
    if (name === undefined || sum === undefined || (sums.get(name) ?? sum) !== sum) return undefined;
    sums.set(name, sum);
  }
  return [...sums].map(([name, sum]) => `${name} ${sum}`).sort(byBytes);
}

function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
