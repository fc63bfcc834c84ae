/** Real processes on a real machine that does what machines do. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  interlock,
  main,
  startInterlock,
  type TemporaryRepository,
  temporaryFolder,
  temporaryRepository,
} from "../../cli/command-line.ts";
import { allProcesses, isThere } from "../processes.ts";
import { cannot, complete, cpuOf, go, pidOf, planOf, serverAt, stop, take, umount } from "./odd-processes.ts";

const linux = process.platform === "linux";
const write = (worktree: string, name: string, text = `${name}\n`) => writeFileSync(join(worktree, name), text);

/** What landed, from the log and from the branch, in order. */
async function landed({ folder, git }: TemporaryRepository, plan: string) {
  const { stdout } = await interlock(folder, ["log", "--json", "--limit", "100000"]);
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; node?: string });
  const inLog = events.filter(({ type }) => type === "NodeLanded").map(({ node }) => node);
  const onBranch = git("log", "--first-parent", "--reverse", "--format=%s", `main..interlock/${plan}`).split("\n");
  return { inLog, onBranch };
}

describe.runIf(linux)("a server that is stopped (SIGSTOP)", () => {
  test("[X2] while it is the steward and judges: another takes over, and it does no harm when it goes on", async () => {
    const repository = temporaryRepository({
      "a.txt": "a\n",
      "interlock.yaml":
        'gates: {list: [{name: slow, run: "touch $(git rev-parse --git-common-dir)/judging; sleep 0.5", default: true}]}\n',
    });
    const first = await serverAt(repository.folder);
    const plan = await planOf(first, ["one", "two"]);
    const ann = await take(first, "ann");
    const second = await serverAt(repository.folder);
    const bob = await take(second, "bob");
    write(ann.worktree, "ann.txt");
    write(bob.worktree, "bob.txt");
    expect(await complete(first, ann, 0)).toMatchObject({ status: "queued" });
    await expect
      .poll(() => existsSync(join(repository.folder, ".git/judging")), { timeout: 20_000, interval: 10 })
      .toBe(true);
    stop(first);
    let verdict = await complete(second, bob);
    // It may have been stopped in the middle of a commit; then nobody can go on before it does, and all are told so.
    for (; verdict["refused"] === "store_busy"; verdict = await complete(second, bob)) {
      expect(verdict["problem"]).toContain(`kill -CONT ${pidOf(first)}`);
      go(first);
      await pause(20);
      stop(first);
    }
    expect(verdict).toMatchObject({ status: "landed" });
    go(first);
    expect(await complete(first, ann)).toMatchObject({ status: "landed" });
    const { inLog, onBranch } = await landed(repository, plan);
    expect(inLog).toEqual(["one", "two"]);
    expect(onBranch).toEqual(["one", "two"]);
    expect(repository.git("fsck", "--no-dangling")).toBe("");
    await Promise.all([first.close(), second.close()]);
    expect(
      readdirSync(join(repository.folder, ".interlock/worktrees")).filter((name) => name.startsWith("gate")),
    ).toEqual([]);
  });

  test("[V1] while its agent has a node: the lease ends after the time for silent clients, and the late agent is told where its work is", async () => {
    const repository = temporaryRepository({
      "a.txt": "a\n",
      "interlock.yaml": "leases: {ttl_minutes: 0.02, grace_minutes: 0.01, client_minutes: 0.03}\n",
    });
    const steward = await serverAt(repository.folder);
    await planOf(steward, ["one"]);
    const other = await serverAt(repository.folder);
    const ann = await take(other, "ann");
    write(ann.worktree, "ann.txt", "half\n");
    stop(other);
    const bob = await take(steward, "bob", { accept_parked: true });
    expect(bob.worktree).not.toBe(ann.worktree);
    expect(existsSync(join(bob.worktree, "ann.txt"))).toBe(true);
    go(other);
    expect(await complete(other, ann)).toMatchObject({
      refused: "stale_lease",
      parked_ref: expect.stringContaining("refs/interlock/parked/"),
    });
    write(bob.worktree, "bob.txt");
    expect(await complete(steward, bob)).toMatchObject({ status: "landed" });
    await Promise.all([steward.close(), other.close()]);
  });
});

describe("a running server whose repository goes", () => {
  const gone = {
    refused: "store_unusable",
    problem: expect.stringMatching(/moved or deleted.*Start Interlock again/s),
  };

  test("is deleted: a call that waits ends in words, later calls find no repository, nothing is made there, and no time is burnt", async () => {
    const repository = temporaryRepository({ "a.txt": "a\n" });
    const server = await serverAt(repository.folder);
    const plan = await planOf(server, ["one"]);
    const ann = await take(server, "ann");
    const waiting = server.callTool("request_next_node", { agent: "bob", wait_seconds: 30 });
    await pause(200);
    rmSync(repository.folder, { recursive: true });
    expect(await waiting).toMatchObject(gone);
    expect(await complete(server, ann)).toMatchObject({ refused: "no_repository", looked: [repository.folder] });
    expect(await server.callTool("get_status", {})).toMatchObject({ refused: "no_repository" });
    const before = cpuOf(pidOf(server));
    await pause(1_500);
    expect(cpuOf(pidOf(server)) - before).toBeLessThan(50);
    expect(existsSync(repository.folder)).toBe(false);
    const again = temporaryRepository({ "b.txt": "b\n" });
    renameSync(again.folder, repository.folder);
    const status = await server.callTool("get_status", {});
    expect(status).not.toHaveProperty("refused");
    expect(JSON.stringify(status)).not.toContain(plan);
    await server.close();
  });

  test("is moved: nothing is made at the old place, and a server at the new place goes on with everything", async () => {
    const repository = temporaryRepository({ "a.txt": "a\n" });
    const old = await serverAt(repository.folder);
    const plan = await planOf(old, ["one", "two"]);
    const ann = await take(old, "ann");
    write(ann.worktree, "ann.txt");
    const moved = join(temporaryFolder(), "moved");
    renameSync(repository.folder, moved);
    expect(await complete(old, ann)).toMatchObject({ refused: "no_repository" });
    const now = await serverAt(moved);
    const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: moved, encoding: "utf8" }).trim();
    expect(await now.callTool("get_status", {})).not.toHaveProperty("refused");
    expect(git("-C", ann.worktree.replace(repository.folder, moved), "status", "--porcelain")).toBe("?? ann.txt");
    await old.close();
    expect(await complete(now, ann)).toMatchObject({ status: "landed" });
    const bob = await take(now, "bob");
    expect(bob.worktree.startsWith(moved)).toBe(true);
    expect(git("show", `interlock/${plan}:ann.txt`)).toBe("ann.txt");
    expect(existsSync(repository.folder)).toBe(false);
    await now.close();
  });
});

describe("a run whose repository goes", () => {
  test("ends its agents, and says why in words", async () => {
    const repository = temporaryRepository({ "a.txt": "a\n" });
    repository.write("plan.yaml", "title: Odd\nnodes:\n  - {id: one, title: one, instructions: x}\n");
    const command = `: ${process.pid}; sleep 600`;
    const run = startInterlock(repository.folder, ["run", "plan.yaml", "--agents", "1", "--exec", command]);
    const sleepers = () => allProcesses().filter((one) => one.command === `/bin/sh -c ${command}`);
    await expect.poll(() => sleepers().length, { timeout: 10_000 }).toBe(1);
    const [pid = 0] = sleepers().map((one) => one.pid);
    renameSync(repository.folder, join(temporaryFolder(), "moved"));
    expect(await run.ended).toBe(3);
    expect(run.output()).toMatch(/moved or deleted.*Start Interlock again/s);
    expect(run.output()).not.toMatch(/\n {4}at /);
    await expect.poll(() => isThere(pid)).toBe(false);
    expect(existsSync(repository.folder)).toBe(false);
  });
});

describe.runIf(linux)("another pid namespace, as a container has", () => {
  test("is refused while a process outside uses the store, with its name and the way out, and welcome afterwards", async (context) => {
    if (cannot("unshare", "-pf", "--mount-proc", "true")) return context.skip();
    const repository = temporaryRepository({ "a.txt": "a\n" });
    const inside = (...args: readonly string[]) => {
      const all = ["-pf", "--mount-proc", process.execPath, main, ...args, "--root", repository.folder];
      try {
        return { stdout: execFileSync("unshare", all, { encoding: "utf8", stdio: "pipe" }), stderr: "" };
      } catch (fault) {
        return fault as { readonly status: number; readonly stdout: string; readonly stderr: string };
      }
    };
    const server = await serverAt(repository.folder);
    await planOf(server, ["one"]);
    const refused = inside("status");
    expect(refused).toMatchObject({ status: 3 });
    expect(refused.stderr).toMatch(
      new RegExp(`process ${pidOf(server)} on another machine or in another container.*PostgreSQL`),
    );
    expect(await server.callTool("get_status", {})).not.toHaveProperty("refused");
    await server.close();
    expect(inside("status").stdout).toContain("odd");
  });
});

describe.runIf(linux)("a file system that cannot be written", () => {
  test("is told with what to do, before and after the workspace was made; writable again, all is there", async (context) => {
    const disk = temporaryFolder();
    if (cannot("mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", disk)) return context.skip();
    onTestFinished(() => umount(disk));
    const [used, fresh] = [join(disk, "used"), join(disk, "fresh")];
    for (const folder of [used, fresh]) renameOnto(temporaryRepository({ "a.txt": "a\n" }).folder, folder);
    const writable = await serverAt(used);
    await planOf(writable, ["one"]);
    await writable.close();
    execFileSync("mount", ["-o", "remount,ro", disk]);
    for (const folder of [used, fresh]) {
      const { exitCode, stderr } = await interlock(folder, ["status"]);
      expect(exitCode).toBe(3);
      expect(stderr).toMatch(/cannot be (written|opened)/);
      expect(stderr).not.toMatch(/Something went wrong| at /);
      const server = await serverAt(folder);
      const reply = await server.callTool("get_status", {});
      expect(reply["refused"]).toMatch(/^(store|disk)_unusable$/);
      expect(String(reply["problem"])).toMatch(/Check|Mount it writable/);
      await server.close();
    }
    execFileSync("mount", ["-o", "remount,rw", disk]);
    expect((await interlock(used, ["status"])).stdout).toContain("odd");
  });
});

describe.runIf(linux)("files that the server may not read", () => {
  test("[X3] are named when the work is handed in, and it lands once they can be read", async (context) => {
    const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "HOME=/nonexistent"];
    if (cannot("setpriv", ...nobody.slice(1, 4), "true")) return context.skip();
    const repository = temporaryRepository({ "a.txt": "a\n" });
    execFileSync("chown", ["-R", "65534:65534", repository.folder]);
    const server = await serverAt(repository.folder, nobody);
    await planOf(server, ["one"]);
    const ann = await take(server, "ann");
    write(ann.worktree, "secret.txt");
    chmodSync(join(ann.worktree, "secret.txt"), 0o600);
    expect(await complete(server, ann)).toMatchObject({
      refused: "unreadable_worktree",
      problem: expect.stringMatching(/secret\.txt: .*[Pp]ermission denied/),
    });
    chmodSync(join(ann.worktree, "secret.txt"), 0o644);
    expect(await complete(server, ann)).toMatchObject({ status: "landed" });
    await server.close();
  });
});

function renameOnto(from: string, to: string): void {
  execFileSync("cp", ["-a", from, to]);
}
