import { describe, expect, test } from "vitest";
import { keptSeeds } from "./kept-seeds.ts";
import { play } from "./run.ts";
import { Tally, describe as tell } from "./tally.ts";

const rules =
  "[L1] [L2] [L4] [L5] [L6] [L7] [H2] [N1] [N2] [S1] [T1] [T2] [T3] [T11] [G1] [G3] [E1] [E3] [D1] [I1] [W1] [W2] [X1] [X3]";

describe("agents, people and bad weather on the real hands", () => {
  test(`${rules} hold after every step`, async () => {
    const tally = new Tally();
    for (let seed = 1; seed <= 150; seed += 1) tally.add(await play(seed));
    expect(tally.failed.map((played) => tell(played, 40)).slice(0, 2)).toEqual([]);
    // A simulation in which nothing happens proves nothing.
    const never = expected.filter((what) => !tally.counts.has(what));
    expect(never).toEqual([]);
  });

  test.each(keptSeeds)("seed $seed, which found $found", async ({ seed }) => {
    const played = await play(seed);
    expect(played.broken.length > 0 ? tell(played, 40) : "").toBe("");
  });

  test(`${rules} [A1] [A4] [A5] [A7] [A8] [A9] [K1] [K3] [K4] [K6] hold while somebody agrees on things and disputes everything`, async () => {
    const tally = new Tally();
    for (let seed = 1; seed <= 30; seed += 1) tally.add(await play(seed, undefined, { disputes: true }));
    expect(tally.failed.map((played) => tell(played, 40)).slice(0, 2)).toEqual([]);
    const disputed = ["ConflictResolved", "ConvergenceOpened", "ConvergenceCompleted", "ReworkOrdered"];
    const agreed = [
      "ContractActivated",
      "ContractDeprecated",
      "AssumptionHeld",
      "AssumptionSettled",
      "ArtifactRecorded",
    ];
    expect([...disputed, ...agreed].filter((type) => !tally.counts.has(`event: ${type}`))).toEqual([]);
  });

  test(`${rules} [T12] [A17] hold while much is begun before what it depends on has landed`, async () => {
    const tally = new Tally();
    for (let seed = 1; seed <= 15; seed += 1) tally.add(await play(seed, undefined, { early: true }));
    expect(tally.failed.map((played) => tell(played, 40)).slice(0, 2)).toEqual([]);
    const never = ["begun early", "ground lost under work", "rework: ground_changed", "event: ContractDeprecated"];
    expect(never.filter((what) => !tally.counts.has(what))).toEqual([]);
  });

  test("the same seed is the same run", async () => {
    const [one, other] = [await play(7), await play(7)];
    expect(other.story).toEqual(one.story);
    expect(other.counts).toEqual(one.counts);
  });
});

const expected = [
  "event: AttemptFenced",
  "event: ClaimsQueued",
  "event: IntegrationAdopted",
  "event: LeasesRefreshed",
  "event: NodeFailed",
  "event: NodeReturned",
  "event: ParkedAccepted",
  "event: PlanLanded",
  "event: SlotReplaced",
  "event: WorkParked",
  "fault: commit in the middle",
  "fault: git after it happened",
  "fault: killed during commit",
  "fault: killed during git",
  "fault: killed during slot",
  "fault: slot before it happened",
  "landed with a gate that may fail",
  "rework: conflict",
  "weather: backward",
  "weather: sleep",
  "weather: stop",
];
