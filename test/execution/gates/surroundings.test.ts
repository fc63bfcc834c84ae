/** What a gate gets for itself, on a real repository with real gates, also across processes that die. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { type TemporaryRepository, temporaryRepository } from "../git/temporary-repository.ts";
import { openFixture, type WorkspaceFixture, workspaceFixture, write } from "../workspace-fixture.ts";

/** Two gates at once, of which each notes what it sees. */
const config = (gate: string, more = "") => `gates:
  parallel: 2
  policy: window
${more}  list:
    - name: test
      default: true
${gate}
pools: {port: {range: 4100-4101}, build: {capacity: 1}}
`;

const notes = (at: Pick<TemporaryRepository, "gitDir">, name: string) => join(at.gitDir, name);
const common = "$(git rev-parse --path-format=absolute --git-common-dir)";

async function handIn(at: WorkspaceFixture, ids: readonly string[], waitMs = 60_000) {
  await at.plan(
    ids.map((id) => ({ id, edits: [`${id}.txt`] })),
    { policy: { maxParallel: ids.length } },
  );
  const works = [];
  for (const id of ids) works.push(await at.take(`agent-${id}`));
  return Promise.all(
    works.map(async (work) => {
      write(work, { [`${work.node.id}.txt`]: "said\n" });
      return at.complete(work, { waitMs });
    }),
  );
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await sleep(20);
}

test("[L6] gates beside each other have different ports, temporary files and databases, and nothing of it afterwards", async () => {
  const gate = `      uses: [port]
      run: |
        out=${common}/$INTERLOCK_NODE.env
        echo x > $TMPDIR/mine; ls $TMPDIR | wc -l > $out.count; env | sort > $out.part; mv $out.part $out
        while ! test -e ${common}/a.env || ! test -e ${common}/b.env; do sleep 0.02; done`;
  const at = await workspaceFixture({ "a.txt": "a\n", "interlock.yaml": config(gate) });
  expect(await handIn(at, ["a", "b"])).toMatchObject([{ status: "landed" }, { status: "landed" }]);
  const seen = ["a", "b"].map((id) =>
    Object.fromEntries(
      readFileSync(notes(at, `${id}.env`), "utf8")
        .split("\n")
        .map((line) => line.split(/=(.*)/, 2)),
    ),
  );
  expect(seen.map((one) => one["INTERLOCK_PORT"]).sort()).toEqual(["4100", "4101"]);
  for (const name of ["TMPDIR", "INTERLOCK_DATABASE"]) expect(seen[0]?.[name]).not.toBe(seen[1]?.[name]);
  expect(seen[0]?.["INTERLOCK_DATABASE"]).toMatch(/^interlock_a_plan_a_[0-9a-f]{16}$/);
  expect(["a", "b"].map((id) => readFileSync(notes(at, `${id}.env.count`), "utf8").trim())).toEqual(["1", "1"]);
  // One may have landed with the other's run, while its own was still being ended.
  await expect.poll(() => seen.map((one) => existsSync(String(one["TMPDIR"])))).toEqual([false, false]);
  await expect.poll(async () => (await at.execution.workspace()).locks.loans.size).toBe(0);
  expect(at.faults).toEqual([]);
}, 60_000);

test("[J4] gates that use the only place of a pool run one after another", async () => {
  const gate = `      uses: [build]
      run: log=${common}/log; echo begin >> $log; sleep 0.3; echo end >> $log`;
  const at = await workspaceFixture({ "a.txt": "a\n", "interlock.yaml": config(gate) });
  expect(await handIn(at, ["a", "b"])).toMatchObject([{ status: "landed" }, { status: "landed" }]);
  expect(readFileSync(notes(at, "log"), "utf8")).toBe("begin\nend\nbegin\nend\n");
  expect(at.faults).toEqual([]);
}, 60_000);

test("fixtures are the gate's own copies, as they were, each time", async () => {
  const gate = `      run: test "$(cat data/x)" = as-it-was && echo changed > data/x && cat own/deep/y && ! test -L data`;
  const fixtures = "  fixtures: [data, own]\n";
  const at = temporaryRepository({ ".gitignore": "data\nown\n", "interlock.yaml": config(gate, fixtures) });
  for (const [path, text] of [
    ["data/x", "as-it-was\n"],
    ["own/deep/y", "y\n"],
  ] as const) {
    mkdirSync(dirname(join(at.root, path)), { recursive: true });
    writeFileSync(join(at.root, path), text);
  }
  const fixture = await openFixture(at);
  for (const id of ["a", "b"]) expect(await handIn(fixture, [id])).toMatchObject([{ status: "landed" }]);
  expect(readFileSync(join(at.root, "data/x"), "utf8")).toBe("as-it-was\n");
}, 60_000);

test("a fixture that is not there fails the gate in words, and the base as well", async () => {
  const at = await workspaceFixture({ "interlock.yaml": config("      run: 'true'", "  fixtures: [data]\n") });
  const [answer] = await handIn(at, ["a"]);
  expect(answer).toMatchObject({
    status: "rework",
    gates: [{ exitCode: null, alsoFailsOnBase: true, outputTail: expect.stringContaining("fixture data is not in") }],
  });
}, 60_000);

test("[J3] what failed is named with what fails on the base too, and the whole output is in the file that is named", async () => {
  const gate = `      report: out/*.xml
      run: |
        mkdir -p out; echo "a long story"
        case_of() { echo "<testcase name='$1'>$(test -e $1.bad && echo '<failure/>')</testcase>"; }
        { echo '<testsuite>'; case_of old; case_of new; case_of fine; echo '</testsuite>'; } > out/r.xml
        ! ls *.bad`;
  const at = await workspaceFixture({ "old.bad": "bad\n", "interlock.yaml": config(gate) });
  await at.plan([{ id: "a", edits: ["*.bad"] }]);
  const work = await at.take("ann");
  write(work, { "new.bad": "bad\n" });
  const answer = await at.complete(work);
  expect(answer).toMatchObject({
    status: "rework",
    gates: [
      {
        alsoFailsOnBase: true,
        tests: { passed: 1, failed: 2, skipped: 0 },
        failedTests: ["old", "new"],
        failedOnBase: ["old"],
      },
    ],
  });
  if (!("gates" in answer)) return;
  expect(readFileSync(answer.gates[0]?.outputFile ?? "", "utf8")).toMatch(/^a long story\n/);
}, 60_000);

test("a gate that prints without end costs as much disk as the limit says, and ends by itself", async () => {
  const gate = "      run: yes | head -c 50000000; exit 1";
  const at = await openFixture(temporaryRepository({ "interlock.yaml": config(gate) }), undefined, {
    outputLimit: 100_000,
  });
  const [answer] = await handIn(at, ["a"]);
  expect(answer).toMatchObject({ status: "rework", gates: [{ exitCode: 1 }] });
  const logs = join(at.gitDir, "interlock/gates/a-plan/a");
  for (const name of readdirSync(logs))
    expect(readFileSync(join(logs, name)).length).toBeLessThan(100_000 + 64 * 1024 + 200);
}, 60_000);

const script = fileURLToPath(new URL("runs-gates.mjs", import.meta.url));
const sources = new URL("../../../dist", import.meta.url).href;

/** Another process that runs gates; resolves once it is the steward. */
async function otherProcess(root: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script, sources, root], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child;
}

/** The gate leaves a daemon, notes its port and the daemon, and waits; run again it only notes its port. */
const waits = `      uses: [port]
      run: |
        out=${common}/runs
        test -e $out.2 && exit 1
        if test -e $out.1; then echo $INTERLOCK_PORT > $out.part; mv $out.part $out.2; exit 0; fi
        setsid sh -c 'echo $$ > '$TMPDIR'/daemon; exec sleep 600' &
        while ! test -s $TMPDIR/daemon; do sleep 0.02; done
        echo $INTERLOCK_PORT $TMPDIR $(cat $TMPDIR/daemon) > $out.part; mv $out.part $out.1
        sleep 600`;

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

test.runIf(process.platform === "linux")(
  "[J1] [T4] killed while its gate runs: the daemon of the gate is ended, what it had is free, and another goes on",
  async () => {
    const at = temporaryRepository({ "interlock.yaml": config(waits) });
    const other = await otherProcess(at.root);
    const it = await openFixture(at);
    const answer = handIn(it, ["a"]);
    await until(() => existsSync(notes(at, "runs.1")));
    const [port, folder = "", daemon] = readFileSync(notes(at, "runs.1"), "utf8").trim().split(" ");
    expect(isAlive(Number(daemon))).toBe(true);
    other.kill("SIGKILL");
    expect(await answer).toMatchObject([{ status: "landed" }]);
    expect(readFileSync(notes(at, "runs.2"), "utf8").trim()).toMatch(/^410[01]$/);
    expect(port).toBe("4100");
    await until(async () => (await it.execution.workspace()).locks.loans.size === 0);
    expect(isAlive(Number(daemon))).toBe(false);
    expect(existsSync(folder)).toBe(false);
    expect(it.faults).toEqual([]);
  },
  60_000,
);

test.runIf(process.platform === "linux")(
  "[L6] [T4] stopped while its gate runs: the one who goes on gets another port, since the first may still be in use",
  async () => {
    const at = temporaryRepository({ "interlock.yaml": config(waits) });
    const other = await otherProcess(at.root);
    const it = await openFixture(at);
    const answer = handIn(it, ["a"]);
    await until(() => existsSync(notes(at, "runs.1")));
    other.kill("SIGSTOP");
    expect(await answer).toMatchObject([{ status: "landed" }]);
    const ports = ["runs.1", "runs.2"].map((name) => readFileSync(notes(at, name), "utf8").trim().split(" ")[0]);
    expect(ports).toEqual(["4100", "4101"]);
    other.kill("SIGKILL");
    await until(async () => (await it.execution.workspace()).locks.loans.size === 0);
    expect(isAlive(Number(readFileSync(notes(at, "runs.1"), "utf8").trim().split(" ")[2]))).toBe(false);
  },
  60_000,
);
