import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { interlock, startInterlock, temporaryFolder, temporaryRepository } from "./command-line.ts";
import { gatedConfig, obedientAgent, smallPlan } from "./small-plan.ts";

function smallRepository() {
  return temporaryRepository({
    "src/base.txt": "base\n",
    "interlock.yaml": gatedConfig,
    "plan.yaml": smallPlan,
    "agent.sh": obedientAgent,
  });
}

describe("[C1] exit codes", () => {
  test.each([
    [["--help"], 0],
    [["--version"], 0],
    [["bogus"], 2],
    [["run", "x"], 2],
    [["run", "x", "--exec", "true", "--agents", "none"], 2],
    [["serve"], 2],
    [["approve", "x", "--yes"], 2],
    [["merge-tree", "A", "B"], 2],
    [["hook", "claude", "Stop"], 2],
  ])("%j ends with %i", async (args, exitCode) => {
    const { folder } = repository;
    const ended = await interlock(folder, args);
    expect(ended.exitCode).toBe(exitCode);
    expect(exitCode === 0 ? ended.stderr : ended.stdout).toBe("");
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });

  test("[C2] options that exclude each other are told as JSON to who asked for JSON", async () => {
    const ended = await interlock(repository.folder, ["status", "--watch", "--json"]);
    expect(ended).toMatchObject({ exitCode: 2, stderr: "" });
    expect(JSON.parse(ended.stdout)).toMatchObject({ refused: "bad_usage" });
  });

  test("without a repository nothing starts, which is 3, in words or as JSON", async () => {
    const folder = temporaryFolder();
    const said = await interlock(folder, ["status"]);
    expect(said).toMatchObject({ exitCode: 3, stdout: "" });
    expect(said.stderr).toMatch(/^interlock: There is no git repository at .*--root or INTERLOCK_ROOT\.\n$/);
    const asked = await interlock(folder, ["locks", "--json"]);
    expect(asked).toMatchObject({ exitCode: 3, stderr: "" });
    expect(JSON.parse(asked.stdout)).toMatchObject({ refused: "no_repository" });
  });

  test("a config that cannot be used is 2, and it says what is wrong with it", async () => {
    const { folder } = temporaryRepository({ "interlock.yaml": "gates: {parallel: many}\n" });
    const ended = await interlock(folder, ["status"]);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toContain("gates.parallel must be");
  });

  test("a store that cannot be used is 3", async () => {
    const { folder } = temporaryRepository({ "a.txt": "a" });
    await interlock(folder, ["status"]);
    writeFileSync(join(folder, ".git/interlock/state.db"), "this is no database, but it is long enough to be read");
    const ended = await interlock(folder, ["status"]);
    expect(ended.exitCode).toBe(3);
    expect(ended.stderr).toContain("Move it away");
  });

  test("--root and INTERLOCK_ROOT name the repository, before or after the command", async () => {
    const elsewhere = temporaryFolder();
    const { folder } = repository;
    expect((await interlock(elsewhere, ["--root", folder, "status"])).exitCode).toBe(0);
    expect((await interlock(elsewhere, ["status", "--root", folder])).exitCode).toBe(0);
    const run = startInterlock(elsewhere, ["status"], { INTERLOCK_ROOT: folder });
    expect(await run.ended).toBe(0);
  });
});

describe("plan", () => {
  test("a dry run shows waves, critical path and what agents bring, and submits nothing", async () => {
    const { folder } = smallRepository();
    const dry = await interlock(folder, ["plan", "plan.yaml", "--dry-run"]);
    expect(dry.exitCode).toBe(0);
    expect(dry.stdout).toContain("wave 2 api  ui");
    expect(dry.stdout).toContain("contract → api");
    expect(dry.stdout).toContain("Nothing was submitted");
    expect((await interlock(folder, ["status"])).stdout).toContain("There is no plan yet");
  });

  test("[C2] a plan from stdin, as JSON, is answered with the reply of submit_plan", async () => {
    const { folder } = smallRepository();
    const plan = JSON.stringify({ id: "p", title: "P", nodes: [{ id: "a" }] });
    const ended = await interlock(folder, ["plan", "-", "--json"], plan);
    expect(JSON.parse(ended.stdout)).toMatchObject({ plan_id: "p", status: "active", nodes: 1, waves: [["a"]] });
  });

  test("[C1] all problems of a plan are told at once, each with its path, and it ends with 2", async () => {
    const { folder } = smallRepository();
    const plan = "{id: p, title: P, nodes: [{id: a, depends_on: [b], writes: ['../x']}, {id: a}], bogus: 1}";
    const ended = await interlock(folder, ["plan", "-"], plan);
    expect(ended).toMatchObject({ exitCode: 2, stdout: "" });
    for (const path of ["nodes.0.depends_on.0", "nodes.0.writes.0", "nodes.1.id", "bogus"])
      expect(ended.stderr).toContain(`  ${path}: `);
    const none = await interlock(folder, ["plan", "missing.yaml"]);
    expect(none).toMatchObject({ exitCode: 2 });
    expect(none.stderr).toContain("missing.yaml cannot be read");
  });
});

describe("looking", () => {
  test("status, why, locks and log show an open plan; without a terminal there is no colour", async () => {
    const { folder } = smallRepository();
    await interlock(folder, ["plan", "plan.yaml"]);
    const shown = await Promise.all(
      [["status"], ["why"], ["locks"], ["log"], ["doctor"], ["park", "list"]].map((args) => interlock(folder, args)),
    );
    expect(shown.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(shown.map(({ stdout }) => stdout).join("")).not.toContain("\u001b");
    const [status, why, , log] = shown.map(({ stdout }) => stdout);
    expect(status).toContain("0/4 landed · 1 ready · 3 waiting");
    expect(status).toContain("No process is running that checks and lands work");
    expect(why).toContain("contract has to land first");
    expect(log).toContain("A plan was submitted.");
  });

  test("[C2] with --json each prints JSON alone", async () => {
    const { folder } = smallRepository();
    await interlock(folder, ["plan", "plan.yaml"]);
    const json = async (...args: readonly string[]) =>
      JSON.parse((await interlock(folder, [...args, "--json"])).stdout);
    expect(await json("status")).toMatchObject({
      overview: { view: "overview", process_running: false },
      plans: [{ view: "plan", plan_id: "small", counts: { ready: 1, pending: 3 } }],
    });
    expect(await json("why", "api")).toMatchObject({
      why: [{ node: "api", waits_for: [{ kind: "dependency", what: "contract" }] }],
    });
    expect(await json("locks")).toMatchObject({ locks: [], waiting: [] });
    expect(await json("park", "list")).toMatchObject({ parked: [] });
    expect(await json("gc", "--dry-run")).toEqual({ dry_run: true, slots: [], refs: [], kept: [] });
    expect((await json("doctor")).findings.map(({ check }: { check: string }) => check)).toContain("sqlite");
    expect(await json("land")).toMatchObject({ refused: "unlanded_nodes" });
    const lines = (await interlock(folder, ["log", "--json", "--since", "0"])).stdout.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { position: 1, type: "PlanSubmitted", plan: "small", say: "A plan was submitted." },
      ...["contract", "api", "ui", "together"].map((node) => ({ type: "NodeAdded", node })),
    ]);
  });

  test("log --follow shows what other processes do, until it is told to end", async () => {
    const { folder } = smallRepository();
    const log = startInterlock(folder, ["log", "--follow"]);
    await interlock(folder, ["plan", "plan.yaml"]);
    await log.said("A plan was submitted.");
    log.child.kill("SIGINT");
    expect(await log.ended).toBe(0);
  });

  test("status --watch shows each change, until it is told to end", async () => {
    const { folder } = smallRepository();
    const watch = startInterlock(folder, ["status", "--watch"]);
    await watch.said("There is no plan yet");
    await interlock(folder, ["plan", "plan.yaml"]);
    await watch.said("0/4 landed");
    watch.child.kill("SIGINT");
    expect(await watch.ended).toBe(0);
  });

  test("what is not there is refused in words", async () => {
    const { folder } = repository;
    for (const args of [
      ["status", "x"],
      ["why", "x"],
      ["why", "--plan", "x"],
      ["land", "x"],
      ["adopt", "x"],
      ["park", "show", "x"],
    ]) {
      const ended = await interlock(folder, args);
      expect(ended).toMatchObject({ exitCode: 1, stdout: "" });
      expect(ended.stderr).toMatch(/^(interlock: )?(There is no|No work|No open plan has)/);
    }
  });
});

describe("keeping", () => {
  test("land refuses a dirty checkout of the target and says which files, and changes nothing", async () => {
    const { folder, write, git } = smallRepository();
    await interlock(folder, ["run", "plan.yaml", "--agents", "2", "--exec", join(folder, "agent.sh")]);
    write("src/base.txt", "changed by hand\n");
    const refused = await interlock(folder, ["land"]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("uncommitted changes");
    expect(readFileSync(join(folder, "src/base.txt"), "utf8")).toBe("changed by hand\n");
    git("checkout", "--", "src/base.txt");
    expect((await interlock(folder, ["land"])).exitCode).toBe(0);
  });

  test("land brings in what the target did meanwhile, and says so", async () => {
    const { folder, write, commit, git } = smallRepository();
    await interlock(folder, ["run", "plan.yaml", "--agents", "2", "--exec", join(folder, "agent.sh")]);
    write("other.txt", "meanwhile\n");
    commit("meanwhile");
    const landed = await interlock(folder, ["land"]);
    expect(landed.exitCode).toBe(0);
    expect(landed.stdout).toContain("main has moved");
    expect(git("show", "main:other.txt")).toBe("meanwhile");
    expect(git("show", "main:src/ui.txt")).toMatch(/^ui/);
  });

  test("an integration branch that was moved by hand is adopted or restored", async () => {
    const { folder, git } = smallRepository();
    await interlock(folder, ["plan", "plan.yaml"]);
    const moved = git("commit-tree", "main^{tree}", "-p", "main", "-m", "by hand");
    git("update-ref", "refs/heads/interlock/small", moved);
    const run = await interlock(folder, ["run", "small", "--exec", join(folder, "agent.sh")]);
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain("interlock adopt small");
    const restored = await interlock(folder, ["restore", "--json"]);
    expect(JSON.parse(restored.stdout)).toMatchObject({
      status: "restored",
      plan_id: "small",
      commit: git("rev-parse", "main"),
    });
    git("update-ref", "refs/heads/interlock/small", moved);
    expect((await interlock(folder, ["run", "small", "--exec", join(folder, "agent.sh")])).exitCode).toBe(1);
    expect((await interlock(folder, ["adopt"])).exitCode).toBe(0);
    expect((await interlock(folder, ["run", "small", "--exec", join(folder, "agent.sh")])).exitCode).toBe(0);
  });

  test("kept work is listed, shown and written into a new folder only", async () => {
    const { folder } = smallRepository();
    const exec = "echo half > src/$INTERLOCK_NODE.txt; exit 1";
    await interlock(folder, ["run", "plan.yaml", "--exec", exec]);
    expect((await interlock(folder, ["park", "list"])).stdout).toContain("refs/interlock/parked/small/contract/3/work");
    const shown = await interlock(folder, ["park", "show", "contract"]);
    expect(shown.stdout).toContain("A  src/contract.txt");
    const back = join(temporaryFolder(), "back");
    expect((await interlock(folder, ["park", "restore", "contract", back])).exitCode).toBe(0);
    expect(readFileSync(join(back, "src/contract.txt"), "utf8")).toBe("half\n");
    expect((await interlock(folder, ["park", "restore", "contract", back])).exitCode).toBe(1);
  });

  test("backup writes a copy, and never over a file", async () => {
    const { folder } = repository;
    const file = join(temporaryFolder(), "copy.db");
    expect((await interlock(folder, ["backup", file])).exitCode).toBe(0);
    expect(existsSync(file)).toBe(true);
    expect((await interlock(folder, ["backup", file])).exitCode).toBe(2);
  });
});

const repository = smallRepository();
