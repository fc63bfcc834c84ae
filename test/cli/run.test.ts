import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { interlock, startInterlock, temporaryRepository } from "./command-line.ts";
import { gatedConfig, obedientAgent, smallPlan } from "./small-plan.ts";

function smallRepository() {
  return temporaryRepository({
    "src/base.txt": "base\n",
    "interlock.yaml": gatedConfig,
    "plan.yaml": smallPlan,
    "agent.sh": obedientAgent,
  });
}

/** A process as `ps` sees it: nothing when it is gone, Z when nobody has asked yet how it ended. */
function stateOf(pid: string): string {
  return spawnSync("ps", ["-o", "stat=", "-p", pid], { encoding: "utf8" }).stdout.trim().slice(0, 1);
}

const agent = (folder: string) => join(folder, "agent.sh");

describe("run", () => {
  test("[C3] it works a plan to its end, does again what came back, and lands nothing on the target by itself", async () => {
    const { folder, git } = smallRepository();
    const before = git("rev-parse", "main");
    const run = await interlock(folder, ["run", "plan.yaml", "--agents", "2", "--exec", agent(folder)]);
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).toContain("small is finished: 4/4 landed");
    expect(run.stdout).toContain("The node came back because a gate failed. (test)");
    expect(run.stdout).not.toContain("\u001b");
    expect(git("rev-parse", "main")).toBe(before);
    expect(git("show", "interlock/small:src/api.txt")).toMatch(/^api by run-[12]$/);
    expect(git("status", "--porcelain")).toBe("");
    const landed = await interlock(folder, ["land"]);
    expect(landed).toMatchObject({ exitCode: 0, stderr: "" });
    expect(git("rev-parse", "main")).toBe(git("rev-parse", "interlock/small"));
    expect(readFileSync(join(folder, "src/ui.txt"), "utf8")).toMatch(/^ui by/);
  });

  test("the command gets the node as JSON on stdin and in a file, and what was wrong when it does it again", async () => {
    const { folder } = smallRepository();
    await interlock(folder, ["run", "plan.yaml", "--exec", agent(folder)]);
    const brief = (name: string) =>
      JSON.parse(readFileSync(join(folder, ".interlock/worktrees", `brief-${name}.json`), "utf8"));
    expect(brief("api")).toMatchObject({
      node: { id: "api", plan_id: "small", title: "The API", attempt: 1, gates: ["test"] },
      context: { dependencies: [{ node: "contract", summary: "did contract" }] },
    });
    expect(brief("api")).not.toHaveProperty("rework");
    expect(brief("api-again")).toMatchObject({ rework: { reason: "gate_failed", gates: [{ name: "test" }] } });
  });

  test("[C2] with --json the result is the only thing on standard output", async () => {
    const { folder } = smallRepository();
    const run = await interlock(folder, ["run", "plan.yaml", "--agents", "3", "--exec", agent(folder), "--json"]);
    expect(JSON.parse(run.stdout)).toMatchObject({
      plan_id: "small",
      status: "finished",
      outcome: "finished",
      counts: { landed: 4 },
    });
  });

  test("[C1] a node that fails for good ends the run with 1, and it says what is stuck", async () => {
    const { folder, write } = smallRepository();
    write(
      "failing.yaml",
      "{id: f, title: F, nodes: [{id: a, retries: 0}, {id: b, depends_on: [a]}, {id: c, requires: [art]}]}",
    );
    const run = await interlock(folder, ["run", "failing.yaml", "--exec", "echo oh dear >&2; exit 7"]);
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain("f is stuck");
    expect(run.stdout).toContain("b is blocked by a");
    expect(run.stdout).toContain("c needs an agent with: art");
    const status = await interlock(folder, ["why", "a"]);
    expect(status.stdout).toContain("exit code 7");
    expect(status.stdout).toContain("oh dear");
  });

  test("a node that comes back too often is given up", async () => {
    const { folder, write } = smallRepository();
    write("bad.yaml", "{id: bad, title: Bad, nodes: [{id: a}]}");
    const exec = "echo BROKEN $$ > src/a.txt";
    const run = await interlock(folder, ["run", "bad.yaml", "--reworks", "1", "--exec", exec]);
    expect(run.exitCode).toBe(1);
    expect(run.stdout.match(/was handed in/g)).toHaveLength(2);
    expect(run.stdout).toContain("it came back 2 times");
  });

  test("[C4] the first Ctrl-C finishes what has begun and begins nothing new", async () => {
    const { folder } = smallRepository();
    const flag = join(folder, ".git", "go");
    const exec = `while [ ! -e '${flag}' ]; do sleep 0.05; done; echo x > src/$INTERLOCK_NODE.txt`;
    const run = startInterlock(folder, ["run", "plan.yaml", "--agents", "2", "--exec", exec]);
    await run.said("Attempt 1 began");
    run.child.kill("SIGINT");
    await run.said("Draining");
    writeFileSync(flag, "");
    expect(await run.ended).toBe(1);
    expect(run.output()).toMatch(/small\/contract +The node landed/);
    expect(run.output()).not.toContain("small/api");
    expect(run.output()).toContain("small is not finished: 1/4 landed");
  });

  test("[C4] the second Ctrl-C ends the commands with all that they started, and keeps their work", async () => {
    const { folder, git } = smallRepository();
    const pids = join(folder, ".git", "pid");
    const exec = `echo half > src/$INTERLOCK_NODE.txt; sleep 1000 & echo $! > '${pids}'; echo here >&2; wait`;
    const run = startInterlock(folder, ["run", "plan.yaml", "--exec", exec]);
    await run.said("Attempt 1 began");
    while (!existsSync(pids)) await new Promise((resolve) => setTimeout(resolve, 20));
    run.child.kill("SIGINT");
    await run.said("Draining");
    run.child.kill("SIGINT");
    expect(await run.ended).toBe(1);
    expect(git("show", "refs/interlock/parked/small/contract/1/work:src/contract.txt")).toBe("half");
    expect(stateOf(readFileSync(pids, "utf8").trim())).toMatch(/^Z?$/);
    const again = await interlock(folder, [
      "run",
      "small",
      "--accept-parked",
      "--exec",
      "cat src/contract.txt; touch src/$INTERLOCK_NODE.txt",
    ]);
    expect(again.exitCode).toBe(0);
    expect(git("show", "interlock/small:src/contract.txt")).toBe("half");
  });

  test.runIf(process.platform === "linux")(
    "a run that was killed leaves a command behind; the next run ends it and goes on in the same worktree",
    async () => {
      const { folder, git } = smallRepository();
      const pid = join(folder, ".git", "pid");
      const exec = `echo $$ > '${pid}'; echo half > src/half.txt; while :; do sleep 0.1; done`;
      const killed = startInterlock(folder, ["run", "plan.yaml", "--exec", exec]);
      while (!existsSync(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
      killed.child.kill("SIGKILL");
      const left = readFileSync(pid, "utf8").trim();
      expect(stateOf(left)).not.toMatch(/^Z?$/);
      const run = await interlock(folder, ["run", "small", "--exec", agent(folder)]);
      expect(run.exitCode).toBe(0);
      expect(stateOf(left)).toMatch(/^Z?$/);
      expect(git("show", "interlock/small:src/half.txt")).toBe("half");
    },
  );

  test("worktrees that cannot be prepared end the run, with the reason", async () => {
    const { folder, write, commit } = smallRepository();
    write("interlock.yaml", "worktree: {setup: 'echo no network >&2; exit 1'}\n");
    commit("setup");
    const run = await interlock(folder, ["run", "plan.yaml", "--exec", "true"]);
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain("small is stuck");
    expect(run.stdout).toContain("no network");
  });

  test("two runs on one plan share it, under names that differ", async () => {
    const { folder, git } = smallRepository();
    const exec = `sleep 0.2; ${agent(folder)}`;
    const runs = await Promise.all([
      interlock(folder, ["run", "plan.yaml", "--agents", "2", "--exec", exec]),
      interlock(folder, ["run", "plan.yaml", "--agents", "2", "--exec", exec]),
    ]);
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(
      git("log", "--format=%s", "main..interlock/small")
        .split("\n")
        .filter((line) => line === "The API"),
    ).not.toEqual([]);
  });

  test("[C1] a plan that is neither known nor a file is refused in words", async () => {
    const { folder } = smallRepository();
    const run = await interlock(folder, ["run", "nothing", "--exec", "true"]);
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain("neither a plan nor a file called nothing");
  });
});
