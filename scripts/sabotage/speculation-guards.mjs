/** @import { Guard } from "./guard.mjs" */

const publishing = ["test/core/speculation/publishing.test.ts"];
const hands = ["test/execution/speculation/publish-contract.test.ts"];

/** @type {readonly Guard[]} */
export const speculationGuards = [
  {
    guard: "contracts: a new version leaves the one before it in force",
    rule: "A1",
    file: "src/core/speculation/contracts.ts",
    from: '  if (!isMeant) return one.status === "DRAFT" ? one : { ...one, status: "SUPERSEDED" };\n',
    to: "  if (!isMeant) return one;\n",
    tests: publishing,
  },
  {
    guard: "contracts: a version gets another text",
    rule: "A1",
    file: "src/core/speculation/publishing.ts",
    from: "if (known && text && known.digest !== text.digest)",
    to: 'if (known && text && text.kind === "protobuf")',
    tests: publishing,
  },
  {
    guard: "contracts: what nobody can judge comes into force by itself",
    rule: "A2",
    file: "src/core/speculation/publishing.ts",
    from: '(change === "initial" || change === "compatible"))',
    to: '(change !== "breaking"))',
    tests: publishing,
  },
  {
    guard: "contracts: what was compared with another version counts",
    rule: "A2",
    file: "src/core/speculation/publishing.ts",
    from: '  if ((current?.at ?? 0) !== command.against) return { refused: "outdated" };\n',
    to: "",
    tests: publishing,
  },
  {
    guard: "contracts: a breaking version is no conflict",
    rule: "A2",
    file: "src/core/speculation/publishing.ts",
    from: 'if (change !== "breaking" && change !== "unknown") return [];',
    to: 'if (change !== "unknown") return [];',
    tests: publishing,
  },
  {
    guard: "contracts: who lost the race gives up",
    rule: "A2",
    file: "src/execution/speculation/publish-contract.ts",
    from: 'if (answer.refused !== "outdated" || left === 1) return answer;',
    to: "if (left > 0) return answer;",
    tests: hands,
  },
  {
    guard: "contracts: who works on a consumer is not told",
    rule: "A3",
    file: "src/core/speculation/publishing.ts",
    from: "new Set([...consumers.agents, ...working])",
    to: "new Set([...consumers.agents, ...working.slice(working.length)])",
    tests: publishing,
  },
  {
    guard: "contracts: publishers hear of what they said themselves",
    rule: "A3",
    file: "src/core/speculation/publishing.ts",
    from: ".filter((one) => one !== agent)",
    to: "",
    tests: publishing,
  },
];
