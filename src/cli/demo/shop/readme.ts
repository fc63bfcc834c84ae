import type { NodeScript } from "./node-script.ts";

export const readme: NodeScript = {
  id: "readme",
  title: "Say how it is used",
  instructions: "Say in the README how the till is used, and what it knows.",
  depends_on: ["together"],
  writes: ["README.md"],
  estimate_minutes: 0.03,
  steps: [
    { do: "think", about: "who reads it", seconds: 3 },
    {
      do: "write",
      path: "README.md",
      text: `# Till

Adds up what somebody buys, with discount, shipping and VAT:

    node bin/till.js mug tea mug
`,
    },
  ],
};
