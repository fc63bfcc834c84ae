import { GitFault } from "./git-fault.ts";
import type { Git, GitCommand } from "./runner.ts";

/** An entry of a tree. */
export interface TreeEntry {
  readonly mode: string;
  readonly type: string;
  readonly oid: string;
  readonly path: string;
}

/** What a commit of ours is made of; `date` is anything git takes, now when absent. */
export interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly date?: string;
}

/** The content of a file in a commit or tree, or undefined when there is no file of that name. */
export function readFileAt(git: Git, commit: string, path: string): Promise<Buffer | undefined> {
  return git.run(readOneBlob, { stdin: `${commit}:${path}\0` });
}

/** All files of a commit or tree, or those under `under`, with subfolders walked. */
export function listTree(git: Git, tree: string, under: readonly string[] = []): Promise<readonly TreeEntry[]> {
  return git.run({ args: ["ls-tree", "-r", "-z", "--full-tree", tree, "--", ...under], parse: parseTree });
}

/** The tree of a commit. */
export function treeOf(git: Git, commit: string): Promise<string> {
  return git.run({ args: ["rev-parse", "--verify", `${commit}^{tree}`], parse: parseId });
}

/** Makes a commit by Interlock; the same input in the same second is the same commit. Returns its id. */
export function commitTree(git: Git, commit: NewCommit): Promise<string> {
  return git.run(
    { args: ["commit-tree", ...commit.parents.flatMap((parent) => ["-p", parent]), commit.tree], parse: parseId },
    {
      stdin: commit.message,
      env: commit.date === undefined ? {} : { GIT_AUTHOR_DATE: commit.date, GIT_COMMITTER_DATE: commit.date },
    },
  );
}

/** The contents of blobs, in the order asked; throws when one is missing. */
export async function readBlobs(git: Git, oids: readonly string[]): Promise<readonly Buffer[]> {
  if (oids.length === 0) return [];
  const args = ["cat-file", "--batch=%(objectname) %(objecttype) %(objectsize)"];
  return git.run(
    { args, parse: ({ stdout }) => splitBatch(args, stdout) },
    { stdin: oids.map((oid) => `${oid}\n`).join("") },
  );
}

/** The id that a command printed as its only line. */
export function parseId({ stdout }: { readonly stdout: Buffer }): string {
  return stdout.toString("ascii").trim();
}

/** Names read from `-z` output. */
export function parseNames({ stdout }: { readonly stdout: Buffer }): readonly string[] {
  return stdout.toString("utf8").split("\0").filter(Boolean);
}

const readOneBlob: GitCommand<Buffer | undefined> = {
  args: ["cat-file", "--batch", "-z"],
  parse: ({ stdout }) => {
    const end = stdout.indexOf("\n");
    const [, type, size] =
      stdout
        .subarray(0, end)
        .toString("utf8")
        .match(/^[0-9a-f]+ (\w+) (\d+)$/) ?? [];
    return type === "blob" ? stdout.subarray(end + 1, end + 1 + Number(size)) : undefined;
  },
};

function splitBatch(args: readonly string[], stdout: Buffer): readonly Buffer[] {
  const blobs: Buffer[] = [];
  for (let at = 0; at < stdout.length; ) {
    const end = stdout.indexOf("\n", at);
    const header = stdout.subarray(at, end).toString("ascii");
    const [, size] = header.match(/^[0-9a-f]+ blob (\d+)$/) ?? [];
    if (size === undefined) throw new GitFault(args, 0, header);
    blobs.push(stdout.subarray(end + 1, end + 1 + Number(size)));
    at = end + 1 + Number(size) + 1;
  }
  return blobs;
}

function parseTree(output: { readonly stdout: Buffer }): readonly TreeEntry[] {
  return parseNames(output).map((line) => {
    const tab = line.indexOf("\t");
    const [mode = "", type = "", oid = ""] = line.slice(0, tab).split(" ");
    return { mode, type, oid, path: line.slice(tab + 1) };
  });
}
