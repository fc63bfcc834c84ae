import fc from "fast-check";
import { test } from "vitest";
import { plan, work } from "../plans.ts";
import { finishEverything } from "./finish.ts";
import { claimMoves, moves, randomPlan } from "./move.ts";
import { agents, play } from "./players.ts";
import { planFrom } from "./random-plan.ts";
import { Run } from "./run.ts";

const runs = Number(process.env["MODEL_RUNS"] ?? 60);

test("[L1] [L2] [L4] [L5] [L6] [L7] [N1] [N2] [T1] [T2] [T3] [T11] [D1] [I1] [W1] [K1] [K3] [K4] hold after every step, and in the end [W2] everybody comes through", () => {
  fc.assert(
    fc.property(
      fc.array(randomPlan, { minLength: 1, maxLength: 3 }),
      fc.array(moves, { minLength: 10, maxLength: 120, size: "max" }),
      (plans, steps) => {
        const run = new Run();
        const [first] = plans;
        if (first) run.do({ type: "SubmitPlan", plan: planFrom(first, "p0") });
        for (const move of steps) play(run, move, plans);
        run.replay();
        finishEverything(run);
        run.replay();
      },
    ),
    { numRuns: runs },
  );
}, 600_000);

test("[L1] [L2] [L4] [L5] [L6] hold while everybody wants what others have, and in the end [W2] everybody comes through", () => {
  fc.assert(
    fc.property(fc.array(claimMoves, { minLength: 10, maxLength: 80, size: "max" }), (steps) => {
      const run = new Run();
      const nodes = [...agents, "more", "most"].map((id, i) => work(id, { priority: i % 2 ? 1 : 2 }));
      run.do({ type: "SubmitPlan", plan: plan("p0", nodes) });
      for (const agent of agents)
        run.do({ type: "RequestNode", agent, process: "pr0", capabilities: [], acceptParked: false });
      for (const move of steps) play(run, move, []);
      finishEverything(run);
      run.replay();
    }),
    { numRuns: runs },
  );
}, 600_000);
