/** Where the repository may be, most telling first. A server's working directory is the last thing to trust. */
import { fileURLToPath } from "node:url";

/** What a server knows about where it is, apart from its calls. */
export interface ServerPlace {
  /** Set by `--root` or `INTERLOCK_ROOT`: then nothing else is tried. */
  readonly root?: string;
  readonly claudeProjectDir?: string;
  readonly workingDirectory: string;
}

/** What one call tells. */
export interface CallPlace {
  /** The client's roots, as URIs. */
  readonly roots: readonly string[];
  readonly meta: Readonly<Record<string, unknown>> | undefined;
}

/** Paths to try in this order; the first that lies in a repository is meant. */
export function repositoryCandidates(server: ServerPlace, call: CallPlace): readonly string[] {
  if (server.root !== undefined) return [server.root];
  const all = [
    ...(server.claudeProjectDir === undefined ? [] : [server.claudeProjectDir]),
    ...call.roots.flatMap(pathOf),
    ...sandboxFolder(call.meta),
    ...turnWorkspaces(call.meta),
    server.workingDirectory,
  ];
  return [...new Set(all)];
}

/** Codex says so when the server advertises that it wants to know. */
function sandboxFolder(meta: CallPlace["meta"]): readonly string[] {
  const state = fieldsOf(meta?.["codex/sandbox-state"]);
  const folder = state?.["sandboxCwd"];
  return typeof folder === "string" ? pathOf(folder) : [];
}

function turnWorkspaces(meta: CallPlace["meta"]): readonly string[] {
  const turn = fieldsOf(meta?.["x-codex-turn-metadata"]);
  return Object.keys(fieldsOf(turn?.["workspaces"]) ?? {}).flatMap(pathOf);
}

/** Codex sends some of these as JSON in a text. */
function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value === "string") {
    try {
      return fieldsOf(JSON.parse(value) as unknown);
    } catch {
      return undefined;
    }
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function pathOf(place: string): readonly string[] {
  if (!place.startsWith("file:")) return place.startsWith("/") || /^[A-Za-z]:[\\/]/.test(place) ? [place] : [];
  try {
    return [fileURLToPath(place)];
  } catch {
    return [];
  }
}
