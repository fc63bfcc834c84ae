/** Clashes that need no thought are settled in the train, and those that did are not thought about twice. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { workspaceFixture } from "./workspace-fixture.ts";

const settings = `{
  "name": "shop",
  "scripts": {
    "build": "tsc"
  }
}
`;

test("[G5] both sides adding keys at one place of a JSON file lands without an agent, and says how", async () => {
  const at = await workspaceFixture({ "package.json": settings });
  const plan = await at.plan([
    { id: "one", edits: ["package.json"] },
    { id: "other", edits: ["package.json"] },
  ]);
  const works = [await at.take("ada"), await at.take("bob")];
  for (const [i, { worktree }] of works.entries())
    writeFileSync(
      join(worktree, "package.json"),
      settings.replace('"tsc"', `"tsc",\n    "${i === 0 ? "test" : "lint"}": "run ${i}"`),
    );
  const [first, second] = works;
  if (!first || !second) throw new Error("nothing was handed out");
  expect(await at.complete(first)).toMatchObject({ status: "landed" });
  const landed = await at.complete(second);
  expect(landed).toMatchObject({ status: "landed", resolved: [{ path: "package.json" }] });
  const { scripts } = JSON.parse(at.at(`interlock/${plan}`, "package.json") ?? "");
  expect(scripts).toEqual({ build: "tsc", test: "run 0", lint: "run 1" });
  expect(at.faults).toEqual([]);
});

test("[X3] a clash that an agent settled once is settled alike when it comes again", async () => {
  const at = await workspaceFixture({ "colour.txt": "before\nred\nafter\n" });
  for (const round of ["first", "second"]) {
    const id = await at.plan(
      [
        { id: "one", edits: ["colour.txt"] },
        { id: "other", edits: ["colour.txt"] },
      ],
      { id: round },
    );
    expect(id).toBe(round);
    const works = [await at.take("ada"), await at.take("bob")];
    const [one, other] = works;
    if (!one || !other) throw new Error("nothing was handed out");
    writeFileSync(join(one.worktree, "colour.txt"), "before\ngreen\nafter\n");
    writeFileSync(join(other.worktree, "colour.txt"), "before\nblue\nafter\n");
    expect(await at.complete(one)).toMatchObject({ status: "landed" });
    const answer = await at.complete(other);
    if (round === "second") {
      expect(answer).toMatchObject({ status: "landed", resolved: [{ path: "colour.txt", by: "remembered" }] });
      expect(at.at("interlock/second", "colour.txt")).toBe("before\nturquoise\nafter");
      continue;
    }
    expect(answer).toMatchObject({ status: "rework", reason: "conflict", conflicts: [{ path: "colour.txt" }] });
    writeFileSync(join(other.worktree, "colour.txt"), "before\nturquoise\nafter\n");
    expect(await at.complete(other)).toMatchObject({ status: "landed" });
  }
  expect(at.faults).toEqual([]);
});
