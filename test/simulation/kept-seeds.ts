/**
 * Seeds that once broke a rule. A seed means another run once agents, people or weather play differently, so each defect
 * that was found has a direct test too, named here.
 */
export const keptSeeds: readonly { readonly seed: number; readonly found: string }[] = [
  { seed: 4, found: "parked work put into a slot that came back, which undid what had landed (node/hand-out.test.ts)" },
];
