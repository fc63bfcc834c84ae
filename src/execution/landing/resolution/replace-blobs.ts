import { GitFault } from "../../git/git-fault.ts";
import { parseId } from "../../git/objects.ts";
import { readObject } from "../../git/read-object.ts";
import type { Git } from "../../git/runner.ts";

/** Writes a text as a blob and gives its id. */
export function writeBlob(git: Git, content: string): Promise<string> {
  const args = ["hash-object", "-t", "blob", "-w", "--no-filters", "--stdin-paths"];
  return git.ask({
    args,
    ask: { content },
    parse: (output) => {
      const end = output.indexOf("\n");
      return end < 0 ? output.length + 1 : { answer: output.toString("ascii", 0, end), length: end + 1 };
    },
  });
}

/** A tree in which files hold other blobs; their modes stay. Reads and writes only the folders that they are in. */
export async function replaceBlobs(git: Git, tree: string, blobs: ReadonlyMap<string, string>): Promise<string> {
  const below = new Map<string, Map<string, string>>();
  const here = new Map<string, string>();
  for (const [path, blob] of blobs) {
    const slash = path.indexOf("/");
    if (slash < 0) here.set(path, blob);
    else {
      const folder = path.slice(0, slash);
      below.set(folder, (below.get(folder) ?? new Map()).set(path.slice(slash + 1), blob));
    }
  }
  const entries = await readEntries(git, tree);
  const changed = await Promise.all(
    entries.map(async (entry) => {
      const name = Buffer.from(entry.name, "latin1").toString("utf8");
      const inside = entry.mode === FOLDER ? below.get(name) : undefined;
      const id = inside ? await replaceBlobs(git, entry.id, inside) : (here.get(name) ?? entry.id);
      return `${entry.mode} ${typeOf(entry.mode)} ${id}\t${entry.name}\0`;
    }),
  );
  const stdin = Buffer.from(changed.join(""), "latin1");
  return git.run({ args: ["mktree", "-z", "--missing"], parse: parseId }, { stdin });
}

interface Entry {
  readonly mode: string;
  /** One character per byte. */
  readonly name: string;
  readonly id: string;
}

const FOLDER = "40000";

function typeOf(mode: string): string {
  if (mode === FOLDER) return "tree";
  return mode === "160000" ? "commit" : "blob";
}

async function readEntries(git: Git, tree: string): Promise<readonly Entry[]> {
  const found = await readObject(git, tree);
  if (found?.type !== "tree") throw new GitFault(["cat-file", tree], undefined, `there is no tree ${tree}`);
  const { body, id } = found;
  const entries: Entry[] = [];
  for (let start = 0; start < body.length; ) {
    const end = body.indexOf(0, start);
    const [mode = "", name = ""] = body.toString("latin1", start, end).split(/ (.*)/s);
    start = end + 1 + id.length / 2;
    entries.push({ mode, name, id: body.toString("hex", end + 1, start) });
  }
  return entries;
}
