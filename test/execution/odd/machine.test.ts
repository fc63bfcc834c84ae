/** What the machine does to a workspace: it sleeps, its disk is full, a process of it is stopped while it holds the store. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../src/execution/clock.ts";
import { sayDiskFault } from "../../../src/execution/disk-fault.ts";
import { openSqliteLog } from "../../../src/log/sqlite/open.ts";
import { temporaryRepository } from "../git/temporary-repository.ts";
import { callOf, openFixture, write } from "../workspace-fixture.ts";
import { eventually, slotsSettle, stateOf } from "./until.ts";

const hour = 3_600_000;

describe("a laptop that sleeps for hours", () => {
  test("[V2] everybody gets one fresh lease before anyone is judged, and then the silent are judged", async () => {
    let slept = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + slept };
    const leases = "leases: {ttl_minutes: 0.05, grace_minutes: 0.02, client_minutes: 0.01}\n";
    const repository = temporaryRepository({ "a.txt": "a\n", "interlock.yaml": leases });
    const it = await openFixture(repository, repository.root, { clock });
    const plan = await it.plan([{ id: "one" }, { id: "two" }]);
    const one = await it.take("ann");
    const two = await it.take("bob");
    write(one, { "one.txt": "1\n" });
    write(two, { "two.txt": "half\n" });
    slept = 8 * hour;
    const events = await eventually(async () => {
      const all = await it.execution.events(0, 10_000);
      return all.some(({ event }) => event.type === "LeasesRefreshed") ? all : undefined;
    });
    expect(events.filter(({ event }) => event.type === "AttemptFenced")).toEqual([]);
    expect(await it.complete(one)).toMatchObject({ status: "landed" });
    const parked = await eventually(async () => (await stateOf(it, plan, "two"))?.parked);
    expect(it.at(parked.ref, "two.txt")).toBe("half");
    const types = (await it.execution.events(0, 10_000)).map(({ event }) => event.type);
    expect(types.indexOf("LeasesRefreshed")).toBeLessThan(types.indexOf("AttemptFenced"));
    expect(it.faults).toEqual([]);
  });

  test("[V2] a process that starts right after the machine woke refreshes the leases too", async () => {
    let slept = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + slept };
    const repository = temporaryRepository({ "a.txt": "a\n" });
    const before = await openFixture(repository, repository.root, { clock });
    const plan = await before.plan([{ id: "one" }]);
    const one = await before.take("ann");
    write(one, { "one.txt": "1\n" });
    await before.execution.close();
    slept = 30 * hour;
    const after = await openFixture(repository, repository.root, { clock });
    await eventually(async () =>
      (await after.execution.events(0, 10_000)).some(({ event }) => event.type === "LeasesRefreshed")
        ? true
        : undefined,
    );
    expect((await stateOf(after, plan, "one"))?.state.is).toBe("leased");
    expect(await after.complete(one)).toMatchObject({ status: "landed" });
  });
});

/** Mounts a small disk for one test, or says why that cannot be done here. */
function smallDisk(megabytes: number): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "interlock-disk-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder], { stdio: "pipe" });
  } catch (fault) {
    console.warn(`SKIPPED, see docs/manual-checks.md: no disk can be mounted here (${String(fault).split("\n")[0]})`);
    return undefined;
  }
  onTestFinished(() => void execFileSync("umount", ["-l", folder]));
  return folder;
}

/** A repository on that disk. */
function repositoryOn(disk: string) {
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = disk;
  try {
    return temporaryRepository({ "a.txt": "a\n", "big.txt": "b\n" });
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
}

/** Takes all the room that a disk has. */
function fill(disk: string): () => void {
  const file = join(disk, "filler");
  const { bavail, bsize } = statfsSync(disk);
  try {
    writeFileSync(file, Buffer.alloc(bavail * bsize, 1));
  } catch {
    // Full a little earlier.
  }
  return () => rmSync(file);
}

describe("a disk that is full", () => {
  test("[X3] no call does half of anything; once there is room everything goes on, and nothing is lost", async (context) => {
    const disk = smallDisk(24);
    if (disk === undefined) return context.skip();
    const repository = repositoryOn(disk);
    const it = await openFixture(repository);
    const plan = await it.plan([{ id: "one" }, { id: "two" }, { id: "three" }]);
    const one = await it.take("ann");
    const two = await it.take("bob");
    write(one, { "one.txt": Buffer.alloc(300_000, "x").toString() });
    write(two, { "two.txt": "half\n" });
    const empty = fill(disk);
    const refusedOrThrown = (answer: Promise<unknown>) =>
      answer.catch((fault: Error) => ({ fault: sayDiskFault(fault) ?? fault.message }));
    const handedIn = await refusedOrThrown(it.complete(one));
    expect(JSON.stringify(handedIn)).toMatch(/[Nn]o space left on device|disk is full/);
    const givenUp = await refusedOrThrown(
      it.execution.failNode(
        { agent: "bob", lease: two.lease },
        { reason: "full", retryable: true },
        callOf("fail_node"),
      ),
    );
    expect(JSON.stringify(givenUp)).toMatch(/[Nn]o space left on device|disk is full/);
    const asked = await refusedOrThrown(it.take("cleo", { waitMs: 0 }));
    expect(JSON.stringify(asked)).toMatch(/[Nn]o space left on device|disk is full/);
    empty();
    const states = [...(await it.execution.workspace()).slots.byName.values()].map(({ is }) => is);
    expect(states.filter((is) => is === "held")).toHaveLength(2);
    expect(await it.complete(one)).toMatchObject({ status: "landed" });
    expect(await it.complete(two)).toMatchObject({ status: "landed" });
    const three = await it.take("cleo");
    write(three, { "three.txt": "3\n" });
    expect(await it.complete(three)).toMatchObject({ status: "landed" });
    expect(it.at(`interlock/${plan}`, "two.txt")).toBe("half");
    expect(it.sh(["fsck", "--no-dangling"])).toBe("");
    await slotsSettle(it);
  });
});

const opens = fileURLToPath(new URL("../../../dist/log/sqlite/open.js", import.meta.url));
const driver = fileURLToPath(new URL("../../../dist/log/sqlite/driver.js", import.meta.url));

describe("a process that is stopped", () => {
  test("[E6] while it writes: the others are refused, told which process it is, and go on once it does", async () => {
    const folder = mkdtempSync(join(tmpdir(), "interlock-stopped-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, "interlock"));
    const file = join(folder, "interlock/state.db");
    const ours = await openSqliteLog({ file, busyTimeoutMs: 300 });
    const script = `
      import { openDatabase } from ${JSON.stringify(driver)};
      import { openSqliteLog } from ${JSON.stringify(opens)};
      const log = await openSqliteLog({ file: ${JSON.stringify(file)} });
      const db = openDatabase(${JSON.stringify(file)});
      db.exec("BEGIN IMMEDIATE; INSERT INTO cell (stream, key, value) VALUES ('s', 'k', 'theirs')");
      process.stdout.write("holds");
      process.kill(process.pid, "SIGSTOP");
      db.exec("COMMIT");
      await log.close();`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child.stdout, "data");
    await eventually(() => (readFileSync(`/proc/${child.pid}/stat`, "utf8").includes(") T ") ? true : undefined));
    await expect(ours.swapCell("s", "k", undefined, "ours")).rejects.toThrow(
      new RegExp(`Process ${child.pid} .*stopped.*kill -CONT ${child.pid}`),
    );
    expect(await ours.readCell("s", "k")).toBeUndefined();
    const ended = once(child, "exit");
    child.kill("SIGCONT");
    await ended;
    expect(await ours.swapCell("s", "k", "theirs", "ours")).toBe(true);
    await ours.close();
  });
});
