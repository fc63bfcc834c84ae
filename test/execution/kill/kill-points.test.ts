/** A real process is killed at every commit and around every git command of a story, and the story still ends right. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { discoverRepository } from "../../../src/execution/git/discover.ts";
import { openExecution } from "../../../src/execution/open.ts";
import { eventVersions } from "../../../src/log/event-versions.ts";
import { type TemporaryRepository, temporaryRepository } from "../git/temporary-repository.ts";

const script = fileURLToPath(new URL("works-a-story.mjs", import.meta.url));
const sources = new URL("../../../dist", import.meta.url).href;

/** What only one node asks for has never been run on the base. */
const config = `gates:
  list:
    - {name: test, run: "! grep -q bad red.txt 2>/dev/null", default: true, uses: [build]}
    - {name: rare, run: "! grep -q bad red.txt 2>/dev/null"}
leases: {ttl_minutes: 0.02, grace_minutes: 0.01, client_minutes: 0.0001}
`;

/** Events that the story need not cause, because people, damage or the pace of the machine do: the core is tested for them. */
const notInTheStory = new Set([
  "ArtifactRecorded",
  "AssumptionHeld",
  "AssumptionSettled",
  "AssumptionTracked",
  "BaseGateDropped",
  "ClaimsQueued",
  "ClaimsReleased",
  "ClashCleared",
  "ClashFound",
  "ConflictOpened",
  "ConflictRaised",
  "ConsumersNamed",
  "ContractActivated",
  "ContractDeprecated",
  "ContractLanded",
  "ContractPublished",
  "ConflictResolved",
  "ConvergenceCompleted",
  "ConvergenceDecided",
  "ConvergenceEscalated",
  "ConvergenceJoined",
  "ConvergenceOpened",
  "FirstCompletionAwaited",
  "GateDoubted",
  "GateDropped",
  "GateHeldUp",
  "IntegrationAdopted",
  "KnowledgeShared",
  "LeaseRenewed",
  "LeasesRefreshed",
  "NodeCancelled",
  "NodeChanged",
  "NodeFailed",
  "NodeRetried",
  "NodeWithdrawn",
  "ParkedAccepted",
  "PlanChanged",
  "PlanPaused",
  "PlanResumed",
  "ProgressReported",
  "ReworkOrdered",
  "SlotRemoved",
  "SlotReplaced",
  "TicketEnded",
  "TrainReordered",
  "VoteCast",
]);

function newRepository(): TemporaryRepository {
  const repository = temporaryRepository({ "both.txt": "base\n", "interlock.yaml": config });
  onTestFinished(() => repository.remove());
  return repository;
}

/** Runs the story until it ends or dies; returns what it printed. */
async function play(
  root: string,
  pendingFile?: string,
): Promise<{ readonly killed: boolean; readonly output: string }> {
  const child = spawn(process.execPath, [script, sources, root, ...(pendingFile ? [pendingFile] : [])]);
  const output: string[] = [];
  const errors: string[] = [];
  child.stdout.on("data", (chunk) => output.push(String(chunk)));
  child.stderr.on("data", (chunk) => errors.push(String(chunk)));
  const [code, signal] = await once(child, "close");
  if (signal !== "SIGKILL" && code !== 0) throw new Error(`the story ended with ${code ?? signal}: ${errors.join("")}`);
  return { killed: signal === "SIGKILL", output: output.join("") };
}

async function expectTheRightEnd(repository: TemporaryRepository): Promise<void> {
  const { sh, root } = repository;
  expect(sh(["status", "--porcelain"])).toBe("");
  const content = (path: string) => readFileSync(join(root, path), "utf8");
  expect([content("both.txt"), content("red.txt"), content("given.txt"), content("silent.txt")]).toEqual([
    "left\nright\n",
    "good\n",
    "given\n",
    "said\n",
  ]);
  const landings = sh(["log", "--first-parent", "--format=%s", "main"]).split("\n");
  expect([...landings].sort()).toEqual(["first", "given", "left", "red", "right", "silent"]);
  expect(sh(["fsck", "--full", "--strict", "--connectivity-only"])).not.toMatch(/missing|broken|error/);
  const found = await discoverRepository(root);
  if (!found) throw new Error("no repository");
  const execution = await openExecution({ repository: found, report: () => undefined });
  const workspace = await execution.workspace();
  expect(workspace.locks.held.size).toBe(0);
  expect(workspace.plans.get("story")).toMatchObject({ status: { is: "landed" }, live: 0, open: 0, train: [] });
  for (const { ref } of await execution.parked()) expect(sh(["cat-file", "-t", ref])).toBe("commit");
  await execution.close();
}

test("[X2] [E3] killed at every commit and around every git command, the story goes on to the right end", async () => {
  const undisturbed = newRepository();
  const { output } = await play(undisturbed.root);
  await expectTheRightEnd(undisturbed);
  const points = output.split("\n");
  console.info(`Killed at each of these ${points.length} points:\n${points.join(", ")}`);
  const expected = [...eventVersions.keys()]
    .filter((type) => !notInTheStory.has(type))
    .map((type) => `after commit ${type}`);
  expect(expected.filter((point) => !points.includes(point))).toEqual([]);

  const pendingFile = join(undisturbed.folder, "pending");
  writeFileSync(pendingFile, points.join("\n"));
  const left = () => readFileSync(pendingFile, "utf8").split("\n").filter(Boolean);
  for (let before = Number.POSITIVE_INFINITY; left().length > 0 && left().length < before; ) {
    before = left().length;
    const repository = newRepository();
    while ((await play(repository.root, pendingFile)).killed);
    await expectTheRightEnd(repository);
  }
  expect(left()).toEqual([]);
}, 900_000);
