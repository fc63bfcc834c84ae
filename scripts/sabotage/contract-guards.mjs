/** @import { Guard } from "./guard.mjs" */

const versions = ["test/execution/contracts/versions.test.ts"];

/** @type {readonly Guard[]} */
export const contractGuards = [
  {
    guard: "contract texts: the mildest finding decides",
    rule: "A16",
    file: "src/execution/contracts/contract-kind.ts",
    from: "sort((a, b) => weight[b.change] - weight[a.change])",
    to: "sort((a, b) => weight[a.change] - weight[b.change])",
    tests: versions,
  },
  {
    guard: "contract texts: what became required breaks nobody",
    rule: "A16",
    file: "src/execution/contracts/variance/object-rules.ts",
    from: "    ...requiredLosses(search, sent, r),\n",
    to: "    ...requiredLosses(search, sent, []),\n",
    tests: versions,
  },
  {
    guard: "contract texts: what is no contract is compatible with anything",
    rule: "A16",
    file: "src/execution/contracts/answer.ts",
    from: '          change: "unknown",\n          rule: "not-a-contract"',
    to: '          change: "compatible",\n          rule: "not-a-contract"',
    tests: versions,
  },
];
