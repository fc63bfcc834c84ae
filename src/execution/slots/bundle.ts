import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseId } from "../git/objects.ts";
import type { Git } from "../git/runner.ts";
import type { NestedRepository } from "./nested-repository.ts";

/**
 * Writes the history of a nested repository as a bundle into the slot's repository and returns the blob, or undefined
 * when it has no commits. Git opens an empty repository of ours that borrows only the objects. [G7]
 */
export async function bundleHistory(git: Git, nested: NestedRepository): Promise<string | undefined> {
  const folder = await mkdtemp(join(git.gitDir, "interlock", "tmp", "bundle-"));
  try {
    const gitDir = join(folder, "stand-in.git");
    const bundle = join(folder, "history.bundle");
    const env = { GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(nested.objects), GIT_NO_LAZY_FETCH: "1" };
    await makeStandIn(gitDir, nested);
    const refs = await existing(git, nested, { gitDir, env });
    if (refs.length === 0) return undefined;
    await writeFile(join(gitDir, "packed-refs"), refs.map(({ name, oid }) => `${oid} ${name}\n`).join(""));
    await git.run({ args: ["bundle", "create", "-q", bundle, "--all"], parse: () => undefined }, { gitDir, env });
    return await git.run({ args: ["hash-object", "-w", "--no-filters", "--", bundle], parse: parseId });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeStandIn(gitDir: string, nested: NestedRepository): Promise<void> {
  await mkdir(join(gitDir, "objects"), { recursive: true });
  await mkdir(join(gitDir, "refs"), { recursive: true });
  const long = nested.refs.some(({ oid }) => oid.length === 64);
  const format = long
    ? "\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = sha256\n"
    : "\trepositoryformatversion = 0\n";
  await writeFile(join(gitDir, "config"), `[core]\n\tbare = true\n${format}`);
  await writeFile(join(gitDir, "HEAD"), "ref: refs/heads/nothing\n");
}

/** The refs whose objects are there; a broken ref must not lose the others. */
async function existing(
  git: Git,
  nested: NestedRepository,
  place: { readonly gitDir: string; readonly env: Record<string, string> },
) {
  if (nested.refs.length === 0) return [];
  const types = await git.run(
    { args: ["cat-file", "--batch-check=%(objecttype)"], parse: ({ stdout }) => stdout.toString("utf8").split("\n") },
    { ...place, stdin: nested.refs.map(({ oid }) => `${oid}\n`).join("") },
  );
  return nested.refs.filter((_, index) => /^(commit|tag|tree|blob)$/.test(types[index] ?? ""));
}

/** Paths in that variable are separated by colons unless quoted. */
function quoted(path: string): string {
  return `"${path.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n")}"`;
}
