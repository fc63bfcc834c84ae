import type { Clash } from "../three-way.ts";
import { higherVersion, versionAhead } from "../versions.ts";
import type { GivenWay } from "./given-way.ts";

/** `__version__ = "1.2.0"`, `const Version = "1.2.0"`, `"version": "1.2.0",`: what stands before, the version, what stands after. */
const OWN_VERSION =
  /^(\s*(?:[\w&':*-]+\s+)*["']?_*version_*["']?\s*(?::\s*[&'\w ]+?)?\s*(?:=|:=|:)\s*["'])(\d+(?:\.\d+){1,3}[\w.-]*)(["']\s*[;,]?\s*)$/i;

/**
 * Settles a stretch in which nothing but the version of the program itself clashes, on one line: the higher one counts, or what
 * is on its way to a higher release where fixes of a lower one come in.
 */
export function mergeOwnVersion({ base, ours, theirs }: Clash): GivenWay | undefined {
  if (base.length !== ours.length || base.length !== theirs.length) return undefined;
  const lines: string[] = [];
  let settled: Pick<GivenWay, "side" | "gone" | "back"> | undefined;
  for (const [i, line] of base.entries()) {
    const [our, their] = [ours[i] ?? "", theirs[i] ?? ""];
    if (our === their || their === line) lines.push(our);
    else if (our === line) lines.push(their);
    else {
      const found = settled ? undefined : pickVersion(line, our, their);
      if (found === undefined) return undefined;
      const side = found === our ? "theirs" : "ours";
      settled = { side, gone: [found === our ? their : our], back: [line] };
      lines.push(found);
    }
  }
  return settled && { lines, ...settled };
}

function pickVersion(base: string, ours: string, theirs: string): string | undefined {
  const [old, our, their] = [base, ours, theirs].map((line) => OWN_VERSION.exec(line));
  if (!old || !our || !their) return undefined;
  if ([our, their].some((one) => one[1] !== old[1] || one[3] !== old[3])) return undefined;
  const [before, here = "", there = ""] = [old[2], our[2], their[2]];
  const found = higherVersion(before, here, there) ?? versionAhead(before, here, there);
  if (found === undefined) return undefined;
  return found === here ? ours : theirs;
}
