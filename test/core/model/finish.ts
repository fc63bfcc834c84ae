import { expect } from "vitest";
import type { WorkspaceCommand } from "../../../src/core/command.ts";
import type { Attempt } from "../../../src/core/lease.ts";
import { heldNode } from "../../../src/core/node/hand-out.ts";
import { workedOn } from "../../../src/core/node/node.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { defaultSettings } from "../../../src/core/settings.ts";
import { isInHands } from "../../../src/core/slots.ts";
import { why } from "../../../src/core/why.ts";
import { endDisputes } from "./disputes.ts";
import { agents, fences, refTo, submission } from "./players.ts";
import type { Run } from "./run.ts";
import { gateMove, trainMove } from "./train.ts";

/** Everybody does what is needed, and nobody makes trouble: what is left must be what failed, and what waits for that. */
export function finishEverything(run: Run): void {
  run.do({ type: "ConfigureWorkspace", settings: defaultSettings });
  let quiet = 0;
  for (let round = 0; quiet < 4; round += 1) {
    if (round > 400) expect.fail(`[W2] goes on for ever: ${JSON.stringify(why(run.workspace), undefined, 1)}`);
    const before = run.events.length;
    for (const plan of run.workspace.plans.values()) {
      if (plan.status.is === "paused") {
        const moved = plan.status.why === "integration_moved";
        if (moved) run.do({ type: "AdoptIntegration", plan: plan.id, commit: plan.tip });
        else
          run.do({
            type: "RevisePlan",
            plan: plan.id,
            add: [],
            change: [],
            cancel: [],
            retry: [],
            pause: false,
            resume: true,
            finish: false,
          });
      }
      for (let step = trainStep(run, plan); step; step = trainStep(run, plan)) {
        const began = run.events.length;
        run.do(step);
        // The same again would be tried for ever.
        if (run.events.length === began)
          expect.fail(`[W2] a train asks for what changes nothing: ${JSON.stringify(step)}`);
        if (run.events.length > 20_000) expect.fail(`[W2] a train never ends: ${JSON.stringify(step)}`);
      }
    }
    for (const agent of agents) {
      run.do({ type: "RequestNode", agent, process: "pr0", capabilities: ["ui"], acceptParked: false });
      for (let held = heldNode(run.workspace, agent); held; held = heldNode(run.workspace, agent)) {
        const attempt = workedOn(held);
        if (!attempt) continue;
        prepare(run, attempt);
        const began = run.events.length;
        const handedIn = run.do(submission(refTo(attempt), attempt.base, []));
        if (run.events.length === began) expect.fail(`[W2] ${agent} cannot hand in: ${JSON.stringify(handedIn)}`);
      }
    }
    for (const [slot, state] of [...run.workspace.slots.byName])
      if (state.is === "retiring") run.do({ type: "RetireSlot", slot, leftOut: [] });
    // Nothing happened: time goes by, and with it leases and places kept in the queue.
    if (run.events.length > before) quiet = 0;
    else {
      quiet += 1;
      run.now += 1_300_000;
      for (const command of fences(run)) run.do(command);
      for (const command of endDisputes(run.workspace)) run.do(command);
      for (const { by } of run.workspace.locks.queue.filter(({ by }) => by.attempt === 0))
        run.do({ type: "DropStarvation", plan: by.plan, node: by.node });
    }
  }
  const left = why(run.workspace);
  for (const { plan, node, waitsFor } of left)
    for (const { kind } of waitsFor)
      expect(
        ["failed", "failed_dependency", "no_dependent", "dependent", "dependency", "contract"],
        `[W2] ${plan}/${node}`,
      ).toContain(kind);
  for (const plan of run.workspace.plans.values()) {
    const waits = left.some((one) => one.plan === plan.id);
    expect(plan.status.is, `[W2] ${plan.id}`).toBe(waits ? "active" : "finished");
  }
  expect(run.workspace.locks.held.size, "nobody holds anything").toBe(0);
  expect(run.workspace.locks.queue, "nobody waits").toEqual([]);
}

/** Gives an attempt a worktree; one that was put aside is replaced first. */
function prepare(run: Run, attempt: Attempt): void {
  const by = refTo(attempt);
  if (attempt.slotReady) return;
  if (!isInHands(run.workspace.slots, attempt.slot, attempt))
    run.do({ type: "ReplaceSlot", ...by, broken: attempt.slot, why: "put aside" });
  run.do({ type: "ReportSlot", ...by, slot: attempt.slot });
}

/** Gates that run pass, and then the train moves. */
function trainStep(run: Run, plan: Plan): WorkspaceCommand | undefined {
  return gateMove(run.workspace, 2) ?? trainMove(plan, 0);
}
