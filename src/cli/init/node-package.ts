import type { TopFolder } from "./detected.ts";

/** The scripts of a package.json; none where it is missing or broken. */
export function packageScripts(folder: TopFolder): Readonly<Record<string, string>> {
  try {
    const parsed: unknown = JSON.parse(folder.read("package.json") ?? "{}");
    const scripts = isFields(parsed) ? parsed["scripts"] : undefined;
    if (!isFields(scripts)) return {};
    return Object.fromEntries(
      Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    );
  } catch {
    return {};
  }
}

/** The package manager that the lock file belongs to. */
export function nodeRunner(folder: TopFolder): "npm" | "pnpm" | "yarn" | "bun" {
  if (folder.has("pnpm-lock.yaml")) return "pnpm";
  if (folder.has("yarn.lock")) return "yarn";
  return folder.has("bun.lock") || folder.has("bun.lockb") ? "bun" : "npm";
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
