import { absent, type Judge } from "../data-value.ts";
import { higherVersion, versionAhead } from "../versions.ts";

/** Judges versions in JSON: of a dependency the higher one counts, and of the package itself too. */
export function judgePackageVersions(path: string): Judge {
  const isPackage = /(?:^|\/)(?:package|bower)\.json$/.test(path);
  return ({ at, base, ours, theirs }) => {
    const isOwn = isPackage && at.length === 1 && at[0] === "version";
    const isDependency = at.length === 2 && SECTIONS.has(at[0] ?? "");
    return isOwn || isDependency ? judgeVersions(base, ours, theirs) : undefined;
  };
}

/** Judges the version of the package itself in what npm locked. */
export const judgeLockedVersion: Judge = ({ at, base, ours, theirs }) =>
  OWN_VERSIONS.has(at.join("/")) ? judgeVersions(base, ours, theirs) : undefined;

const SECTIONS: ReadonlySet<string> = new Set([
  "dependencies",
  "devDependencies",
  "peerDependencies",
  "optionalDependencies",
]);

const OWN_VERSIONS: ReadonlySet<string> = new Set(["version", "packages//version"]);

function judgeVersions(base: unknown, ours: unknown, theirs: unknown): { readonly value: string } | undefined {
  if (typeof ours !== "string" || typeof theirs !== "string") return undefined;
  if (base !== absent && typeof base !== "string") return undefined;
  const before = base === absent ? undefined : base;
  const value = higherVersion(before, ours, theirs) ?? versionAhead(before, ours, theirs);
  return value === undefined ? undefined : { value };
}
