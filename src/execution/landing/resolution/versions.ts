/**
 * An operator, a version with or without a label, and what a template may have behind it: `^1.2.3`, `~2.0.0-beta.1`, `v4`, and
 * `2.0.0rc1` or `2.0.0.dev0` as Python has them.
 */
const VERSION =
  /^(\^|~>|~=|~|>=|==|=|v|)(\s*)(\d+(?:\.\d+){0,3})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)|\.?((?:a|b|rc|dev)\d*))?((?:\s*<%\D*)?)$/;

/**
 * The higher of two versions that both rose from the base (or were both new). Undefined when they cannot be compared: other
 * operators, ranges with two ends, one that fell, or a release here and there what leads to one: then it depends on what the
 * branches are for.
 */
export function higherVersion(base: string | undefined, ours: string, theirs: string): string | undefined {
  const [before, our, their] = [base, ours, theirs].map((text) => (text === undefined ? undefined : read(text)));
  if (!our || !their || our.around !== their.around || our.numbers.length !== their.numbers.length) return undefined;
  if (base !== undefined) {
    if (!before || before.around !== our.around) return undefined;
    if (compare(our, before) <= 0 || compare(their, before) <= 0) return undefined;
  }
  const isOneRelease = our.numbers.every((number, i) => number === their.numbers[i]);
  const areReleases = our.label.length === 0 && their.label.length === 0;
  const areOnTheWay = our.label.length > 0 && their.label.length > 0 && isOneRelease;
  if (!areReleases && !areOnTheWay) return undefined;
  return compare(our, their) >= 0 ? ours : theirs;
}

/**
 * The version of a branch into which fixes of an earlier release are merged: what is on its way to a higher release stays so.
 * Undefined when ours is no such version or theirs did not rise. The other way round nobody knows what the branch is for.
 */
export function versionAhead(base: string | undefined, ours: string, theirs: string): string | undefined {
  const [before, our, their] = [base, ours, theirs].map((text) => (text === undefined ? undefined : read(text)));
  if (!our || !their || our.around !== their.around || our.label.length === 0) return undefined;
  if (base !== undefined && (!before || before.around !== our.around || compare(their, before) <= 0)) return undefined;
  return compareNumbers(our, their) > 0 ? ours : undefined;
}

/** Above zero when the first of two versions is higher, below when it is lower; undefined when one cannot be read. */
export function compareVersions(one: string, other: string): number | undefined {
  const [a, b] = [read(one), read(other)];
  return a && b && compare(a, b);
}

interface Version {
  /** What stands before and behind it. */
  readonly around: string;
  readonly numbers: readonly number[];
  readonly label: readonly string[];
}

function read(text: string): Version | undefined {
  const [, operator, , numbers, label, short, rest] = VERSION.exec(text) ?? [];
  if (operator === undefined || numbers === undefined) return undefined;
  const parts = short === undefined ? (label?.split(".") ?? []) : labelOf(short);
  return { around: `${operator} ${rest}`, numbers: numbers.split(".").map(Number), label: parts };
}

/** `dev` comes before all others, which come in the order of the alphabet. */
function labelOf(short: string): readonly string[] {
  const [, name = "", number = "0"] = /^([a-z]+)(\d*)$/.exec(short) ?? [];
  return [name === "dev" ? "" : name, number || "0"];
}

function compareNumbers(one: Version, other: Version): number {
  for (let i = 0; i < Math.max(one.numbers.length, other.numbers.length); i += 1) {
    const difference = (one.numbers[i] ?? 0) - (other.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** As semver orders them: a release comes after all that led to it. */
function compare(one: Version, other: Version): number {
  const difference = compareNumbers(one, other);
  if (difference !== 0) return difference;
  if (one.label.length === 0 || other.label.length === 0) return other.label.length - one.label.length;
  for (let i = 0; i < Math.max(one.label.length, other.label.length); i += 1) {
    const difference = compareParts(one.label[i], other.label[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareParts(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined) return one === other ? 0 : one === undefined ? -1 : 1;
  const [a, b] = [one, other].map((part) => /^\d+$/.test(part));
  if (a && b) return Number(one) - Number(other);
  if (a !== b) return a ? -1 : 1;
  return one < other ? -1 : one > other ? 1 : 0;
}
