/** The played git is held to what real git does, by the functions through which the hands use it. */
import { describe, expect, onTestFinished, test } from "vitest";
import { diffTrees } from "../../src/execution/git/diff.ts";
import { isAncestor, mergeBase } from "../../src/execution/git/history.ts";
import { commitTree, listTree, readBlobs, readFileAt, treeOf } from "../../src/execution/git/objects.ts";
import { listRefs, moveRef, pointRefs, readRef, refInTheWay, resolveCommit } from "../../src/execution/git/refs.ts";
import type { Git } from "../../src/execution/git/runner.ts";
import { type MergeRequest, type MergeResult, mergeTrees } from "../../src/execution/landing/merge.ts";
import { temporaryRepository } from "../execution/git/temporary-repository.ts";
import { askPlayed, runPlayed } from "./played-git/command-lines.ts";
import { mergeCommits } from "./played-git/merge-commits.ts";
import { PlayedRepository } from "./played-git/object-store.ts";

type Files = Readonly<Record<string, string>>;

interface Place {
  readonly git: Git;
  /** A commit of exactly these files. */
  commit(files: Files, ...parents: readonly string[]): Promise<string>;
  merge(request: MergeRequest): Promise<MergeResult>;
}

const places: readonly (readonly [string, () => Place])[] = [
  ["real", real],
  ["played", played],
];

function real(): Place {
  const { git, sh, write, remove } = temporaryRepository();
  onTestFinished(() => {
    git.close();
    remove();
  });
  return {
    git,
    commit: async (files, ...parents) => {
      sh(["rm", "-rfq", "--ignore-unmatch", "."]);
      write(files);
      sh(["add", "-A"]);
      return commitTree(git, { tree: sh(["write-tree"]), parents, message: "m" });
    },
    merge: (request) => mergeTrees(git, request),
  };
}

function played(): Place {
  const repository = new PlayedRepository();
  const place = { repository, now: () => 1 };
  const git: Git = {
    gitDir: "/played",
    run: async (command, where) => runPlayed(place, command, where),
    ask: async (question) => askPlayed(place, question),
    close: () => undefined,
  };
  return {
    git,
    commit: (files, ...parents) =>
      commitTree(git, { tree: repository.writeTree(new Map(Object.entries(files))), parents, message: "m" }),
    merge: async (request) => mergeCommits(repository, request),
  };
}

const lines = (...all: readonly string[]) => all.map((line) => `${line}\n`).join("");

describe.each(places)("%s git", (_, make) => {
  const ref = "refs/interlock/parked/p/n/1/work";

  test("reads what was committed", async () => {
    const { git, commit } = make();
    const one = await commit({ "a.txt": "a\n", "d/b.txt": "b\n" });
    expect(await treeOf(git, one)).toMatch(/^[0-9a-f]{40}$/);
    expect(await resolveCommit(git, one)).toBe(one);
    expect(await resolveCommit(git, "refs/heads/nothing")).toBeUndefined();
    expect(String(await readFileAt(git, one, "d/b.txt"))).toBe("b\n");
    expect(await readFileAt(git, one, "nothing")).toBeUndefined();
    const entries = await listTree(git, one);
    expect(entries.map(({ path, mode, type }) => [path, mode, type])).toEqual([
      ["a.txt", "100644", "blob"],
      ["d/b.txt", "100644", "blob"],
    ]);
    expect(
      (
        await readBlobs(
          git,
          entries.map(({ oid }) => oid),
        )
      ).map(String),
    ).toEqual(["a\n", "b\n"]);
    await expect(treeOf(git, "0".repeat(40))).rejects.toThrow();
  });

  test("tells what differs", async () => {
    const { git, commit } = make();
    const one = await commit({ "a.txt": "a\n", "d/b.txt": "b\n", "d/c.txt": "c\n" });
    const two = await commit({ "a.txt": "A\n", "d/c.txt": "c\n", "e/f/g.txt": "g\n" });
    const told = (await diffTrees(git, one, two)).map(({ path, status }) => `${status} ${path}`);
    expect(told).toEqual(["M a.txt", "D d/b.txt", "A e/f/g.txt"]);
    expect((await diffTrees(git, one, two, { paths: ["e"] })).map(({ path }) => path)).toEqual(["e/f/g.txt"]);
    expect(await diffTrees(git, two, two)).toEqual([]);
  });

  test("knows who comes before whom", async () => {
    const { git, commit } = make();
    const first = await commit({ a: "1\n" });
    const [one, two] = [await commit({ a: "2\n" }, first), await commit({ a: "3\n" }, first)];
    expect([await isAncestor(git, first, one), await isAncestor(git, one, two)]).toEqual([true, false]);
    expect(await mergeBase(git, one, two)).toBe(first);
    expect(await mergeBase(git, one, await commit({ b: "1\n" }))).toBeUndefined();
  });

  test("[G6] moves a ref only from what it holds", async () => {
    const { git, commit } = make();
    const [one, two] = [await commit({ a: "1\n" }), await commit({ a: "2\n" })];
    expect(await moveRef(git, { ref, from: one, to: two })).toEqual({ moved: false, actual: undefined });
    expect(await moveRef(git, { ref, from: undefined, to: one })).toEqual({ moved: true });
    expect(await moveRef(git, { ref, from: undefined, to: two })).toEqual({ moved: false, actual: one });
    expect(await moveRef(git, { ref, from: one, to: two })).toEqual({ moved: true });
    expect(await readRef(git, ref)).toBe(two);
    expect(await listRefs(git, ["refs/interlock/parked"])).toEqual([{ name: ref, oid: two }]);
    expect(await refInTheWay(git, "refs/interlock/parked/p/n")).toBe(ref);
    await expect(moveRef(git, { ref: `${ref}/below`, from: undefined, to: one })).rejects.toThrow();
    await pointRefs(git, [
      { ref, to: one },
      { ref: "refs/interlock/nodes/p/n", to: two },
    ]);
    expect([await readRef(git, ref), await readRef(git, "refs/interlock/nodes/p/n")]).toEqual([one, two]);
    expect(await moveRef(git, { ref, from: one, to: undefined })).toEqual({ moved: true });
    expect(await readRef(git, ref)).toBeUndefined();
  });
});

describe("a merge by the played git is that of real git", () => {
  test.each<readonly [string, Files, Files, Files, readonly string[]]>([
    ["one side", { a: lines("1", "2", "3") }, { a: lines("1", "2", "3") }, { a: lines("1", "x", "3") }, []],
    [
      "lines apart",
      { a: lines("1", "2", "3") },
      { a: lines("0", "1", "2", "3") },
      { a: lines("1", "2", "3", "4") },
      [],
    ],
    ["the same change", { a: lines("1", "2") }, { a: lines("1", "x", "2") }, { a: lines("1", "x", "2") }, []],
    ["one place", { a: lines("1", "2") }, { a: lines("1", "x", "2") }, { a: lines("1", "y", "2") }, ["content a"]],
    [
      "neighbours",
      { a: lines("1", "2", "3") },
      { a: lines("x", "2", "3") },
      { a: lines("1", "y", "3") },
      ["content a"],
    ],
    [
      "a common beginning",
      { a: lines("1", "2") },
      { a: lines("1", "s", "x", "2") },
      { a: lines("1", "s", "y", "2") },
      ["content a"],
    ],
    ["both new", { a: "a\n" }, { a: "a\n", b: "1\n" }, { a: "a\n", b: "2\n" }, ["add/add b"]],
    [
      "changed and deleted",
      { a: "a\n", b: lines("1", "2") },
      { a: "a\n" },
      { a: "a\n", b: lines("1", "x") },
      ["modify/delete b"],
    ],
    ["deleted and left", { a: "a\n", b: lines("1", "2") }, { a: "a\n" }, { a: "A\n", b: lines("1", "2") }, []],
  ])("of %s", async (_name, base, ours, theirs, conflicts) => {
    const merged = async ({ git, commit, merge }: Place) => {
      const first = await commit(base);
      const [one, two] = [await commit(ours, first), await commit(theirs, first)];
      const result = await merge({ ours: one, theirs: two });
      const entries = await listTree(git, result.tree);
      const blobs = await readBlobs(
        git,
        entries.map(({ oid }) => oid),
      );
      const texts = blobs.map((text) => String(text).replaceAll(one, "ours").replaceAll(two, "theirs"));
      const found = result.clean ? [] : result.conflicts;
      return { paths: entries.map(({ path }) => path), texts, found: found.map(({ say: _, ...rest }) => rest) };
    };
    const wanted = await merged(real());
    expect(wanted.found.map(({ kind, path }) => `${kind} ${path}`)).toEqual(conflicts);
    expect(await merged(played())).toEqual(wanted);
  });
});
