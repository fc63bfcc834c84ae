import { absent, type Judge } from "../data-value.ts";
import { higherVersion } from "../versions.ts";

/** Judges two versions of a dependency in a `package.json`: the higher one counts where both can be compared. */
export function judgePackageVersions(path: string): Judge {
  if (!/(?:^|\/)(?:package|bower)\.json$/.test(path)) return () => undefined;
  return ({ at, base, ours, theirs }) => {
    const isDependency = at.length === 2 && SECTIONS.has(at[0] ?? "");
    if (!isDependency || typeof ours !== "string" || typeof theirs !== "string") return undefined;
    if (base !== absent && typeof base !== "string") return undefined;
    const value = higherVersion(base === absent ? undefined : base, ours, theirs);
    return value === undefined ? undefined : { value };
  };
}

const SECTIONS: ReadonlySet<string> = new Set([
  "dependencies",
  "devDependencies",
  "peerDependencies",
  "optionalDependencies",
]);
