import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { commitTree, readFileAt } from "../../../src/execution/git/objects.ts";
import { findObject, readObject } from "../../../src/execution/git/read-object.ts";
import { type TemporaryRepository, temporaryRepository } from "./temporary-repository.ts";

let repo: TemporaryRepository;
beforeEach(() => {
  repo = temporaryRepository({ "a.txt": "a\n" });
});
afterEach(() => {
  repo.git.close();
  repo.remove();
});

/** The ids of the git processes that this process has started and that still run. */
function children(): readonly number[] {
  const text = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)], { encoding: "utf8" });
  return text
    .split("\n")
    .filter((line) => line.includes(repo.gitDir))
    .map((line) => Number.parseInt(line, 10));
}

describe("git commands that answer many questions", () => {
  test("many at once are answered each with its own answer, missing ones among them, by one process", async () => {
    const texts = Array.from({ length: 50 }, (_, i) => `file ${i}\n`.repeat(i * 40));
    for (const [i, text] of texts.entries()) repo.write({ [`files/${i}`]: text });
    const commit = repo.commit("many");
    const read = await Promise.all(
      texts.flatMap((_, i) => [readFileAt(repo.git, commit, `files/${i}`), readFileAt(repo.git, commit, `none/${i}`)]),
    );
    expect(read.map((body) => body?.toString())).toEqual(texts.flatMap((text) => [text, undefined]));
    expect(children()).toHaveLength(1);
  });

  test("a big object comes whole", async () => {
    const big = randomBytes(5_000_000);
    repo.write({ big: big.toString("latin1") });
    const commit = repo.commit("big");
    expect((await readFileAt(repo.git, commit, "big"))?.length).toBe(Buffer.from(big.toString("latin1")).length);
  });

  test("a revision that is no line, none at all, or looks like an option or an answer, names nothing", async () => {
    for (const odd of ["", "a\nb", "a\0b", "--all", "HEAD missing", "\n", ": 3 4", "HEAD\ninfo HEAD"]) {
      expect(await readObject(repo.git, odd)).toBeUndefined();
    }
    expect((await findObject(repo.git, "HEAD"))?.type).toBe("commit");
  });

  test("a process that somebody kills is started again, and nothing that was asked is lost", async () => {
    await findObject(repo.git, "HEAD");
    const asked = Array.from({ length: 20 }, () => findObject(repo.git, "HEAD"));
    for (const pid of children()) process.kill(pid, "SIGKILL");
    const found = await Promise.all(asked);
    expect(new Set(found.map((one) => one?.id))).toEqual(new Set([repo.sh(["rev-parse", "HEAD"])]));
    expect((await findObject(repo.git, "HEAD"))?.type).toBe("commit");
  });

  test("an object that was made after the process began, and packed since, is found", async () => {
    await findObject(repo.git, "HEAD");
    repo.write({ "b.txt": "b\n" });
    const commit = repo.commit("later");
    expect((await readFileAt(repo.git, commit, "b.txt"))?.toString()).toBe("b\n");
    repo.sh(["gc", "-q", "--prune=now"]);
    expect((await readFileAt(repo.git, commit, "a.txt"))?.toString()).toBe("a\n");
  });

  test("a question that git cannot answer fails with git's own words, and those behind it are answered", async () => {
    const tree = repo.sh(["rev-parse", "HEAD^{tree}"]);
    const made = { parents: [], message: "made" };
    const [bad, good] = await Promise.allSettled([
      commitTree(repo.git, { ...made, tree: "no tree" }),
      commitTree(repo.git, { ...made, tree }),
    ]);
    expect(bad).toMatchObject({ status: "rejected", reason: { name: "GitFault", stderr: /commit/ } });
    expect(good).toMatchObject({ status: "fulfilled" });
  });

  test("closing leaves no process behind", async () => {
    await findObject(repo.git, "HEAD");
    repo.git.close();
    await expect.poll(children).toEqual([]);
    expect((await findObject(repo.git, "HEAD"))?.type).toBe("commit");
  });
});
