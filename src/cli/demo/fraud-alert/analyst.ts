import { addedFields, contractName } from "./contract-text.ts";
import type { Stream } from "./role-script.ts";

/** The requirement that everything began with, under which its versions are kept. */
export const requirementId = "fraud-alert-dashboard";

/** Finds out after an hour what nobody knew when the others began. */
export const analyst: Stream = {
  role: "analyst",
  nodes: [
    {
      id: "criteria",
      title: "What makes a transaction suspicious",
      instructions: "Define the criteria for suspicious transactions, and what an alert must show.",
      writes: ["docs/criteria.md"],
      gates: ["docs"],
      steps: [
        { do: "work", on: "the criteria", minutes: 60 },
        {
          do: "write",
          path: "docs/criteria.md",
          text: `# Suspicious transactions

- An amount above 10,000 is suspicious by itself.
- Alerts are correlated by IP address and device: several small transactions from one of them are suspicious too.
`,
        },
        { do: "meet", nodes: ["consumer", "page"] },
        {
          do: "call",
          tool: "record_artifact",
          input: {
            kind: "requirement",
            id: requirementId,
            content:
              "People see suspicious transactions as they happen, with the IP address and the device ID of each, to correlate them.",
            requires: [{ contract: contractName, fields: addedFields }],
          },
          say: "records what is new: alerts must show IP address and device ID",
        },
      ],
    },
  ],
};
