import { expect, test } from "vitest";
import type { WorkspaceCommand } from "../../src/core/command.ts";
import type { GateVerdict } from "../../src/core/node/node-events.ts";
import { defaultSettings, type TrainPolicy } from "../../src/core/settings.ts";
import { reportTrain } from "../../src/core/train-report.ts";
import { plan, work } from "./plans.ts";
import { given, request, type Scenario, submits } from "./scenario.ts";

const names = ["a", "b", "c", "d"];

function four(policy: TrainPolicy = "window", parallel = 3): Scenario {
  const gates = { ...defaultSettings.gates, parallel, policy };
  return given(
    { type: "ConfigureWorkspace", settings: { ...defaultSettings, gates } },
    {
      type: "SubmitPlan",
      plan: plan(
        "p",
        names.map((id) => work(id, { gates: ["test"] })),
      ),
    },
    ...names.map((id) => request(`agent-${id}`)),
    ...names.map((id) => submits(`agent-${id}`, `${id}.ts`)),
  );
}

/** Candidates are named after all that is in them: `ab` is `b` on `a`. */
function builds(candidate: string): WorkspaceCommand {
  const [node = "", onto] = [candidate.at(-1), candidate.slice(0, -1) || "base"];
  return { type: "ReportCandidate", plan: "p", node, attempt: 1, candidate, tree: candidate, onto, paths: [node] };
}
function starts(candidate: string): WorkspaceCommand {
  const about = { plan: "p", node: candidate.at(-1) ?? "", candidate, process: "p1" };
  return { type: "StartGate", ...about, gate: "test", ms: 60_000, weight: 1, alone: false };
}
function ends(candidate: string, passed = true): WorkspaceCommand {
  const about = { plan: "p", node: candidate.at(-1) ?? "", candidate, process: "p1" };
  return { type: "ReportGate", ...about, verdict: verdict(passed) };
}
function verdict(passed: boolean): GateVerdict {
  return { name: "test", passed, exitCode: 0, outputTail: "", alsoFailsOnBase: false, seconds: 1 };
}

function waits(s: Scenario): readonly string[] {
  const of = s.workspace.plans.get("p");
  const { entries } = of ? reportTrain(s.workspace, of) : { entries: [] };
  return entries.map(({ node, wait }) => `${node.id} ${wait.is}${"of" in wait ? ` ${wait.of.join(",")}` : ""}`);
}

test("[W1] each submission says what it waits for, while it is merged, judged and landed", () => {
  const s = four();
  expect(waits(s)).toEqual(["a merging", "b turn", "c turn", "d turn"]);
  s.and(builds("a"), starts("a"), builds("ab"), builds("abc"));
  expect(waits(s)).toEqual(["a gates", "b gate_slot", "c gate_slot", "d turn"]);
  s.and(starts("ab"), starts("abc"), ends("abc", false));
  expect(waits(s)).toEqual(["a gates", "b gates", "c blame a,b", "d merging"]);
  const clash = { type: "ReportClash", plan: "p", node: "d", attempt: 1, onto: "ab" } as const;
  s.and(clash);
  expect(waits(s)[3]).toBe("d clash a,b");
  s.and(ends("ab"));
  expect(waits(s).slice(0, 2)).toEqual(["a gates", "b landing"]);
  s.and({ type: "IntendLanding", plan: "p", node: "b", candidate: "ab" });
  expect(waits(s).slice(0, 2)).toEqual(["a landing", "b landing"]);
});

test("[W1] what is judged by another's run, what passed before those it stands on, and what goes back", () => {
  const batch = four("batch", 1).and(builds("a"), builds("ab"), builds("abc"), builds("abcd"));
  expect(waits(batch)).toEqual(["a judged_with d", "b judged_with d", "c judged_with d", "d gate_slot"]);
  batch.and(starts("abcd"));
  expect(waits(batch)).toEqual(["a judged_with d", "b judged_with d", "c judged_with d", "d gates"]);
  const red = four().and(builds("a"), starts("a"), ends("a", false));
  expect(waits(red)[0]).toBe("a base");
  const of = red.workspace.plans.get("p");
  if (of) of.status = { is: "paused", why: "asked" };
  expect(waits(red)[1]).toBe("b plan_paused");
});

test("[W1] what is sent back says so, and what passed before those it stands on waits for them", () => {
  const s = four("window", 4).and(builds("a"), starts("a"), ends("a", false));
  const onTip = { plan: "p", tip: "base", process: "p1" } as const;
  const gate = { node: "a", candidate: "a", gate: "test", ms: 60_000, weight: 1, alone: true } as const;
  s.and({ type: "StartBaseGate", ...onTip, ...gate });
  s.and({ type: "ReportBaseGate", ...onTip, tree: "base-tree", verdict: verdict(true) });
  expect(waits(s)[0]).toBe("a goes_back");
  const nodes = [work("a", { gates: ["lint", "test"] }), work("b", { gates: ["test"] })];
  const uneven = given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("ada"), request("bob"));
  uneven.and(submits("ada", "a.ts"), submits("bob", "b.ts"), builds("a"), builds("ab"), starts("ab"), ends("ab"));
  expect(waits(uneven)[1]).toBe("b order a");
});

test("gates are told with since when they run, and how long they usually take", () => {
  const s = four().and(builds("a"), starts("a")).later(5_000).and(ends("a", false), builds("b"), starts("b"));
  const of = s.workspace.plans.get("p");
  const [first, second] = of ? reportTrain(s.workspace, of).entries : [];
  expect(first?.gates).toEqual([{ name: "test", is: "failed", usualMs: 5_000 }]);
  expect(second?.gates).toEqual([{ name: "test", is: "running", since: 5_000, usualMs: 5_000 }]);
});
