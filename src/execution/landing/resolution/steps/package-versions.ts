import { absent, type Judge } from "../data-value.ts";
import { compareVersions, higherVersion, isPrerelease } from "../versions.ts";

/** Judges versions in a `package.json`: of a dependency the higher one counts, and of the package itself too. */
export function judgePackageVersions(path: string): Judge {
  if (!/(?:^|\/)(?:package|bower)\.json$/.test(path)) return () => undefined;
  return ({ at, base, ours, theirs }) => {
    if (typeof ours !== "string" || typeof theirs !== "string") return undefined;
    if (base !== absent && typeof base !== "string") return undefined;
    const before = base === absent ? undefined : base;
    if (at.length === 1 && at[0] === "version") return judgeOwn(before, ours, theirs);
    if (at.length !== 2 || !SECTIONS.has(at[0] ?? "")) return undefined;
    const value = higherVersion(before, ours, theirs);
    return value === undefined ? undefined : { value };
  };
}

const SECTIONS: ReadonlySet<string> = new Set([
  "dependencies",
  "devDependencies",
  "peerDependencies",
  "optionalDependencies",
]);

/** What is on its way to a higher release stays so when fixes of a lower one are merged into it. */
function judgeOwn(base: string | undefined, ours: string, theirs: string): { readonly value: string } | undefined {
  const isAhead = isPrerelease(ours) && !isPrerelease(theirs) && (compareVersions(ours, theirs) ?? 0) > 0;
  const hasRisen = base === undefined || (compareVersions(theirs, base) ?? 0) > 0;
  if (isAhead && hasRisen) return { value: ours };
  const value = higherVersion(base, ours, theirs);
  return value === undefined ? undefined : { value };
}
