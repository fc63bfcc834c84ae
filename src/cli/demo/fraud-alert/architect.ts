import { requirementId } from "./analyst.ts";
import { contractFile, contractName, firstContract, secondContract } from "./contract-text.ts";
import type { Stream } from "./role-script.ts";

/** Agrees on the interface first, says what that takes for granted, and works on while others build on it. */
export const architect: Stream = {
  role: "architect",
  nodes: [
    {
      id: "architecture",
      title: "Contract and streaming design",
      instructions: "Publish the contract FraudAlertsAPI as early as you can; then design the stream behind it.",
      writes: [contractFile, "docs/architecture.md"],
      gates: ["docs"],
      steps: [
        { do: "work", on: "the API", minutes: 15 },
        { do: "write", path: contractFile, text: firstContract },
        {
          do: "call",
          tool: "publish_contract",
          input: {
            name: contractName,
            version: "v0.1",
            kind: "openapi",
            specification: firstContract,
          },
          say: `publishes ${contractName} v0.1`,
        },
        {
          do: "call",
          tool: "track_assumption",
          input: {
            text: "Core fields (id, timestamp, amount, reason) are sufficient for initial display",
            about: { kind: "contract", id: contractName },
            check: { contract_covers: { name: contractName, requirement: requirementId } },
            depends: [
              { kind: "node", id: "consumer" },
              { kind: "node", id: "page" },
            ],
          },
          say: "takes for granted that the core fields are sufficient",
        },
        { do: "work", on: "the stream", minutes: 20 },
        { do: "meet", nodes: ["consumer", "page"] },
        {
          do: "write",
          path: "docs/architecture.md",
          text: `# Architecture

Transactions come over a topic. A consumer turns the suspicious ones into alerts and keeps the newest in a store; an
HTTP API serves them under the contract in ${contractFile}.
`,
        },
      ],
      rework: [
        { do: "work", on: "the contract's file", minutes: 10 },
        { do: "write", path: contractFile, text: secondContract },
      ],
    },
    {
      id: "operations",
      title: "How it is run",
      instructions: "Describe how the dashboard is started and watched.",
      dependsOn: ["architecture"],
      writes: ["docs/operations.md"],
      gates: ["docs"],
      steps: [
        { do: "work", on: "how it is run", minutes: 40 },
        { do: "write", path: "docs/operations.md", text: "# Operations\n\nStart it with `node src/main.js`.\n" },
      ],
    },
  ],
  opinion: {
    minutes: 9,
    decision: `${contractName} v0.2 adds ip_address and device_id to each alert, and changes nothing else.`,
    rework: [{ node: "architecture", minutes: 10 }],
    steps: [
      {
        do: "call",
        tool: "publish_contract",
        input: { name: contractName, version: "v0.2", kind: "openapi", specification: secondContract },
        say: `publishes ${contractName} v0.2`,
      },
    ],
    concludes: true,
  },
};
