import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { resolutionMemory } from "../../../../src/execution/landing/resolution/memory.ts";
import { findMergiraf } from "../../../../src/execution/landing/resolution/mergiraf.ts";
import { rememberResolution } from "../../../../src/execution/landing/resolution/remember.ts";
import { resolveMerge } from "../../../../src/execution/landing/resolution/resolve-merge.ts";
import { type TemporaryRepository, temporaryRepository, whatIsTheUsers } from "../../git/temporary-repository.ts";

let repository: TemporaryRepository | undefined;

afterEach(() => repository?.remove());

type Files = Readonly<Record<string, string>>;

/** A repository with two commits on one base. */
function forked(base: Files, ours: Files, theirs: Files) {
  repository = temporaryRepository(base);
  const { write, commit, sh } = repository;
  write(ours);
  const request = { ours: commit("ours"), theirs: "" };
  sh(["reset", "-q", "--hard", "HEAD~1"]);
  write(theirs);
  request.theirs = commit("theirs");
  return { repository, request };
}

describe("resolving a merge", () => {
  test("[G8] says by which step each path was resolved, and leaves the rest as git left it", async () => {
    const { repository, request } = forked(
      { "deep/er/a.json": '{\n  "a": 1\n}\n', "same.txt": "one\n", "z.txt": "z\n" },
      { "deep/er/a.json": '{\n  "a": 1,\n  "b": 2\n}\n', "same.txt": "two\n" },
      { "deep/er/a.json": '{\n  "a": 1,\n  "c": 3\n}\n', "same.txt": "three\n", "z.txt": "zz\n" },
    );
    const before = whatIsTheUsers(repository);
    const merged = await resolveMerge(repository.git, request);
    expect(merged).toMatchObject({
      clean: false,
      resolved: [{ path: "deep/er/a.json", by: "keys" }],
      conflicts: [{ path: "same.txt", kind: "content", hunks: [{ base: "one\n", ours: "two\n", theirs: "three\n" }] }],
    });
    const { sh } = repository;
    expect(sh(["show", `${merged.tree}:deep/er/a.json`])).toBe('{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}');
    expect(sh(["show", `${merged.tree}:z.txt`])).toBe("zz");
    expect(sh(["show", `${merged.tree}:same.txt`])).toContain("<<<<<<<");
    expect(whatIsTheUsers(repository)).toEqual(before);
  });

  test("a merge whose conflicts are all resolved is clean, and files keep their modes", async () => {
    const { repository, request } = forked(
      { "run.sh": "one\ntwo\nend\n" },
      { "run.sh": "ONE\ntwo\nend\n" },
      { "run.sh": "one\nTWO\nend\n" },
    );
    const { sh, git } = repository;
    const merged = await resolveMerge(git, request);
    expect(merged).toMatchObject({ clean: true, resolved: [{ path: "run.sh", by: "adjacent_lines" }] });
    expect(sh(["show", `${merged.tree}:run.sh`])).toBe("ONE\nTWO\nend");
    expect(sh(["ls-tree", merged.tree])).toContain("100644");
  });

  test("[G8] refuses what was edited here and deleted there, binaries, and what both added as a file", async () => {
    const { repository, request } = forked(
      { "gone.txt": "one\n", "b.bin": "a\0b" },
      { "gone.txt": "two\n", "b.bin": "a\0c", "new.json": '{"a": 1}\n' },
      { "b.bin": "a\0d", "new.json": '{"b": 1}\n' },
    );
    const { sh, git } = repository;
    sh(["rm", "-q", "gone.txt"]);
    const theirs = repository.commit("deleted");
    const merged = await resolveMerge(git, { ...request, theirs });
    expect(merged.resolved).toEqual([]);
    expect(merged.clean ? [] : merged.conflicts.map(({ path, kind }) => ({ path, kind }))).toEqual([
      { path: "b.bin", kind: "binary" },
      { path: "gone.txt", kind: "modify/delete" },
      { path: "new.json", kind: "add/add" },
    ]);
  });

  test("[G8] refuses files that both renamed, or one renamed and the other deleted, and names that are in the way", async () => {
    const long = (mark: string) => Array.from({ length: 20 }, (_, i) => `${mark} ${i}\n`).join("");
    repository = temporaryRepository({ "one.txt": long("one"), "two.txt": long("two"), "three.txt": long("three") });
    const { sh, git, write, commit } = repository;
    const base = sh(["rev-parse", "HEAD"]);
    sh(["mv", "one.txt", "ours.txt"]);
    sh(["mv", "two.txt", "new-two.txt"]);
    write({ "new/file.txt": "in a folder\n" });
    const ours = commit("ours");
    sh(["reset", "-q", "--hard", base]);
    sh(["mv", "one.txt", "theirs.txt"]);
    sh(["rm", "-q", "two.txt"]);
    write({ new: "no folder\n" });
    const merged = await resolveMerge(git, { ours, theirs: commit("theirs") });
    expect(merged.resolved).toEqual([]);
    const kinds = merged.clean ? [] : merged.conflicts.map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(["rename/rename", "rename/delete", "file/directory"]));
  });

  test("[G8] refuses submodules at different commits, and a file that the other side made a link", async () => {
    const { repository, request } = forked({ "a.txt": "a\n" }, { "a.txt": "b\n" }, { "z.txt": "z\n" });
    const { sh, git } = repository;
    const commits = [request.ours, request.theirs, sh(["rev-parse", `${request.ours}~1`])] as const;
    const at = (module: string, mode: string, content: string) => {
      sh(["reset", "-q", "--hard", commits[2]]);
      sh(["update-index", "--add", "--cacheinfo", `160000,${module},module`]);
      writeFileSync(join(repository.root, "content"), content);
      sh(["update-index", "--add", "--cacheinfo", `${mode},${sh(["hash-object", "-w", "content"])},thing`]);
      return sh(["commit-tree", "-m", content, ...(content === "base" ? [] : ["-p", base]), sh(["write-tree"])]);
    };
    let base = "";
    base = at(commits[2], "100644", "base");
    const merged = await resolveMerge(git, {
      ours: at(commits[0], "100644", "more"),
      theirs: at(commits[1], "120000", "a.txt"),
    });
    expect(merged.resolved).toEqual([]);
    const kinds = merged.clean ? [] : merged.conflicts.map(({ path, kind }) => `${path.slice(0, 5)} ${kind}`);
    expect(new Set(kinds)).toEqual(new Set(["modul submodule", "thing distinct_types"]));
  });

  test("a mode that one side changed stays beside lines that are joined", async () => {
    const { repository, request } = forked({ "run.sh": "a\nb\n" }, { "run.sh": "A\nb\n" }, { "run.sh": "a\nB\n" });
    const { sh, git, root } = repository;
    chmodSync(join(root, "run.sh"), 0o755);
    sh(["update-index", "--chmod=+x", "run.sh"]);
    sh(["commit", "-q", "--amend", "-m", "theirs"]);
    const merged = await resolveMerge(git, { ...request, theirs: sh(["rev-parse", "HEAD"]) });
    expect(merged).toMatchObject({ clean: true, resolved: [{ path: "run.sh", by: "adjacent_lines" }] });
    expect(sh(["ls-tree", merged.tree, "run.sh"])).toMatch(/^100755 /);
  });

  test("refuses links that point to different places", async () => {
    const { repository, request } = forked({ "a.txt": "a" }, { "a.txt": "a" }, { "a.txt": "a" });
    const { sh, git, root } = repository;
    const link = (to: string) => {
      writeFileSync(join(root, "target"), to);
      const blob = sh(["hash-object", "-w", "target"]);
      sh(["reset", "-q", "--hard", request.ours]);
      sh(["update-index", "--add", "--cacheinfo", `120000,${blob},link`]);
      sh(["commit", "-q", "-m", to]);
      return sh(["rev-parse", "HEAD"]);
    };
    const base = link("one");
    const [ours, theirs] = [link("two"), link("three")];
    const merged = await resolveMerge(git, { ours, theirs, base });
    expect(merged).toMatchObject({ clean: false, resolved: [] });
  });
});

describe("what was resolved before", () => {
  const base = "start\none\nend\n";
  const sides = { base, ours: "start\ntwo\nend\n", theirs: "start\nthree\nend\n" };

  test("the same clash in the same file is settled as it was, whichever side is ours", async () => {
    const { repository, request } = forked({ "a.txt": base }, { "a.txt": sides.ours }, { "a.txt": sides.theirs });
    const { git, gitDir, sh } = repository;
    const memory = resolutionMemory(gitDir);
    expect(await resolveMerge(git, request, { memory })).toMatchObject({ clean: false });
    await rememberResolution(git, "a.txt", sides, "start\ntwo and three\nend\n");
    const merged = await resolveMerge(git, request, { memory });
    expect(merged).toMatchObject({ clean: true, resolved: [{ path: "a.txt", by: "remembered" }] });
    expect(sh(["show", `${merged.tree}:a.txt`])).toBe("start\ntwo and three\nend");
    const swapped = await resolveMerge(git, { ours: request.theirs, theirs: request.ours }, { memory });
    expect(swapped.tree).toBe(merged.tree);
  });

  test("another clash, or the same one in another file, is not settled by it", async () => {
    const { repository, request } = forked(
      { "a.txt": base, "b.txt": base },
      { "a.txt": "start\nfour\nend\n", "b.txt": sides.ours },
      { "a.txt": sides.theirs, "b.txt": sides.theirs },
    );
    const { git, gitDir } = repository;
    await rememberResolution(git, "a.txt", sides, "start\ntwo and three\nend\n");
    const merged = await resolveMerge(git, request, { memory: resolutionMemory(gitDir) });
    expect(merged.resolved).toEqual([]);
  });

  test("what cannot be found again in the result is not remembered", async () => {
    const { repository, request } = forked({ "a.txt": base }, { "a.txt": sides.ours }, { "a.txt": sides.theirs });
    const { git, gitDir } = repository;
    await rememberResolution(git, "a.txt", sides, "wholly rewritten\n");
    expect((await resolveMerge(git, request, { memory: resolutionMemory(gitDir) })).resolved).toEqual([]);
  });
});

describe.skipIf(process.platform === "win32")("mergiraf", () => {
  /** Stands in for the real one, which is not installed everywhere. */
  function installed(script: string) {
    const folder = join(repository?.folder ?? "", "bin");
    mkdirSync(folder);
    writeFileSync(join(folder, "mergiraf"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "mergiraf"), 0o755);
    const mergiraf = findMergiraf(folder);
    return mergiraf ? { mergiraf } : {};
  }

  const clash = () => forked({ "a.php": "one\n" }, { "a.php": "one\ntwo\n" }, { "a.php": "one\nthree\n" });

  test("settles what no step of ours could, and is named", async () => {
    const { repository, request } = clash();
    const merged = await resolveMerge(
      repository.git,
      request,
      installed('[ "$1" = merge ] && cat "$3" && tail -n 1 "$4"'),
    );
    expect(merged).toMatchObject({ clean: true, resolved: [{ path: "a.php", by: "mergiraf" }] });
    expect(repository.sh(["show", `${merged.tree}:a.php`])).toBe("one\ntwo\nthree");
  });

  test.each([
    ["drops a line that a side added", 'cat "$3"'],
    ["leaves markers", 'printf "one\\n<<<<<<< x\\ntwo\\n=======\\nthree\\n>>>>>>> y\\n"'],
    ["fails", 'cat "$3"; tail -n 1 "$4"; exit 1'],
  ])("is not believed when it %s", async (_, script) => {
    const { repository, request } = clash();
    expect((await resolveMerge(repository.git, request, installed(script))).resolved).toEqual([]);
  });

  test("is not looked for in folders that depend on where one is", () => {
    expect(findMergiraf("bin:./bin")).toBeUndefined();
  });
});
