/**
 * Seeds that once broke a rule. A seed means another run once agents, people or weather play differently, or stores answer
 * in another order, so each defect that was found has a direct test too, named here.
 */
export const keptSeeds: readonly { readonly seed: number; readonly found: string }[] = [
  { seed: 4, found: "parked work put into a slot that came back, which undid what had landed (node/hand-out.test.ts)" },
  { seed: 107, found: "a branch moved for a landing that was decided and not committed (uncommitted.test.ts)" },
  {
    seed: 152,
    found: "old files kept as changes of a newer base, which undid what had landed (lease-keeping.test.ts)",
  },
  { seed: 206, found: "a plan said to have landed though the log did not take it (plan/revising.test.ts)" },
  { seed: 296, found: "a half prepared slot taken for its agent's work (lease-keeping.test.ts)" },
  { seed: 376, found: "a slot handed in while parked work was being put into it (seen in the simulation only)" },
  {
    seed: 19,
    found: "a plan that could not land because the merge of its target had been cancelled (landing.test.ts)",
  },
  { seed: 881, found: "a command done twice because its acknowledgement was lost (uncommitted.test.ts)" },
  { seed: 163, found: "parked work overwritten when an attempt that had handed in late came back and ended again" },
  {
    seed: 4839,
    found: "a command tried again although nobody could tell whether it was written (uncommitted.test.ts)",
  },
  { seed: 106, found: "an attempt that ended while parked work was put into its slot (refill.test.ts)" },
  { seed: 1321, found: "parked work put into a slot though its attempt had moved on (seen in the simulation only)" },
  {
    seed: 1492,
    found: "a plan that read otherwise from the log than it was when it landed (seen in the simulation only)",
  },
  { seed: 4856, found: "a late hand-in of old files as changes of a newer base (lease-keeping.test.ts)" },
];
