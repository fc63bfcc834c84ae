import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../src/execution/clock.ts";
import { discoverRepository } from "../../../src/execution/git/discover.ts";
import { openExecution } from "../../../src/execution/open.ts";
import { temporaryRepository } from "../git/temporary-repository.ts";
import { callOf, planRequest } from "../workspace-fixture.ts";

test("[V2] a machine that slept for hours, or a clock that jumped, ends nobody's lease", async () => {
  const fixture = temporaryRepository({ "a.txt": "a\n" });
  const repository = await discoverRepository(fixture.root);
  if (!repository) throw new Error("no repository");
  let slept = 0;
  const clock = { ...systemClock, now: () => Date.now() + slept };
  const execution = await openExecution({ repository, clock, report: () => undefined });
  onTestFinished(async () => {
    await execution.close();
    fixture.remove();
  });
  await execution.submitPlan(planRequest([{ id: "one" }]), { dryRun: false }, callOf("submit_plan"));
  const wanted = { agent: "ann", capabilities: [], acceptParked: false, waitMs: 10_000 };
  const taken = await execution.requestNextNode(wanted, callOf("request_next_node"));
  expect(taken).toMatchObject({ status: "assigned" });
  execution.start({ longLived: true });
  const { signal } = new AbortController();
  for await (const { event } of execution.follow(0, signal)) if (event.type === "LeasesRefreshed") break;
  slept = 5 * 3_600_000;
  const { position } = await execution.workspace();
  for await (const { event } of execution.follow(position, signal)) {
    expect(event.type).toBe("LeasesRefreshed");
    break;
  }
});
