import { createHash } from "node:crypto";

export interface PlayedCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  /** Seconds since 1970. */
  readonly at: number;
}

/** Files by path; all of them are plain texts. */
export type Files = ReadonlyMap<string, string>;

interface Folder {
  /** Blobs by path, with those in folders below. */
  readonly files: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** A repository in memory: what real git keeps in objects and refs, without modes, links and submodules. */
export class PlayedRepository {
  readonly refs = new Map<string, string>();
  readonly #blobs = new Map<string, string>();
  readonly #trees = new Map<string, Folder>();
  readonly #commits = new Map<string, PlayedCommit>();
  readonly #known = new Map<string, string>();
  /** Told of each change of a ref before it happens. */
  onMove: (ref: string, from: string | undefined, to: string | undefined) => void = () => undefined;

  writeBlob(text: string): string {
    const known = this.#known.get(text);
    if (known) return known;
    const oid = idOf(`blob ${text}`);
    this.#known.set(text, oid);
    this.#blobs.set(oid, text);
    return oid;
  }

  writeTree(files: Files): string {
    return this.#writeFolder(new Map([...files].map(([path, text]) => [path, this.writeBlob(text)])));
  }

  writeCommit(commit: PlayedCommit): string {
    const oid = idOf(`commit ${JSON.stringify(commit)}`);
    this.#commits.set(oid, commit);
    return oid;
  }

  blob(oid: string): string | undefined {
    return this.#blobs.get(oid);
  }

  commit(oid: string): PlayedCommit | undefined {
    return this.#commits.get(oid);
  }

  /** Blobs by path of a tree, or of a commit's tree. */
  entries(treeish: string): ReadonlyMap<string, string> | undefined {
    return this.#trees.get(this.#commits.get(treeish)?.tree ?? treeish)?.files;
  }

  /** A tree as git stores it: mode, name and id of each entry. */
  treeBody(oid: string): Buffer | undefined {
    return this.#trees.get(oid)?.body;
  }

  isTree(oid: string): boolean {
    return this.#trees.has(oid);
  }

  files(treeish: string): Files {
    const entries = this.entries(treeish);
    if (!entries) throw new Error(`${treeish} is no tree`);
    return new Map([...entries].map(([path, oid]) => [path, this.#blobs.get(oid) ?? ""]));
  }

  #writeFolder(files: ReadonlyMap<string, string>): string {
    const key = [...files]
      .map(([path, oid]) => `${oid} ${path}\n`)
      .sort()
      .join("");
    const known = this.#known.get(`tree ${key}`);
    if (known) return known;
    const oid = idOf(`tree ${key}`);
    const below = new Map<string, Map<string, string>>();
    const entries: { readonly name: string; readonly mode: string; readonly oid: string }[] = [];
    for (const [path, blob] of files) {
      const slash = path.indexOf("/");
      if (slash < 0) entries.push({ name: path, mode: "100644", oid: blob });
      else {
        const name = path.slice(0, slash);
        below.set(name, (below.get(name) ?? new Map()).set(path.slice(slash + 1), blob));
      }
    }
    for (const [name, inside] of below) entries.push({ name, mode: "40000", oid: this.#writeFolder(inside) });
    const parts = entries
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap(({ name, mode, oid: id }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, "hex")]);
    this.#known.set(`tree ${key}`, oid);
    this.#trees.set(oid, { files, body: Buffer.concat(parts) });
    return oid;
  }

  /** Sets a ref, or removes it. */
  move(ref: string, to: string | undefined): void {
    this.onMove(ref, this.refs.get(ref), to);
    if (to === undefined) this.refs.delete(ref);
    else this.refs.set(ref, to);
  }

  /** A commit and everything before it, nearest first. */
  history(commit: string): ReadonlySet<string> {
    const seen = new Set([commit]);
    for (const one of seen) for (const parent of this.#commits.get(one)?.parents ?? []) seen.add(parent);
    return seen;
  }

  /** Common ancestors that are in no other common ancestor's history. */
  mergeBases(one: string, other: string): readonly string[] {
    const mine = this.history(one);
    const common = [...this.history(other)].filter((commit) => mine.has(commit));
    return common.filter((a) => !common.some((b) => b !== a && this.history(b).has(a)));
  }
}

/** As long as a real id, so that what looks at ids cannot tell. */
function idOf(content: string): string {
  return createHash("sha1").update(content).digest("hex");
}
