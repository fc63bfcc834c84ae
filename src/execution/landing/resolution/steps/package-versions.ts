import { absent, type Judge } from "../data-value.ts";
import { higherVersion, isPrerelease } from "../versions.ts";

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

/** Ours stays when it is higher; a release gives way to a higher one, but no branch of prereleases to one of releases or back. */
function judgeOwn(base: string | undefined, ours: string, theirs: string): { readonly value: string } | undefined {
  const value = higherVersion(base, ours, theirs);
  if (value === undefined) return undefined;
  return value === theirs && (isPrerelease(theirs) || isPrerelease(ours)) ? undefined : { value };
}
