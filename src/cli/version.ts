import { readFileSync } from "node:fs";

/** The version in our package.json, which lies one or two folders above, depending on where the build was put. */
export function ownVersion(): string {
  for (const up of ["../../package.json", "../package.json"]) {
    const version = versionIn(new URL(up, import.meta.url));
    if (version !== undefined) return version;
  }
  return "unknown";
}

function versionIn(file: URL): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(file, "utf8"));
    return name === "interlock" ? String(version) : undefined;
  } catch {
    return undefined;
  }
}
