import { describe, expect, test } from "vitest";
import { repositoryCandidates } from "../../src/mcp/repository-candidates.ts";

const server = { claudeProjectDir: "/claude", workingDirectory: "/cwd" };
const meta = {
  "codex/sandbox-state": { sandboxCwd: "file:///codex" },
  "x-codex-turn-metadata": { workspaces: { "/turn": { branch: "x" }, "not absolute": {} } },
};

describe("where the repository may be", () => {
  test("the most telling place comes first, the working directory last", () => {
    expect(repositoryCandidates(server, { roots: ["file:///root%20one"], meta })).toEqual([
      "/claude",
      "/root one",
      "/codex",
      "/turn",
      "/cwd",
    ]);
  });

  test("a root that somebody named is the only place", () => {
    expect(repositoryCandidates({ ...server, root: "/here" }, { roots: ["file:///x"], meta })).toEqual(["/here"]);
  });

  test("what is not a place is passed over", () => {
    const strange = { "codex/sandbox-state": 5, "x-codex-turn-metadata": "{broken" };
    expect(
      repositoryCandidates({ workingDirectory: "/cwd" }, { roots: ["https://x", "file://%zz", ""], meta: strange }),
    ).toEqual(["/cwd"]);
    expect(repositoryCandidates({ workingDirectory: "/cwd" }, { roots: [], meta: undefined })).toEqual(["/cwd"]);
  });
});
