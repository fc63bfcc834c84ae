import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createLayouts, type TreeLayout } from "../../../src/execution/slots/tree-layout.ts";
import { type TemporaryRepository, temporaryRepository } from "../git/temporary-repository.ts";

let repo: TemporaryRepository;
beforeEach(() => {
  repo = temporaryRepository();
});
afterEach(() => repo.remove());

/** A tree with the paths, made without a work tree. */
function treeWith(paths: readonly string[], content: string): string {
  const blob = execFileSync("git", ["hash-object", "-w", "--stdin"], {
    cwd: repo.root,
    input: content,
    encoding: "utf8",
  }).trim();
  const env = { ...process.env, GIT_INDEX_FILE: `${repo.folder}/index` };
  execFileSync("git", ["read-tree", "--empty"], { cwd: repo.root, env });
  const lines = paths.map(
    (path) => `${path.endsWith("link") ? `160000 ${"1".repeat(40)}` : `100644 ${blob}`}\t${path}\0`,
  );
  execFileSync("git", ["update-index", "--add", "-z", "--index-info"], { cwd: repo.root, env, input: lines.join("") });
  return execFileSync("git", ["write-tree"], { cwd: repo.root, env, encoding: "utf8" }).trim();
}

function comparable(layout: TreeLayout) {
  return {
    folders: [...layout.folders].map(([folder, names]) => `${folder}: ${[...names].sort().join(" ")}`).sort(),
    gitlinks: [...layout.gitlinks].sort(),
    attributes: [...layout.attributes].map((entry) => entry.join(" ")).sort(),
  };
}

test("a layout that is told from the one before is the same as one read from scratch", async () => {
  const names = [
    "a",
    "b",
    "a/b",
    "a/c/d",
    "a/c/link",
    "link",
    "x/y/z/link",
    "x/y/z/w",
    "x/.gitattributes",
    "\xff",
    "b/\xfe/c",
  ];
  // Chance is played, so that a failure can be run again.
  let seed = 42;
  const chance = () => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  const layouts = createLayouts(repo.git);
  for (let round = 0; round < 40; round += 1) {
    const chosen = names.filter(() => chance() < 0.5);
    const paths = chosen.filter((path) => !chosen.some((other) => path.startsWith(`${other}/`)));
    const tree = treeWith(paths, `content ${Math.floor(chance() * 3)}`);
    expect(comparable(await layouts.of(tree))).toEqual(comparable(await createLayouts(repo.git).of(tree)));
  }
});

test("layouts that are shared do not change each other", async () => {
  const layouts = createLayouts(repo.git);
  const one = treeWith(["a/x", "a/y", "b"], "1");
  const two = treeWith(["a/x", "c/z"], "1");
  const before = comparable(await layouts.of(one));
  await layouts.of(two);
  expect(comparable(await layouts.of(one))).toEqual(before);
});
