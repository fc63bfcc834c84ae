import type { ClashPath } from "./radar.ts";

/**
 * The stretches that clash, as the agent of one side is shown them. Others wrote the text: each of its lines is marked, so that it
 * cannot be taken for anything else.
 */
export function clashText(paths: readonly ClashPath[], reader: "one" | "other"): string {
  return paths
    .flatMap(({ path, hunks }) =>
      hunks.map(({ base, ours, theirs }) => {
        const [mine, others] = reader === "one" ? [ours, theirs] : [theirs, ours];
        return [plainText(path), ...part("before", base), ...part("yours", mine), ...part("theirs", others)].join("\n");
      }),
    )
    .join("\n\n");
}

/** Paths in a row, of which the first few are enough to know where to look. */
export function pathsText(paths: readonly ClashPath[], morePaths: number): string {
  const shown = paths.slice(0, mostNamed).map(({ path }) => plainText(path));
  const more = paths.length - shown.length + morePaths;
  return `${shown.join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}

const mostNamed = 8;

function part(name: string, text: string): readonly string[] {
  if (text === "") return [`${name}: nothing`];
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
  return [`${name}:`, ...lines.map((line) => `| ${line}`)];
}

/** A file name can hold line ends. */
function plainText(path: string): string {
  return path.replace(/\p{Cc}/gu, "?");
}
