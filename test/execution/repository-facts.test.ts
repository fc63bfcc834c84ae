import { expect, test } from "vitest";
import { workspaceFixture } from "./workspace-fixture.ts";

test("a planner hears where a plan lands, which gates there are, where files are, and what others mean to change", async () => {
  const at = await workspaceFixture({
    "interlock.yaml": "gates: {list: [{name: lint, run: x}, {name: test, run: y, default: true}]}\n",
    "src/api/a.ts": "",
    "src/api/deep/b.ts": "",
    "src/c.ts": "",
    "README.md": "",
  });
  const plan = await at.plan([{ id: "a", writes: ["src/api/**"] }, { id: "b", edits: ["README.md"] }, { id: "c" }]);
  expect(await at.execution.repositoryFacts()).toEqual({
    target: "main",
    gates: [
      { name: "lint", isDefault: false },
      { name: "test", isDefault: true },
    ],
    files: 5,
    folders: [
      { path: "src", files: 3 },
      { path: "src/api", files: 2 },
    ],
    contracts: [],
    plans: [{ id: plan, target: "main", changes: ["src/api/**", "README.md"] }],
  });
});
