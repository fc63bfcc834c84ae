import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { discoverRepository } from "../../../src/execution/git/discover.js";
import { createGit } from "../../../src/execution/git/runner.js";
import { defaultSlotFolder } from "../../../src/execution/slots/slot-folder.js";
import { createSlots } from "../../../src/execution/slots/slots.js";
import { temporaryRepository, whatIsTheUsers } from "../git/temporary-repository.js";

let repo;
afterEach(() => repo.remove());
async function slotIn(folder, slotFolder) {
  const found = await discoverRepository(folder);
  if (found === undefined) throw new Error("no repository");
  const git = createGit({ gitDir: found.commonDir });
  const slots = createSlots({ git, root: found.mainRoot, folder: slotFolder ?? defaultSlotFolder(found) });
  const { path } = await slots.prepare({ name: "s1", base: found.headCommit ?? "", fresh: true, keep: [] });
  writeFileSync(join(path, "new"), "n");
  const snapshot = await slots.snapshot({ name: "s1", base: found.headCommit ?? "" });
  expect(snapshot).toMatchObject({ damage: undefined, changes: [{ path: "new", status: "A" }] });
  return path;
}
test("from a linked work tree slots go to the main one, which `worktree remove` can never take with it", async () => {
  repo = temporaryRepository();
  const linked = join(repo.folder, "linked");
  repo.sh(["worktree", "add", "-q", "-b", "side", linked]);
  const before = [whatIsTheUsers(repo), whatIsTheUsers(repo, linked)];
  expect(await slotIn(linked)).toBe(join(repo.root, ".interlock/worktrees/s1"));
  expect([whatIsTheUsers(repo), whatIsTheUsers(repo, linked)]).toEqual(before);
});
test("of a bare repository slots go beside our state", async () => {
  repo = temporaryRepository();
  const bare = join(repo.folder, "bare.git");
  repo.sh(["clone", "-q", "--bare", repo.root, bare]);
  expect(await slotIn(bare)).toBe(join(bare, "interlock/worktrees/s1"));
});
test("slots in a folder of the user's choice are guarded there, and nothing is excluded", async () => {
  repo = temporaryRepository();
  const chosen = join(repo.folder, "slots here");
  expect(await slotIn(repo.root, chosen)).toBe(join(chosen, "s1"));
  expect(readFileSync(join(chosen, ".git"), "utf8")).toBe(`gitdir: ${join(repo.gitDir, "interlock/empty.git")}\n`);
  expect(existsSync(join(repo.root, ".interlock"))).toBe(false);
  expect(readFileSync(join(repo.gitDir, "info/exclude"), "utf8")).not.toContain("interlock");
});
test("a repository with a SHA-256 object format works the same", async () => {
  repo = temporaryRepository();
  const root = join(repo.folder, "sha256");
  repo.sh(["init", "-q", "-b", "main", "--object-format=sha256", root]);
  repo.write({ "a.txt": "a" }, root);
  repo.commit("first", root);
  expect(await slotIn(root)).toBe(join(root, ".interlock/worktrees/s1"));
});
test("a submodule as the root has slots of its own", async () => {
  repo = temporaryRepository();
  repo.sh(["-c", "protocol.file.allow=always", "submodule", "add", "-q", repo.root, "sub"]);
  expect(await slotIn(join(repo.root, "sub"))).toBe(join(repo.root, "sub/.interlock/worktrees/s1"));
});
