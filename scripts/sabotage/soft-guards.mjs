/** @import { Guard } from "./guard.mjs" */

const submit = ["test/core/soft-edges.test.ts"];
const contract = ["test/core/contract-edges.test.ts"];

/** @type {readonly Guard[]} */
export const softGuards = [
  {
    guard: "soft edges: what came back is not noted by who began on it",
    rule: "T12",
    file: "src/core/losing-ground.ts",
    from: "    loseGround(plan, (ground) => isTakenBy(node, ground));\n",
    to: "",
    tests: submit,
  },
  {
    guard: "soft edges: a contract that breaks is not noted by who began on it",
    rule: "T12",
    file: "src/core/losing-ground.ts",
    from: "    loseGround(plan, (ground) => isBrokenBy(contract, event, ground));\n",
    to: "",
    tests: contract,
  },
  {
    guard: "soft edges: any version counts as broken",
    rule: "T12",
    file: "src/core/grounds.ts",
    from: "(isGone || !isHarmless)",
    to: "(isGone || isHarmless || !isHarmless)",
    tests: contract,
  },
  {
    guard: "soft edges: stale work is proven all the same",
    rule: "T12",
    file: "src/core/train-policy.ts",
    from: "  if (hasLostGround(node)) return false;\n",
    to: "",
    tests: contract,
  },
  {
    guard: "soft edges: lands before what it stands on",
    rule: "T12",
    file: "src/core/train-policy.ts",
    from: "const needed = [...redsUnder(plan, node), ...restsOn(plan, node)];",
    to: "const needed = [...redsUnder(plan, node)];",
    tests: contract,
  },
  {
    guard: "soft edges: a node goes back while a convergence is about it",
    rule: "K3",
    file: "src/core/landing.ts",
    from: "if (isToldOfGround && (!isStale(plan, node) || node.pausedBy)) return outdated;",
    to: "if (isToldOfGround && !isStale(plan, node)) return outdated;",
    tests: contract,
  },
  {
    guard: "soft edges: kept work forgets what it was made on",
    rule: "T12",
    file: "src/core/node/ending.ts",
    from: "  leaveGrounds(node, attempt.grounds);\n",
    to: "",
    tests: contract,
  },
  {
    guard: "soft edges: begins on a version that is on its way out",
    rule: "H2",
    file: "src/core/soft-edges.ts",
    from: '({ status }) => status === "ACTIVE")?.version',
    to: '({ status }) => status !== "DRAFT")?.version',
    tests: contract,
  },
  {
    guard: "soft edges: what is handed in first keeps what the other needs",
    rule: "L9",
    file: "src/core/red-nodes.ts",
    from: " || missingGround(plan, node).length > 0;",
    to: ";",
    tests: contract,
  },
  {
    guard: "soft edges: what both hold stays with who came later",
    rule: "L9",
    file: "src/core/landing.ts",
    from: "    ...givenBack(workspace, plan, node),\n",
    to: "",
    tests: submit,
  },
  {
    guard: "soft edges: what somebody began on is no assumption",
    rule: "A17",
    file: "src/core/speculation/ground-news.ts",
    from: "return (event.grounds ?? []).map((ground) => tracked(event, event.agent, ground));",
    to: "return [];",
    tests: submit,
  },
];
