import { ourIdentity } from "./environment.ts";
import { GitFault } from "./git-fault.ts";
import { findObject, readObject } from "./read-object.ts";
import type { Git } from "./runner.ts";

/** An entry of a tree. */
export interface TreeEntry {
  readonly mode: string;
  readonly type: string;
  readonly oid: string;
  readonly path: string;
}

/** What a commit of ours is made of; it is made now when `date` is absent. */
export interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly date?: Date;
}

/** The content of a file in a commit or tree, or undefined when there is no file of that name. */
export async function readFileAt(git: Git, commit: string, path: string): Promise<Buffer | undefined> {
  const found = await readObject(git, `${commit}:${path}`);
  return found?.type === "blob" ? found.body : undefined;
}

/** All files of a commit or tree, or those under `under`, with subfolders walked. */
export function listTree(git: Git, tree: string, under: readonly string[] = []): Promise<readonly TreeEntry[]> {
  return git.run({ args: ["ls-tree", "-r", "-z", "--full-tree", tree, "--", ...under], parse: parseTree });
}

/** The tree of a commit. */
export async function treeOf(git: Git, commit: string): Promise<string> {
  const found = await findObject(git, `${commit}^{tree}`);
  if (!found) throw new GitFault(["cat-file", commit], undefined, `there is no commit ${commit}`);
  return found.id;
}

/** The commit that another was made from, or undefined when it is not there or was made from none. */
export async function firstParentOf(git: Git, commit: string): Promise<string | undefined> {
  const found = await readObject(git, commit);
  const [head = ""] = found?.type === "commit" ? found.body.toString("latin1").split("\n\n") : [];
  return /^parent (\S+)$/m.exec(head)?.[1];
}

/** Whether a commit is there with its tree: a garbage collection may have taken what was on no ref a moment ago. */
export async function isWhole(git: Git, commit: string): Promise<boolean> {
  return (await findObject(git, `${commit}^{tree}`)) !== undefined;
}

/** Makes a commit by Interlock; the same input in the same second is the same commit. Returns its id. */
export function commitTree(git: Git, { tree, parents, message, date = new Date() }: NewCommit): Promise<string> {
  const by = `${ourIdentity} ${Math.floor(date.getTime() / 1000)} ${zoneOf(date)}`;
  const head = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`), `author ${by}`, `committer ${by}`];
  // Git takes no commit with a NUL in its message.
  const content = `${head.join("\n")}\n\n${message.replaceAll("\0", "")}`;
  const args = ["hash-object", "-t", "commit", "-w", "--no-filters", "--stdin-paths"];
  return git.ask({ args, ask: { content }, parse: parseLine });
}

/** The contents of blobs, in the order asked; throws when one is missing. */
export function readBlobs(git: Git, oids: readonly string[]): Promise<readonly Buffer[]> {
  return Promise.all(
    oids.map(async (oid) => {
      const found = await readObject(git, oid);
      if (found?.type !== "blob") throw new GitFault(["cat-file", oid], undefined, `there is no blob ${oid}`);
      return found.body;
    }),
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

function parseLine(output: Buffer): { readonly answer: string; readonly length: number } | number {
  const end = output.indexOf("\n");
  return end < 0 ? output.length + 1 : { answer: output.toString("utf8", 0, end), length: end + 1 };
}

/** How far the machine's clock is from UTC, as git writes it: `+0200`. */
function zoneOf(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const digits = (part: number) => String(Math.floor(Math.abs(part))).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${digits(minutes / 60)}${digits(minutes % 60)}`;
}

function parseTree(output: { readonly stdout: Buffer }): readonly TreeEntry[] {
  return parseNames(output).map((line) => {
    const tab = line.indexOf("\t");
    const [mode = "", type = "", oid = ""] = line.slice(0, tab).split(" ");
    return { mode, type, oid, path: line.slice(tab + 1) };
  });
}
