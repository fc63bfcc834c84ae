import { basename, dirname } from "node:path";
import { findGit } from "./executable.ts";
import { GitFault } from "./git-fault.ts";
import { type GitCommand, run } from "./runner.ts";

/** What a folder belongs to: where its repository keeps things and what is checked out there. */
export interface Repository {
  /** Top level of the work tree that the folder is in; the common dir when the repository is bare. Absolute, links resolved. */
  readonly root: string;
  /** Top level of the repository's main work tree, when there is one that can be named. */
  readonly mainRoot: string | undefined;
  /** Shared by all work trees of the repository: the workspace's identity on this machine. */
  readonly commonDir: string;
  readonly gitDir: string;
  readonly bare: boolean;
  readonly isLinkedWorktree: boolean;
  /** Full name, like `refs/heads/main`; undefined when HEAD is detached. */
  readonly headBranch: string | undefined;
  /** Undefined while the branch has no commit. */
  readonly headCommit: string | undefined;
  /** Whether this repository's file system folds case. */
  readonly ignoreCase: boolean;
}

/** The repository that `folder` is in, or undefined when it is in none. The only place where git may look for one. */
export async function discoverRepository(folder: string): Promise<Repository | undefined> {
  const executable = findGit();
  const ask = <T>(command: GitCommand<T>) => run(executable, command, { workTree: folder });
  const place = await ask(findPlace);
  if (place === undefined) return undefined;
  const [topLevel, headBranch, headCommit, ignoreCase, bare] = await Promise.all([
    place.insideWorkTree ? ask(findTopLevel) : undefined,
    ask(readHeadBranch),
    ask(readHeadCommit),
    ask(readFlag("core.ignoreCase")),
    ask(readFlag("core.bare")),
  ]);
  const isLinkedWorktree = place.gitDir !== place.commonDir;
  const besideGitDir = !bare && basename(place.commonDir) === ".git" ? dirname(place.commonDir) : undefined;
  const mainRoot = isLinkedWorktree ? besideGitDir : (topLevel ?? besideGitDir);
  return {
    root: topLevel ?? mainRoot ?? place.commonDir,
    mainRoot,
    commonDir: place.commonDir,
    gitDir: place.gitDir,
    bare,
    isLinkedWorktree,
    headBranch,
    headCommit,
    ignoreCase,
  };
}

const findPlace: GitCommand<{ gitDir: string; commonDir: string; insideWorkTree: boolean } | undefined> = {
  args: ["rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir", "--is-inside-work-tree"],
  okCodes: [0, 128],
  parse: ({ stdout, stderr, exitCode }) => {
    if (exitCode !== 0) {
      if (stderr.includes("not a git repository")) return undefined;
      throw new GitFault(findPlace.args, exitCode, stderr);
    }
    const [gitDir = "", commonDir = "", inside] = stdout.toString("utf8").split("\n");
    return { gitDir, commonDir, insideWorkTree: inside === "true" };
  },
};

const findTopLevel: GitCommand<string> = {
  args: ["rev-parse", "--show-toplevel"],
  parse: ({ stdout }) => withoutNewline(stdout),
};

const readHeadBranch: GitCommand<string | undefined> = {
  args: ["symbolic-ref", "-q", "HEAD"],
  okCodes: [0, 1],
  parse: ({ stdout }) => withoutNewline(stdout) || undefined,
};

const readHeadCommit: GitCommand<string | undefined> = {
  args: ["rev-parse", "-q", "--verify", "HEAD^{commit}"],
  okCodes: [0, 1],
  parse: ({ stdout }) => withoutNewline(stdout) || undefined,
};

function readFlag(key: string): GitCommand<boolean> {
  return {
    args: ["config", "--type=bool", "--get", key],
    okCodes: [0, 1],
    parse: ({ stdout }) => withoutNewline(stdout) === "true",
  };
}

function withoutNewline(stdout: Buffer): string {
  return stdout.toString("utf8").replace(/\n$/, "");
}
