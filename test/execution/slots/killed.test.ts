import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Git } from "../../../src/execution/git/runner.ts";
import { createSlots } from "../../../src/execution/slots/slots.ts";
import { dieAtEachStep } from "../git/dying-git.ts";
import { filesOf } from "../git/temporary-repository.ts";
import { type SlotFixture, slotFixture } from "./slot-fixture.ts";

let it: SlotFixture;
let next: string;
beforeEach(async () => {
  it = await slotFixture({ "a.txt": "a\n", "src/b.ts": "b\n", ".gitignore": "node_modules/\n" });
  it.write({ "a.txt": "next\n", "new.ts": "n\n" });
  rmSync(join(it.root, "src/b.ts"));
  next = it.commit("next");
});
afterEach(() => it.remove());

const slotsOn = (git: Git) => createSlots({ git, root: it.root, folder: it.slots.folder });
const looks = (name: string) => [
  filesOf(it.slots.pathOf(name), (path) => path === ".git"),
  it.sh(["status", "--porcelain"], it.slots.pathOf(name)),
  it.sh(["rev-parse", "HEAD"], it.slots.pathOf(name)),
];

test("[G4] a slot whose making was killed at any command is made by the next try", async () => {
  await it.slot("whole", next);
  let number = 0;
  const deaths = await dieAtEachStep(
    it.git,
    (git) => slotsOn(git).prepare({ name: `s${number}`, base: next, fresh: true, keep: [] }),
    async (death) => {
      await it.slots.prepare({ name: `s${number}`, base: next, fresh: true, keep: [] });
      expect(looks(`s${number}`), death).toEqual(looks("whole"));
      number += 1;
    },
  );
  expect(deaths).toBeGreaterThan(1);
});

test("[G4] a reuse that was killed at any command is finished by the next try", async () => {
  await it.slot("whole", next);
  const path = await it.slot("s1");
  const dirty = async () => {
    await it.slot("s1");
    writeFileSync(join(path, "a.txt"), "edited");
    writeFileSync(join(path, "junk"), "j");
    it.sh(["update-index", "--assume-unchanged", "src/b.ts"], path);
    writeFileSync(join(path, "src/b.ts"), "hidden");
    await it.snapshot();
  };
  await dirty();
  await dieAtEachStep(
    it.git,
    (git) => slotsOn(git).prepare({ name: "s1", base: next, fresh: false, keep: ["node_modules"] }),
    async (death) => {
      await it.slots.prepare({ name: "s1", base: next, fresh: false, keep: [] });
      expect(looks("s1"), death).toEqual(looks("whole"));
      await dirty();
    },
  );
  expect(looks("s1")).toEqual(looks("whole"));
});

test("[G3] parking that was killed at any command ends with the same refs", async () => {
  const path = await it.slot("s1");
  writeFileSync(join(path, "a.txt"), "committed\n");
  it.commit("by the agent", path);
  writeFileSync(join(path, "a.txt"), "work\n");
  it.write({ "nested/x": "x" }, path);
  it.sh(["init", "-q"], join(path, "nested"));
  it.commit("inside", join(path, "nested"));
  const request = { name: "s1", base: it.base, refPrefix: "refs/interlock/parked/plan/node/1" };
  const refs = () => it.sh(["for-each-ref", "--format=%(refname) %(tree)", "refs/interlock/parked"]);
  const whole = await it.slots.park(request);
  const expected = refs();
  const forget = () => {
    for (const line of refs().split("\n").filter(Boolean)) it.sh(["update-ref", "-d", line.split(" ")[0] ?? ""]);
  };
  forget();
  await dieAtEachStep(
    it.git,
    (git) => slotsOn(git).park(request),
    async (death) => {
      expect(await it.slots.park(request), death).toMatchObject({
        is: "parked",
        tree: whole.is === "parked" && whole.tree,
      });
      expect(refs(), death).toBe(expected);
      forget();
    },
  );
  expect(readdirSync(join(it.gitDir, "interlock/tmp"))).toEqual([]);
});

test("a removal that was killed at any command is finished by the next try", async () => {
  await it.slot("s1");
  const request = { name: "s1", base: it.base, unlessChangedFrom: it.sh(["rev-parse", `${it.base}^{tree}`]) };
  await dieAtEachStep(
    it.git,
    (git) => slotsOn(git).remove(request),
    async () => {
      expect(await it.slots.remove(request)).toEqual({ removed: true });
      await it.slot("s1");
    },
  );
  expect(existsSync(it.slots.pathOf("s1"))).toBe(false);
});

test("what a killed process left in our scratch folder goes after some hours, and nothing younger", async () => {
  const scratch = join(it.gitDir, "interlock/tmp");
  mkdirSync(join(scratch, "bundle-old"), { recursive: true });
  for (const name of ["index-old", "index-young", "bundle-old/history"]) writeFileSync(join(scratch, name), "");
  const yesterday = new Date(Date.now() - 24 * 3_600_000);
  for (const name of ["index-old", "bundle-old"]) utimesSync(join(scratch, name), yesterday, yesterday);
  await it.slot("s1");
  expect(readdirSync(scratch)).toEqual(["index-young"]);
});
