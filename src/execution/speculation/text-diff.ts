import { type Change, changesBetween } from "../landing/resolution/line-changes.ts";

/** So many lines around a change are shown. */
const context = 3;

/** What differs between two texts, as people know it: stretches headed by `@@`, in them `-` and `+` lines with some around them. */
export function textDiff(old: string, now: string): string {
  const before = linesOf(old);
  let shift = 0;
  const hunks = hunksOf(changesBetween(before, linesOf(now))).map((hunk) => {
    let at = Math.max(0, (hunk[0]?.from ?? 0) - context);
    const shown = [`@@ -${at + 1} +${at + shift + 1} @@`];
    for (const { from, to, lines } of hunk) {
      shown.push(...before.slice(at, from).map((line) => ` ${line}`));
      shown.push(...before.slice(from, to).map((line) => `-${line}`), ...lines.map((line) => `+${line}`));
      shift += lines.length - (to - from);
      at = to;
    }
    return [...shown, ...before.slice(at, at + context).map((line) => ` ${line}`)];
  });
  return hunks.flat().join("\n");
}

/** Changes whose surroundings touch are shown together. */
function hunksOf(changes: readonly Change[]): readonly (readonly Change[])[] {
  const hunks: Change[][] = [];
  for (const change of changes) {
    const last = hunks.at(-1);
    if (last && change.from - (last.at(-1)?.to ?? 0) <= 2 * context) last.push(change);
    else hunks.push([change]);
  }
  return hunks;
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}
