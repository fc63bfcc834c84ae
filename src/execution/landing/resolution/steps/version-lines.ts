import type { Clash } from "../three-way.ts";
import { higherVersion, versionAhead } from "../versions.ts";

/** A line that names a package and its version: what stands before, the version, what stands after. */
const NAMED_VERSION =
  /^(.*?[\w)\]"']\s*(?:[=:@]|[<>~=!]=|\s)\s*["']?)((?:\^|~>|~=|~|>=|==|=|v)?\s*\d+(?:\.\d+){0,3}(?:-[0-9A-Za-z.-]+)?)(["'\s,;)\]}]*(?:#.*|\/\/.*)?)$/;

/** An action or hook that is named by its commit, with the version in a comment. */
const PINNED = /^(\s*(?:-\s*)?(?:uses|rev):\s*[^@\s]*@?)([0-9a-f]{40})\s+#\s*(?:frozen:\s*)?(v?\d+(?:\.\d+){0,3})\s*$/;

/** What the file itself needs to be built with is not ours to choose. */
const NEEDED = /^\s*["']?(?:python_requires|requires-python|rust-version|go|toolchain|edition|node)\b/i;

/**
 * Settles a stretch of a manifest in which both sides raised the versions of the same packages, each line still in its place:
 * the higher one counts.
 */
export function mergeVersionLines({ base, ours, theirs }: Clash): readonly string[] | undefined {
  if (base.length !== ours.length || base.length !== theirs.length) return undefined;
  const merged: string[] = [];
  for (const [i, line] of base.entries()) {
    const settled = settle(line, ours[i] ?? "", theirs[i] ?? "");
    if (settled === undefined) return undefined;
    merged.push(settled);
  }
  return merged;
}

function settle(base: string, ours: string, theirs: string): string | undefined {
  if (ours === theirs || theirs === base) return ours;
  if (ours === base) return theirs;
  if (NEEDED.test(base)) return undefined;
  const [old, our, their] = [base, ours, theirs].map(read);
  if (!old || !our || !their || old.around !== our.around || old.around !== their.around) return undefined;
  const found =
    higherVersion(old.version, our.version, their.version) ?? versionAhead(old.version, our.version, their.version);
  if (found === undefined) return undefined;
  return found === our.version ? ours : theirs;
}

/** The version that a line names, and all else on it. */
function read(line: string): { readonly version: string; readonly around: string } | undefined {
  const [, action, , label] = PINNED.exec(line) ?? [];
  if (action !== undefined && label !== undefined) return { version: label, around: action };
  const [, before, version, after] = NAMED_VERSION.exec(line) ?? [];
  return before === undefined || version === undefined ? undefined : { version, around: `${before}\0${after}` };
}
