/** An operator and a version of plain numbers, as manifests write it: `^1.2.3`, `>=2.0`, `v4`, `1.0`. */
const VERSION = /^(\^|~|~>|~=|>=|==|=|v|)(\s*)(\d+(?:\.\d+){0,3})$/;

/**
 * The higher of two versions that both rose from the base (or were both new). Undefined when they cannot be compared: other
 * operators, labels after the numbers, ranges with two ends, or one that fell.
 */
export function higherVersion(base: string | undefined, ours: string, theirs: string): string | undefined {
  const [before, our, their] = [base, ours, theirs].map((text) => (text === undefined ? undefined : read(text)));
  if (!our || !their || our.operator !== their.operator || our.numbers.length !== their.numbers.length)
    return undefined;
  if (base !== undefined) {
    if (!before || before.operator !== our.operator) return undefined;
    if (compare(our.numbers, before.numbers) <= 0 || compare(their.numbers, before.numbers) <= 0) return undefined;
  }
  return compare(our.numbers, their.numbers) >= 0 ? ours : theirs;
}

/** Above zero when the first of two versions of plain numbers is higher, below when it is lower. */
export function compareVersions(one: string, other: string): number {
  return compare(one.split(".").map(Number), other.split(".").map(Number));
}

interface Version {
  readonly operator: string;
  readonly numbers: readonly number[];
}

function read(text: string): Version | undefined {
  const [, operator, , numbers] = VERSION.exec(text) ?? [];
  return operator === undefined || numbers === undefined
    ? undefined
    : { operator, numbers: numbers.split(".").map(Number) };
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (let i = 0; i < Math.max(one.length, other.length); i += 1) {
    const difference = (one[i] ?? 0) - (other[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
