import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withLockFile, withRepositoryLock } from "../../../src/execution/slots/repository-lock.ts";
import { here, type Whereabouts } from "../../../src/log/sqlite/whereabouts.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "interlock-lock-"));
  path = join(folder, "some.lock");
});
afterEach(() => rmSync(folder, { recursive: true }));

const heldBy = (pid: number, started: string, at: Partial<Whereabouts> = {}) =>
  writeFileSync(path, JSON.stringify({ ...here(), ...at, pid, started, nonce: "0123456789" }));

test("only one holder works at a time, and nothing is left behind", async () => {
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 20 }, () =>
      withLockFile(path, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await sleep(2);
        inside -= 1;
      }),
    ),
  );
  expect(most).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});

test("of many who see a dead holder only one takes over at a time", async () => {
  for (let round = 0; round < 10; round += 1) {
    heldBy(spawnSync("true").pid, "1");
    let inside = 0;
    await Promise.all(
      Array.from({ length: 8 }, () =>
        withLockFile(path, async () => {
          inside += 1;
          expect(inside).toBe(1);
          await sleep(1);
          inside -= 1;
        }),
      ),
    );
  }
  expect(readdirSync(folder)).toEqual([]);
});

test.runIf(existsSync("/proc/self/stat"))("a pid given to another process since is not the holder", async () => {
  const other = spawn("sleep", ["60"]);
  heldBy(other.pid ?? 0, "1");
  await withLockFile(path, async () => undefined, 5_000);
  other.kill();
});

test("a live holder, and one of another machine, is waited for and then named", async () => {
  heldBy(process.pid, "");
  await expect(withLockFile(path, async () => undefined, 50)).rejects.toThrow(`held by process ${process.pid}`);
  heldBy(1, "1", { host: "another-machine", place: "another boot" });
  await expect(withLockFile(path, async () => undefined, 50)).rejects.toThrow("another-machine");
});

test("a holder in another pid namespace of this machine is not taken for dead because its number is unknown here", async () => {
  heldBy(spawnSync("true").pid, "1", { place: `${here().place.split(" ")[0]} pid:[1]` });
  await expect(withLockFile(path, async () => undefined, 50)).rejects.toThrow("is held by process");
});

test("is free again after the work failed", async () => {
  await expect(withLockFile(path, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await withLockFile(path, async () => "yes")).toBe("yes");
});

test("who waits behind many is patient as long as they take turns", async () => {
  const holders = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const hold = (nonce: string) => writeFileSync(path, JSON.stringify({ ...here(), nonce }));
  hold("first");
  const waiting = withLockFile(path, async () => "mine", 400);
  for (const nonce of holders) {
    await sleep(100);
    hold(nonce);
  }
  rmSync(path);
  expect(await waiting).toBe("mine");
});

test("of many calls in one process only one looks at the file", async () => {
  heldBy(process.pid, "");
  const turns: number[] = [];
  const calls = Array.from({ length: 30 }, (_, i) => withRepositoryLock(path, async () => turns.push(i)));
  await sleep(50);
  expect(readdirSync(folder)).toEqual(["some.lock"]);
  rmSync(path);
  await Promise.all(calls);
  expect(turns).toEqual(Array.from({ length: 30 }, (_, i) => i));
});
