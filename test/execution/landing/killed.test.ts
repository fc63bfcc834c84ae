import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { landOnTarget } from "../../../src/execution/landing/target.ts";
import { dieAtEachStep } from "../git/dying-git.ts";
import { type TemporaryRepository, temporaryRepository } from "../git/temporary-repository.ts";

let repo: TemporaryRepository;
beforeEach(() => {
  repo = temporaryRepository({ "a.txt": "a\n", gone: "g\n" });
});
afterEach(() => repo.remove());

test("[G6] a landing on the target that was killed at any command is finished by the next try, in every checkout", async () => {
  const from = repo.sh(["rev-parse", "HEAD"]);
  repo.write({ "a.txt": "landed\n", "new/x": "x" });
  rmSync(join(repo.root, "gone"));
  const to = repo.commit("landed");
  repo.sh(["reset", "-q", "--hard", from]);
  const linked = join(repo.folder, "linked");
  repo.sh(["worktree", "add", "-q", "--force", linked, "main"]);
  const back = () => {
    for (const root of [repo.root, linked]) repo.sh(["reset", "-q", "--hard", from], root);
  };
  const deaths = await dieAtEachStep(
    repo.git,
    (git) => landOnTarget(git, { branch: "main", to }),
    async (death) => {
      expect(await landOnTarget(repo.git, { branch: "main", to }), death).toMatchObject({ landed: true });
      for (const root of [repo.root, linked]) expect(repo.sh(["status", "--porcelain"], root), death).toBe("");
      expect(repo.sh(["rev-parse", "main"]), death).toBe(to);
      back();
    },
  );
  expect(deaths).toBeGreaterThan(5);
});
