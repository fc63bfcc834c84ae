import type { Problem } from "./problems.ts";
import { isStore } from "./store-url.ts";

/** Which set of tools a server offers. */
export type ProfileName = "worker" | "planner" | "all";

const profiles: readonly ProfileName[] = ["worker", "planner", "all"];

/** What the environment and the flags of a process say, flags first. */
export interface Surroundings {
  /** Set by `--root` or `INTERLOCK_ROOT`. */
  readonly root?: string;
  readonly profile: ProfileName;
  /** Set by `INTERLOCK_STORE`; overrides `store.url`. */
  readonly store?: string;
  /** Set by Claude Code for the servers that it starts. */
  readonly claudeProjectDir?: string;
}

/** Reads environment and flags once; empty variables count as absent. */
export function readSurroundings(
  environment: Readonly<Record<string, string | undefined>>,
  flags: { readonly root?: string | undefined; readonly profile?: string | undefined } = {},
): { readonly surroundings: Surroundings } | { readonly problems: readonly Problem[] } {
  const set = (name: string): string | undefined => environment[name] || undefined;
  const root = flags.root ?? set("INTERLOCK_ROOT");
  const store = set("INTERLOCK_STORE");
  const claude = set("CLAUDE_PROJECT_DIR");
  const wanted = flags.profile ?? set("INTERLOCK_PROFILE") ?? "worker";
  const profile = profiles.find((name) => name === wanted);
  const problems: Problem[] = [];
  if (!profile) {
    const path = flags.profile === undefined ? "INTERLOCK_PROFILE" : "--profile";
    problems.push({ path, problem: `must be one of ${profiles.join(", ")}, not ${JSON.stringify(wanted)}` });
  }
  // Not quoted: it may hold a password.
  if (store !== undefined && !isStore(store))
    problems.push({ path: "INTERLOCK_STORE", problem: "must be sqlite or a postgres:// url" });
  if (!profile || problems.length > 0) return { problems };
  return {
    surroundings: {
      profile,
      ...(root === undefined ? {} : { root }),
      ...(store === undefined ? {} : { store }),
      ...(claude === undefined ? {} : { claudeProjectDir: claude }),
    },
  };
}
