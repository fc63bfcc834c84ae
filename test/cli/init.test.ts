import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { clientGuides } from "../../src/cli/init/clients.ts";
import { configText } from "../../src/cli/init/config-text.ts";
import { detectGates } from "../../src/cli/init/detect-gates.ts";
import { detectSetup } from "../../src/cli/init/detect-setup.ts";
import { parseConfig } from "../../src/config/config.ts";
import { interlock, temporaryRepository } from "./command-line.ts";

/** A top folder made of a table. */
function folderOf(files: Readonly<Record<string, string>>) {
  return { has: (name: string) => name in files, read: (name: string) => files[name] };
}

const scripts = (of: Readonly<Record<string, string>>) => JSON.stringify({ scripts: of });

describe("detection", () => {
  test.each([
    [
      "npm",
      { "package.json": scripts({ test: "vitest", lint: "biome", typecheck: "tsc" }) },
      ["npm test", "npm run lint", "npm run typecheck"],
    ],
    ["pnpm", { "package.json": scripts({ build: "vite build" }), "pnpm-lock.yaml": "" }, ["pnpm run build"]],
    ["npm's own test script", { "package.json": scripts({ test: 'echo "Error: no test specified" && exit 1' }) }, []],
    ["a broken package.json", { "package.json": "{" }, []],
    [
      "pytest with uv",
      { "pyproject.toml": "[tool.pytest.ini_options]\n[tool.ruff]\n", "uv.lock": "" },
      ["uv run pytest", "uv run ruff check ."],
    ],
    ["tox", { "tox.ini": "[tox]" }, ["tox"]],
    ["Cargo", { "Cargo.toml": "[package]" }, ["cargo test"]],
    ["Go", { "go.mod": "module x" }, ["go test ./...", "go vet ./..."]],
    ["make", { Makefile: "lint:\n\tx\ntest: lint\n\ty\nbuild := 1\n" }, ["make test", "make lint"]],
    ["two languages", { "package.json": scripts({ test: "x" }), "Cargo.toml": "" }, ["npm test", "cargo test"]],
    ["a Makefile beside something better", { "go.mod": "", Makefile: "test:\n\tx" }, ["go test ./...", "go vet ./..."]],
    ["nothing", {}, []],
  ])("%s", (_, files, runs) => {
    const gates = detectGates(folderOf(files));
    expect(gates.map(({ run }) => run)).toEqual(runs);
    expect(new Set(gates.map(({ name }) => name)).size).toBe(gates.length);
  });

  test("what is written is a config that says what was found", () => {
    const folder = folderOf({
      "package.json": scripts({ test: 'say "hi" # no' }),
      "package-lock.json": "",
      "uv.lock": "",
    });
    const parsed = parseConfig(configText(detectGates(folder), detectSetup(folder)));
    expect(parsed).toMatchObject({
      config: {
        gates: { list: [{ name: "test", run: "npm test", default: true }] },
        worktree: {
          setup: "npm ci && uv sync --frozen",
          setupWhen: ["package-lock.json", "uv.lock"],
          keep: ["node_modules", ".venv"],
        },
      },
    });
    expect(parseConfig(configText([], undefined))).toMatchObject({ config: { gates: { list: [] } } });
  });

  test("each client gets a line or a text that starts this program", () => {
    const guides = clientGuides({ command: "node", args: ["/a b/main.js", "mcp"] }, () => false);
    expect(guides.map(({ client }) => client)).toEqual([
      "Claude Code",
      "Codex",
      "Gemini",
      "Droid",
      "Cursor",
      "VS Code",
    ]);
    expect(guides[0]?.run).toContain("interlock -- node '/a b/main.js' mcp");
    const vscode = JSON.parse(guides[5]?.text ?? "");
    expect(vscode.servers.interlock.args).toEqual(["/a b/main.js", "mcp", "--root", "$" + "{workspaceFolder}"]);
  });
});

describe("init", () => {
  const files = { "package.json": scripts({ test: "true" }), "package-lock.json": "{}" };

  test("[C5] it writes a file once, and never over one that is there", async () => {
    const { folder, write } = temporaryRepository(files);
    const file = join(folder, "interlock.yaml");
    expect((await interlock(folder, ["init", "--dry-run"])).stdout).toContain("would be written");
    expect(existsSync(file)).toBe(false);
    const first = await interlock(folder, ["init"]);
    expect(first.exitCode).toBe(0);
    expect(first.stdout).toContain('git commit -m "Configure Interlock"');
    expect(first.stdout).toContain("/.interlock/");
    const mine = "gates: {list: [{name: mine, run: make, default: true}]}\n";
    write("interlock.yaml", mine);
    const second = await interlock(folder, ["init"]);
    expect(second.stdout).toContain("was not changed");
    expect(second.stdout).toContain('- {name: test, run: "npm test", default: true}');
    expect(readFileSync(file, "utf8")).toBe(mine);
  });

  test("it says whether the config counts already, and refuses one that cannot be read", async () => {
    const { folder, write, commit } = temporaryRepository(files);
    const committed = async () => JSON.parse((await interlock(folder, ["init", "--json"])).stdout).committed;
    expect(await committed()).toBe("missing");
    expect(await committed()).toBe("missing");
    commit("config");
    expect(await committed()).toBe("same");
    write("interlock.yaml", "gates: {list: []}\n");
    expect(await committed()).toBe("differs");
    write("interlock.yaml", "gates: 7\n");
    expect(await interlock(folder, ["init"])).toMatchObject({ exitCode: 2, stdout: "" });
  });

  test("the line that it announces is the one that the first worktree adds", async () => {
    const { folder } = temporaryRepository(files);
    const { excludeLine } = JSON.parse((await interlock(folder, ["init", "--json", "--dry-run"])).stdout);
    await interlock(folder, ["run", "-", "--exec", "true"], "{id: p, title: P, nodes: [{id: a}]}");
    expect(readFileSync(join(folder, ".git/info/exclude"), "utf8").split("\n")).toContain(excludeLine);
  });
});

describe("doctor", () => {
  test("[C1] a branch in the way is a failure with a way out", async () => {
    const { folder, git } = temporaryRepository(files());
    git("branch", "interlock");
    const ended = await interlock(folder, ["doctor"]);
    expect(ended.exitCode).toBe(1);
    expect(ended.stdout).toContain("git branch -m interlock");
  });

  test("what cannot start is told as a line too", async () => {
    const { folder, write } = temporaryRepository(files());
    write("interlock.yaml", "leases: {ttl_minutes: soon}\n");
    const ended = await interlock(folder, ["doctor", "--json"]);
    expect(ended.exitCode).toBe(1);
    const failed = JSON.parse(ended.stdout).findings.filter(({ state }: { state: string }) => state === "fail");
    expect(failed).toMatchObject([{ check: "config" }]);
  });

  function files() {
    return { "a.txt": "a" };
  }
});
