/** The user's own checkout stays as it is, whatever state and settings it has. */
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type TemporaryRepository, temporaryRepository, whatIsTheUsers } from "./git/temporary-repository.ts";
import { openFixture, write } from "./workspace-fixture.ts";

/** Works a small plan, with a conflict on the way, and compares all that is the user's before and after. */
async function worksWithoutTouching(
  repository: TemporaryRepository,
  root = repository.root,
  target?: string,
): Promise<void> {
  const it = await openFixture(repository, root);
  const before = whatIsTheUsers(repository, root);
  const header = target === undefined ? {} : { target };
  const plan = await it.plan(
    [
      { id: "one", edits: ["a.txt"] },
      { id: "two", edits: ["a.txt"] },
    ],
    header,
  );
  const [one, two] = [await it.take("ann"), await it.take("bob")];
  write(one, { "a.txt": "one\n" });
  write(two, { "a.txt": "two\n", "new.txt": "new\n" });
  expect(await it.complete(one)).toMatchObject({ status: "landed" });
  expect(await it.complete(two)).toMatchObject({ status: "rework" });
  write(two, { "a.txt": "one and two\n" });
  expect(await it.complete(two)).toMatchObject({ status: "landed" });
  expect(it.at(`interlock/${plan}`, "a.txt")).toBe("one and two");
  expect(whatIsTheUsers(repository, root)).toEqual(before);
  expect(it.faults).toEqual([]);
}

const plain = () => temporaryRepository({ "a.txt": "a\n", "b.txt": "b\n" });

test("[G1] with a dirty target: changed, staged, untracked and ignored files", async () => {
  const repository = temporaryRepository({ "a.txt": "a\n", "b.txt": "b\n", ".gitignore": "*.log\n" });
  repository.write({ "a.txt": "changed\n", "untracked.txt": "u\n", "x.log": "ignored\n" });
  repository.write({ "b.txt": "staged\n" });
  repository.sh(["add", "b.txt"]);
  await worksWithoutTouching(repository);
});

test("[G1] with a detached HEAD", async () => {
  const repository = plain();
  repository.sh(["checkout", "-q", "--detach"]);
  await worksWithoutTouching(repository, repository.root, "main");
});

test("[G1] with signing, failing hooks, autocrlf and no identity", async () => {
  const repository = plain();
  for (const name of ["pre-commit", "post-checkout", "reference-transaction", "post-merge"]) {
    const hook = join(repository.gitDir, "hooks", name);
    writeFileSync(hook, "#!/bin/sh\nexit 1\n");
    chmodSync(hook, 0o755);
  }
  repository.sh(["config", "commit.gpgsign", "true"]);
  repository.sh(["config", "core.autocrlf", "true"]);
  repository.sh(["config", "user.useConfigOnly", "true"]);
  await worksWithoutTouching(repository);
});

test("[G1] with a submodule", async () => {
  const repository = plain();
  const inner = temporaryRepository({ "inner.txt": "i\n" });
  repository.sh(["-c", "protocol.file.allow=always", "submodule", "add", "-q", inner.root, "inner"]);
  repository.commit("with a submodule");
  await worksWithoutTouching(repository);
  inner.remove();
});

test("[G1] from a linked worktree", async () => {
  const repository = plain();
  const linked = join(repository.folder, "linked");
  repository.sh(["worktree", "add", "-q", "-b", "side", linked]);
  await worksWithoutTouching(repository, linked);
});

test("[G1] with a rebase of the user's under way", async () => {
  const repository = plain();
  repository.sh(["checkout", "-q", "-b", "side"]);
  repository.write({ "b.txt": "side\n" });
  repository.commit("side");
  repository.sh(["checkout", "-q", "main"]);
  repository.write({ "b.txt": "main\n" });
  repository.commit("main");
  expect(() => repository.sh(["rebase", "side"])).toThrow();
  await worksWithoutTouching(repository, repository.root, "side");
});
