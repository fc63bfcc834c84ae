/** The Fraud Alert Dashboard, minute by minute, from the plan to main. */
import { expect, onTestFinished, test } from "vitest";
import type { Account } from "../../src/cli/demo/fraud-alert/account.ts";
import { beats } from "../../src/cli/demo/fraud-alert/story.ts";
import type { MetricsView } from "../../src/tools/views/metrics.ts";
import { interlock, temporaryFolder } from "../cli/command-line.ts";
import { processesIn } from "./processes.ts";
import { leaveNothing, openShop } from "./shop-repository.ts";

interface Closing {
  readonly root: string;
  readonly account: Account;
  readonly metrics: MetricsView["metrics"];
  readonly beats: Readonly<Record<string, number>>;
  readonly tests: { readonly passed: number; readonly failed: number };
  readonly problems: readonly string[];
}

interface Logged {
  readonly position: number;
  readonly at: string;
  readonly type: string;
  readonly node?: string;
  readonly agent?: string;
  readonly say?: string;
}

test("[X1] [K2] [A9] the Fraud Alert Dashboard: who stands on what a requirement changes is told and reworks it, nobody else, and all lands", async () => {
  const { exitCode, stdout, stderr } = await interlock(temporaryFolder(), [
    "demo",
    "fraud-alert",
    "--minute-ms",
    "20",
    "--json",
  ]);
  const run = JSON.parse(stdout) as Closing;
  onTestFinished(() => leaveNothing(run.root));
  expect({ exitCode, stderr, problems: run.problems }, stdout).toEqual({ exitCode: 0, stderr: "", problems: [] });
  expect(Object.keys(run.beats).sort()).toEqual(Object.keys(beats).sort());
  expect(run.tests).toMatchObject({ failed: 0 });

  const { account, metrics } = run;
  expect(account.told.map(({ agent }) => agent).sort()).toEqual(["architect", "backend", "frontend"]);
  for (const { notices } of account.told) expect(notices).toEqual(expect.arrayContaining(["conflict", "converge"]));
  expect(account.not_told).toEqual(["analyst", "writer"]);
  expect(account.found_ms).toBe(0);
  expect(account.rework.map(({ node }) => node.replace("rework-", "")).sort()).toEqual([
    "architecture",
    "consumer",
    "page",
  ]);
  expect(account.untouched).toEqual(expect.arrayContaining(["criteria", "help", "glossary", "topic", "frame"]));
  expect(account.rework.reduce((sum, one) => sum + one.estimated_ms, 0)).toBe(130 * account.minute_ms);

  const shop = openShop(run.root);
  expect(shop.git("status", "--porcelain")).toBe("");
  expect(shop.git("show", "main:contracts/fraud-alerts.json")).toContain("device_id");
  expect(shop.git("show", "main:public/table.js")).toContain("ip_address");
  const status = await shop.ask<{ readonly metrics: MetricsView["metrics"] }>("status");
  expect(status).toMatchObject({ plans: [{ status: "landed" }], metrics: { rework_minutes: metrics.rework_minutes } });
  expectFiguresOfTheLog(metrics, account, await eventsOf(run.root));
  expect(processesIn(run.root)).toEqual([]);
});

/** What `get_status` measures is what the log says, added up once more here. */
function expectFiguresOfTheLog(metrics: MetricsView["metrics"], account: Account, events: readonly Logged[]): void {
  const minutes = (ms: number) => ms / 60_000;
  const inHands = events.reduce((sum, { type, at }) => {
    if (type === "NodeLeased" || type === "NodeReturned" || type === "NodeWithdrawn") return sum - Date.parse(at);
    return type === "NodeSubmitted" ? sum + Date.parse(at) : sum;
  }, 0);
  const rework = account.rework.reduce((sum, one) => sum + one.measured_ms, 0);
  const at = (type: string) => Date.parse(events.find((event) => event.type === type)?.at ?? "");
  expect(metrics.rework_minutes.estimated).toBeCloseTo(minutes(130 * account.minute_ms), 2);
  expect(metrics.rework_minutes.actual).toBeCloseTo(minutes(rework), 2);
  expect(metrics.latency_reduction.worked_minutes).toBeCloseTo(minutes(inHands - rework), 2);
  expect(metrics.latency_reduction.elapsed_minutes).toBeGreaterThan(0);
  expect(metrics.convergence_minutes).toMatchObject({ convergences: 1 });
  expect(metrics.convergence_minutes.mean).toBeCloseTo(
    minutes(at("ConvergenceCompleted") - at("ConvergenceOpened")),
    2,
  );
  expect(metrics.conflict_rate).toMatchObject({ opened: 1, settled: 1, per_plan: 1 });
  expect(metrics.contract_evolution).toMatchObject({
    contracts: 1,
    versions: 2,
    initial: 1,
    compatible: 1,
    breaking: 0,
  });
  const { tracked, invalidated, validated, active } = metrics.assumption_accuracy ?? {};
  expect(tracked).toBe(events.filter(({ type }) => type === "AssumptionTracked").length);
  expect({ invalidated, active }).toEqual({ invalidated: 1, active: 0 });
  expect(validated).toBe((tracked ?? 0) - 1);
}

async function eventsOf(root: string): Promise<readonly Logged[]> {
  const { stdout } = await interlock(root, ["log", "--json", "--limit", "100000"]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Logged);
}
