import { devNull } from "node:os";

const PASSED_ON = ["PATH", "HOME", "USERPROFILE", "SystemRoot", "TMPDIR", "TEMP", "TMP", "XDG_CONFIG_HOME"];

/** Settings under which every git of ours runs, whatever the user configured: no hooks, no daemons, no upkeep, no questions. */
const ALWAYS = [
  `core.hooksPath=${devNull}`,
  "core.fsmonitor=false",
  "core.quotePath=false",
  "gc.auto=0",
  "maintenance.auto=false",
  "commit.gpgSign=false",
  "tag.gpgSign=false",
  "submodule.recurse=false",
  "diff.ignoreSubmodules=all",
  "status.submoduleSummary=false",
  "i18n.commitEncoding=UTF-8",
  "i18n.logOutputEncoding=UTF-8",
  "log.showSignature=false",
  "color.ui=false",
];

/** In work trees of ours nothing may hide a change or a file; in the user's own these are the user's choice. */
const IN_OUR_WORK_TREES = [
  "core.safecrlf=false",
  "core.sparseCheckout=false",
  "core.trustctime=true",
  "core.checkStat=default",
  "core.ignoreStat=false",
  "core.splitIndex=false",
  "index.sparse=false",
  "worktree.useRelativePaths=false",
];

/** The `-c` arguments: the pinned settings, then what one command adds. */
export function pinnedConfig(place: {
  readonly usersCheckout?: boolean;
  readonly config?: readonly string[];
}): string[] {
  const pinned = place.usersCheckout === true ? ALWAYS : [...ALWAYS, ...IN_OUR_WORK_TREES];
  return [...pinned, ...(place.config ?? [])].flatMap((setting) => ["-c", setting]);
}

/**
 * The whole environment of a git process. Nothing of the caller's `GIT_*` gets in. The user's global configuration stays,
 * because filters (LFS) and line endings decide what a file's content is.
 */
export function gitEnvironment(place: {
  readonly indexFile?: string | undefined;
  readonly extra?: Readonly<Record<string, string>> | undefined;
}): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of PASSED_ON) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return {
    ...env,
    ...IDENTITY,
    LC_ALL: "C",
    LANGUAGE: "",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_PAGER: "cat",
    GIT_EDITOR: ":",
    ...(place.indexFile === undefined ? {} : { GIT_INDEX_FILE: place.indexFile }),
    ...place.extra,
  };
}

/** Who makes our commits, as git writes it. */
export const ourIdentity = "Interlock <interlock@localhost>";

/** Our commits are ours: they need no user identity and never borrow one. */
const IDENTITY = {
  GIT_AUTHOR_NAME: "Interlock",
  GIT_AUTHOR_EMAIL: "interlock@localhost",
  GIT_COMMITTER_NAME: "Interlock",
  GIT_COMMITTER_EMAIL: "interlock@localhost",
};
