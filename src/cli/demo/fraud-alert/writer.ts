import type { Stream } from "./role-script.ts";

/** Has nothing to do with the contract, and should not notice that there is trouble. */
export const writer: Stream = {
  role: "writer",
  nodes: [
    {
      id: "help",
      title: "Help page",
      instructions: "Explain to new colleagues what the fraud team does.",
      writes: ["docs/help.md"],
      gates: ["docs"],
      steps: [
        { do: "work", on: "the help page", minutes: 62 },
        { do: "write", path: "docs/help.md", text: "# Help\n\nThe fraud team looks at suspicious transactions.\n" },
      ],
    },
    {
      id: "glossary",
      title: "Glossary",
      instructions: "Explain the words that the fraud team uses.",
      dependsOn: ["help"],
      writes: ["docs/glossary.md"],
      gates: ["docs"],
      steps: [
        { do: "work", on: "the glossary", minutes: 50 },
        { do: "write", path: "docs/glossary.md", text: "# Glossary\n\n- Alert: a suspicious transaction.\n" },
      ],
    },
  ],
};
