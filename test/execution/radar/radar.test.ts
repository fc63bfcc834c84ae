/** Two agents at work on one repository, with a steward beside them, on real git. */
import { lstatSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { WorkspaceEvent } from "../../../src/core/event.ts";
import type { Assigned } from "../../../src/execution/answers.ts";
import { filesOf } from "../git/temporary-repository.ts";
import { eventually } from "../odd/until.ts";
import { type WorkspaceFixture, workspaceFixture, write } from "../workspace-fixture.ts";

const lines = (changed: Readonly<Record<number, string>> = {}) =>
  Array.from({ length: 20 }, (_, i) => `${changed[i + 1] ?? `line ${i + 1}`}\n`).join("");
const files = { "list.txt": lines(), "other.txt": lines(), ".gitignore": "*.log\n" };

interface Pair {
  readonly it: WorkspaceFixture;
  readonly ann: Assigned;
  readonly bob: Assigned;
}

async function atWork(it: WorkspaceFixture): Promise<Pair> {
  const edits = ["list.txt", "other.txt"];
  await it.plan([
    { id: "one", edits },
    { id: "two", edits },
  ]);
  const [ann, bob] = [await it.take("ann"), await it.take("bob")];
  return { it, ann, bob };
}

async function twoAtWork(): Promise<Pair> {
  return atWork(await workspaceFixture(files));
}

async function eventsOf<T extends WorkspaceEvent["type"]>(it: WorkspaceFixture, type: T) {
  const all = await it.execution.events(0, 5_000);
  return all.flatMap(({ event }) => (event.type === type ? [event as WorkspaceEvent & { type: T }] : []));
}

function some<T>(found: readonly T[], count = 1): readonly T[] | undefined {
  return found.length >= count ? found : undefined;
}

/** A radar that would have something to say has said it by then: it looks twice a second here. */
const longEnoughMs = 1_800;

describe("two agents that change the same lines", () => {
  test("[R1] both learn of it in their next replies, before either is done, and only once", async () => {
    const { it, ann, bob } = await twoAtWork();
    write(ann, { "list.txt": lines({ 5: "ann was here" }) });
    write(bob, { "list.txt": lines({ 5: "bob was here" }) });
    const [clash] = await eventually(async () => some(await eventsOf(it, "ClashFound")));
    expect(clash).toMatchObject({
      node: "one",
      other: { node: "two" },
      paths: [{ path: "list.txt", kind: "content" }],
    });
    const { notices } = await it.execution.takeNotices("ann", 5);
    expect(notices).toMatchObject([{ kind: "clash", from: "bob", facts: { paths: "list.txt" } }]);
    expect(notices[0]?.facts["hunks"]).toContain("theirs:\n| bob was here");
    expect((await it.execution.takeNotices("bob", 5)).notices).toMatchObject([{ kind: "clash", from: "ann" }]);

    // What is typed on in the same lines is the same clash.
    write(ann, { "list.txt": lines({ 5: "ann is still here" }) });
    await sleep(longEnoughMs);
    expect(await eventsOf(it, "ClashFound")).toHaveLength(1);
    write(ann, { "other.txt": lines({ 9: "ann here too" }) });
    write(bob, { "other.txt": lines({ 9: "and so is bob" }) });
    await eventually(async () => some(await eventsOf(it, "ClashFound"), 2));
    expect(it.faults).toEqual([]);
  });

  test("[R2] learn that it is gone when one of them makes room, and when one lands", async () => {
    const { it, ann, bob } = await twoAtWork();
    write(ann, { "list.txt": lines({ 5: "ann was here" }) });
    write(bob, { "list.txt": lines({ 5: "bob was here" }) });
    await eventually(async () => some(await eventsOf(it, "ClashFound")));
    write(bob, { "list.txt": lines({ 15: "bob was here" }) });
    const [settled] = await eventually(async () => some(await eventsOf(it, "ClashCleared")));
    expect(settled).toMatchObject({ why: "settled" });
    expect((await it.execution.takeNotices("ann", 5)).notices.at(-1)).toMatchObject({ kind: "clash_cleared" });

    write(bob, { "list.txt": lines({ 5: "bob is back" }) });
    await eventually(async () => some(await eventsOf(it, "ClashFound"), 2));
    expect(await it.complete(ann)).toMatchObject({ status: "landed" });
    const [, landed] = await eventsOf(it, "ClashCleared");
    expect(landed).toMatchObject({ why: "landed" });
    expect(it.faults).toEqual([]);
  });

  test("[R1] one of whom has handed in already: who still works is told", async () => {
    const gate =
      'gates: {list: [{name: wait, run: "while ! test -e ../../../../go; do sleep 0.05; done", default: true}]}\n';
    const { it, ann, bob } = await atWork(await workspaceFixture({ ...files, "interlock.yaml": gate }));
    write(ann, { "list.txt": lines({ 5: "ann was here" }) });
    expect(await it.complete(ann, { waitMs: 0 })).toMatchObject({ status: "queued" });
    write(bob, { "list.txt": lines({ 5: "bob was here" }) });
    await eventually(async () => some(await eventsOf(it, "ClashFound")));
    const { notices } = await it.execution.takeNotices("bob", 5);
    expect(notices).toMatchObject([{ kind: "clash", from: "ann", facts: { their_state: "submitted" } }]);
    writeFileSync(join(it.folder, "go"), "");
    await eventually(async () => some(await eventsOf(it, "NodeLanded")));
  });

  test("[R1] on different bases are compared as the train would: what landed in between is neither's", async () => {
    const it = await workspaceFixture(files);
    const edits = ["list.txt"];
    await it.plan([
      { id: "one", edits },
      { id: "two", edits },
      { id: "zero", edits, priority: 1 },
    ]);
    const [zero, ann] = [await it.take("zoe"), await it.take("ann")];
    write(zero, { "list.txt": lines({ 1: "zoe was here" }) });
    expect(await it.complete(zero)).toMatchObject({ status: "landed" });
    const bob = await it.take("bob");
    // Ann clashes with what has landed, which is no doing of Bob's; with Bob she clashes further down only.
    write(ann, { "list.txt": lines({ 1: "ann was first", 5: "ann" }) });
    write(bob, { "list.txt": lines({ 1: "zoe was here", 18: "bob" }) });
    await sleep(longEnoughMs);
    expect(await eventsOf(it, "ClashFound")).toEqual([]);
    write(ann, { "list.txt": lines({ 18: "ann" }) });
    const [clash] = await eventually(async () => some(await eventsOf(it, "ClashFound")));
    expect(clash?.paths[0]?.hunks).toEqual([{ base: "line 18\n", ours: "ann\n", theirs: "bob\n" }]);
  });
});

describe("no clash", () => {
  test("are changes of one file that merge, or that resolve by themselves, and files that are ignored", async () => {
    const { it, ann, bob } = await twoAtWork();
    // The last two lines stand beside each other, which git alone takes for a conflict.
    write(ann, { "list.txt": lines({ 2: "ann", 10: "ann" }), "own.log": "ann\n", "other.txt": lines({ 3: "same" }) });
    write(bob, { "list.txt": lines({ 7: "bob", 11: "bob" }), "own.log": "bob\n", "other.txt": lines({ 3: "same" }) });
    await eventually(async () => ((await it.execution.radarCost()).pairsMerged > 0 ? true : undefined));
    await sleep(longEnoughMs);
    expect(await eventsOf(it, "ClashFound")).toEqual([]);
    expect(it.faults).toEqual([]);
  });

  test("comes of files that are too large or cannot be read, which are counted and keep nothing else from being told", async () => {
    const { it, ann, bob } = await twoAtWork();
    write(ann, { "huge.bin": "a".repeat(5 * 2 ** 20), "list.txt": lines({ 5: "ann" }) });
    write(bob, { "huge.bin": "b".repeat(5 * 2 ** 20), "list.txt": lines({ 5: "bob" }) });
    const [clash] = await eventually(async () => some(await eventsOf(it, "ClashFound")));
    expect(clash?.paths.map(({ path }) => path)).toEqual(["list.txt"]);
    await eventually(async () => ((await it.execution.radarCost()).skipped >= 2 ? true : undefined));
  });
});

/** Everything about a slot that its agent can see or git goes by, with the times of all files. */
function stateOf(it: WorkspaceFixture, { worktree }: Assigned): readonly string[] {
  const registration = join(it.gitDir, "worktrees", worktree.slice(worktree.lastIndexOf("/") + 1));
  return [worktree, registration].flatMap((folder) => {
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
    const times = names.map((name) => `${name} ${lstatSync(join(folder, name)).ctimeMs}`);
    return [filesOf(folder), ...times, `${lstatSync(folder).ctimeMs}`];
  });
}

test("[R3] a look leaves worktree and index of an agent byte by byte as they are, times and locks included", async () => {
  const { it, ann, bob } = await twoAtWork();
  for (const [work, name] of [[ann, "ann"] as const, [bob, "bob"] as const]) {
    write(work, { "list.txt": lines({ 5: name }), "new.txt": name });
    rmSync(join(work.worktree, "other.txt"));
    it.sh(["add", "new.txt"], work.worktree);
  }
  const before = [stateOf(it, ann), stateOf(it, bob)];
  // Our own users' index may be refreshed by their commands, but nobody gives one here.
  await eventually(async () => some(await eventsOf(it, "ClashFound")));
  await sleep(1_000);
  expect([stateOf(it, ann), stateOf(it, bob)]).toEqual(before);
});

test("[R3] a hand-in goes through while slots are being looked at all the time", async () => {
  const { it, ann, bob } = await twoAtWork();
  const writing = setInterval(() => write(bob, { "list.txt": lines({ 5: `bob at ${performance.now()}` }) }), 20);
  try {
    write(ann, { "list.txt": lines({ 5: "ann" }) });
    await eventually(async () => some(await eventsOf(it, "ClashFound")));
    expect(await it.complete(ann)).toMatchObject({ status: "landed" });
  } finally {
    clearInterval(writing);
  }
  expect(it.faults).toEqual([]);
});
