import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { commitTree } from "../../../src/execution/git/objects.ts";
import { createGit } from "../../../src/execution/git/runner.ts";
import { type MergeResult, mergeTrees } from "../../../src/execution/landing/merge.ts";
import { type TemporaryRepository, temporaryRepository, whatIsTheUsers } from "../git/temporary-repository.ts";

type Files = Readonly<Record<string, string | null>>;

const LINES = "one\ntwo\nthree\nfour\nfive\nsix\n";

let repo: TemporaryRepository;
beforeEach(() => {
  repo = temporaryRepository({ "a.txt": LINES, "dir/b.txt": "b\n", "dir/c.txt": "c\n", gone: "gone\n" });
});
afterEach(() => repo.remove());

/** A commit on another with some files written and others (null) deleted. */
function commitOn(parent: string, files: Files): string {
  const folder = join(repo.folder, `side-${Math.abs(hash(JSON.stringify([parent, files])))}`);
  repo.sh(["worktree", "add", "-q", "--detach", folder, parent]);
  for (const [path, content] of Object.entries(files)) {
    if (content === null) repo.sh(["rm", "-q", "-r", path], folder);
    else repo.write({ [path]: content }, folder);
  }
  const commit = repo.commit("side", folder);
  repo.sh(["worktree", "remove", "--force", folder]);
  return commit;
}

function hash(text: string): number {
  return [...text].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) | 0, 7);
}

async function merge(ours: Files, theirs: Files, base = "main"): Promise<MergeResult> {
  return mergeTrees(repo.git, { ours: commitOn(base, ours), theirs: commitOn(base, theirs) });
}

function conflictsOf(result: MergeResult): string[] {
  return result.clean ? [] : result.conflicts.map((conflict) => `${conflict.kind} ${conflict.path}`);
}

const show = (tree: string, path: string) => repo.sh(["cat-file", "-p", `${tree}:${path}`]);

describe("a clean merge", () => {
  test("is a tree with both changes, in the repository's own objects, and touches nothing of the user's", async () => {
    const ours = commitOn("main", { "a.txt": LINES.replace("one", "ONE"), new: "n" });
    const theirs = commitOn("main", { "a.txt": LINES.replace("six", "SIX"), "dir/b.txt": null });
    const before = whatIsTheUsers(repo);
    const result = await mergeTrees(repo.git, { ours, theirs });
    expect(result).toMatchObject({ clean: true });
    expect(show(result.tree, "a.txt")).toBe(LINES.replace("one", "ONE").replace("six", "SIX").trimEnd());
    const candidate = await commitTree(repo.git, {
      parents: [ours, theirs],
      tree: result.tree,
      message: "candidate",
    });
    expect(repo.sh(["ls-tree", "-r", "--name-only", candidate]).split("\n")).toEqual([
      "a.txt",
      "dir/c.txt",
      "gone",
      "new",
    ]);
    expect(whatIsTheUsers(repo)).toEqual(before);
  });

  test("with another base undoes or keeps what that base says", async () => {
    const first = repo.sh(["rev-parse", "main"]);
    const ours = commitOn(first, { "a.txt": LINES.replace("one", "ONE") });
    const theirs = commitOn(ours, { "a.txt": LINES.replace("six", "SIX") });
    // By history theirs stands on ours and wins; on the first commit both are changes.
    expect((await mergeTrees(repo.git, { ours, theirs })).tree).toBe(repo.sh(["rev-parse", `${theirs}^{tree}`]));
    const result = await mergeTrees(repo.git, { ours, theirs, base: first });
    expect(show(result.tree, "a.txt")).toBe(LINES.replace("one", "ONE").replace("six", "SIX").trimEnd());
  });

  test("works in a shallow clone and with SHA-256 ids", async () => {
    for (let index = 0; index < 3; index += 1) repo.commit(`c${index}`);
    const shallow = join(repo.folder, "shallow");
    repo.sh(["clone", "-q", "--depth", "1", `file://${repo.root}`, shallow]);
    const long = join(repo.folder, "long");
    repo.sh(["init", "-q", "-b", "main", "--object-format=sha256", long]);
    repo.write({ "a.txt": LINES }, long);
    repo.commit("first", long);
    for (const root of [shallow, long]) {
      repo.sh(["switch", "-q", "-c", "one"], root);
      repo.write({ "a.txt": LINES.replace("one", "ONE") }, root);
      const ours = repo.commit("ours", root);
      repo.sh(["switch", "-q", "-c", "two", "main"], root);
      repo.write({ "a.txt": LINES.replace("six", "SIX") }, root);
      const theirs = repo.commit("theirs", root);
      expect(await mergeTrees(createGit({ gitDir: join(root, ".git") }), { ours, theirs })).toMatchObject({
        clean: true,
      });
    }
  });
});

describe("a conflict is a value", () => {
  test("with markers in the tree, and hunks with base, ours and theirs", async () => {
    const result = await merge({ "a.txt": LINES.replace("two", "OURS") }, { "a.txt": LINES.replace("two", "THEIRS") });
    expect(result).toMatchObject({
      clean: false,
      conflicts: [
        {
          path: "a.txt",
          kind: "content",
          hunks: [{ base: "two\n", ours: "OURS\n", theirs: "THEIRS\n" }],
          moreHunks: 0,
          say: "CONFLICT (content): Merge conflict in a.txt",
        },
      ],
    });
    expect(show(result.tree, "a.txt")).toMatch(/^<{7} .*\nOURS\n={7}\nTHEIRS\n>{7} /m);
  });

  test("of every kind that git knows has a name", async () => {
    const long = Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join("");
    repo.write({ old: long, old2: `2${long}` });
    repo.commit("more");
    const result = await merge(
      { gone: null, added: "ours\n", old: null, "name-ours": long, bin: "\0ours", "x/file": "in a folder", old2: null },
      {
        gone: "changed\n",
        added: "theirs\n",
        old: null,
        "name-theirs": long,
        bin: "\0theirs",
        x: "a file",
        "old2-new": `2${long}`,
        old2: null,
      },
    );
    const found = conflictsOf(result);
    expect(found).toContain("modify/delete gone");
    expect(found).toContain("add/add added");
    expect(found).toContain("rename/rename old");
    expect(found).toContain("binary bin");
    expect(found).toContain("rename/delete old2-new");
    expect(found.some((line) => line.startsWith("file/directory x"))).toBe(true);
  });

  test("in a file that itself talks about markers gives the true hunks", async () => {
    const text = "<<<<<<< x\na\n=======\nb\n>>>>>>> y\nlast\n";
    repo.write({ "docs.md": text });
    repo.commit("docs");
    const result = await merge(
      { "docs.md": text.replace("last", "OURS") },
      { "docs.md": text.replace("last", "THEIRS") },
    );
    expect(result).toMatchObject({ conflicts: [{ hunks: [{ base: "last\n", ours: "OURS\n", theirs: "THEIRS\n" }] }] });
  });

  test("of many hunks and long lines is cut, and says so", async () => {
    const lines = Array.from({ length: 60 }, (_, index) => `line ${index}`);
    repo.write({ many: `${lines.join("\n\n\n\n\n")}\n` });
    repo.commit("many");
    const side = (name: string) => `${lines.map((line) => `${line} ${name}${"x".repeat(5000)}`).join("\n\n\n\n\n")}\n`;
    const result = await merge({ many: side("o") }, { many: side("t") });
    if (result.clean) throw new Error("clean");
    expect(result.conflicts[0]?.hunks).toHaveLength(10);
    expect(result.conflicts[0]?.moreHunks).toBe(50);
    expect(result.conflicts[0]?.hunks[0]?.ours.length).toBeLessThan(4100);
  });

  test("at paths with spaces, newlines and other scripts keeps their names", async () => {
    const names = ["a b", "new\nline", "日本語", "tab\there"];
    const files = (text: string) => Object.fromEntries(names.map((name) => [name, text]));
    const result = await merge(files("ours\n"), files("theirs\n"));
    expect(conflictsOf(result)).toEqual(names.map((name) => `add/add ${name}`).sort());
  });
});

describe("[G5] merging depends on nothing outside the repository's content", () => {
  const ours = { "a.txt": LINES.replace("two", "OURS") };
  const theirs = { "a.txt": LINES.replace("two", "THEIRS") };

  test("[G5] the user's settings, drivers, attributes and hooks do not change the outcome", async () => {
    const plain = await merge(ours, theirs);
    const trap = join(repo.folder, "ran");
    repo.sh(["config", "merge.mine.driver", `touch ${trap}; true`]);
    repo.sh(["config", "merge.conflictStyle", "diff3"]);
    repo.sh(["config", "merge.renames", "false"]);
    repo.sh(["config", "core.autocrlf", "true"]);
    mkdirSync(join(repo.gitDir, "info"), { recursive: true });
    writeFileSync(join(repo.gitDir, "info/attributes"), "* merge=mine\n");
    writeFileSync(join(repo.folder, "home/attributes"), "* merge=union\n");
    repo.sh(["config", "--global", "core.attributesFile", join(repo.folder, "home/attributes")]);
    repo.write({ ".gitattributes": "* merge=mine\n" });
    const again = await merge(ours, theirs);
    expect(again).toEqual(plain);
    expect(existsSync(trap)).toBe(false);
  });

  test("[G5] drivers that the user has for attributes of the repository do not run", async () => {
    const trap = join(repo.folder, "ran");
    repo.sh(["config", "merge.mine.driver", `touch ${trap}; true`]);
    repo.sh(["config", "--global", "merge.everywhere.driver", `touch ${trap}; true`]);
    for (const driver of ["mine", "everywhere"]) {
      const base = commitOn("main", { ".gitattributes": `* merge=${driver}\n` });
      expect(conflictsOf(await merge(ours, theirs, base))).toEqual(["content a.txt"]);
    }
    expect(existsSync(trap)).toBe(false);
  });

  test("[G5] a replaced object is not looked at", async () => {
    const one = commitOn("main", ours);
    const two = commitOn("main", theirs);
    const plain = await mergeTrees(repo.git, { ours: one, theirs: two });
    repo.sh(["replace", two, one]);
    expect(await mergeTrees(repo.git, { ours: one, theirs: two })).toEqual(plain);
  });

  test("[G5] the attributes of ours apply, at every depth, and change with the tip", async () => {
    expect((await merge(ours, theirs)).clean).toBe(false);
    const withUnion = commitOn("main", { ".gitattributes": "*.txt merge=union\n" });
    expect((await merge(ours, theirs, withUnion)).clean).toBe(true);
    const deeper = commitOn(withUnion, { "dir/.gitattributes": "*.txt -merge\n" });
    const result = await merge({ "dir/b.txt": "x\n" }, { "dir/b.txt": "y\n" }, deeper);
    expect(conflictsOf(result)).toEqual(["binary dir/b.txt"]);
    expect((await merge(ours, theirs)).clean).toBe(false);
  });

  test("[G5] attributes cannot hide left-over markers by their length", async () => {
    const base = commitOn("main", { ".gitattributes": "* conflict-marker-size=30\n" });
    const result = await merge(ours, theirs, base);
    expect(show(result.tree, "a.txt")).toMatch(/^<{7} /m);
  });

  test("[G5] a folder that one side renamed does not take the other side's new files with it", async () => {
    const result = await merge(
      { "dir/b.txt": null, "dir/c.txt": null, "moved/b.txt": "b\n", "moved/c.txt": "c\n" },
      { "dir/new.txt": "new\n" },
    );
    expect(result.clean).toBe(true);
    expect(repo.sh(["ls-tree", "-r", "--name-only", result.tree])).toContain("dir/new.txt");
  });
});
