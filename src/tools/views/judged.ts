import { z } from "zod";
import type { GateVerdict } from "../../core/node/node-events.ts";
import type { Candidate } from "../../core/train.ts";
import { factsOfTests, testFacts } from "../work-replies.ts";

const names = z.array(z.string());

/** What gates said of the tests that they ran, gate by gate. */
export const gateTests = z.array(z.strictObject({ gate: z.string(), ...testFacts }));

/** What gates have found about a candidate so far. */
export const judged = z.strictObject({
  commit: z.string(),
  passed: names,
  failed: names.optional(),
  failed_as_expected: names.optional(),
  running: names.optional(),
  run_again: names.optional(),
  tests: gateTests.optional(),
});

export function judgedFacts({ commit, passed, failed, red, running, doubted }: Candidate): z.infer<typeof judged> {
  return {
    commit,
    passed: [...passed],
    ...(failed.size > 0 ? { failed: [...failed.keys()] } : {}),
    ...(red.size > 0 ? { failed_as_expected: [...red] } : {}),
    ...(running.size > 0 ? { running: [...running.keys()] } : {}),
    ...(doubted.size > 0 ? { run_again: [...doubted] } : {}),
    ...testsIn([...failed.values()]),
  };
}

/** What failed gates said of their tests, where they did. */
export function testsIn(gates: readonly GateVerdict[]): { readonly tests?: z.infer<typeof gateTests> } {
  const tests = gates.map((gate) => ({ gate: gate.name, ...factsOfTests(gate) }));
  return tests.length > 0 ? { tests } : {};
}
