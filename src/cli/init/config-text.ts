import type { DetectedGate, DetectedSetup } from "./detected.ts";

/** The text of a new interlock.yaml. */
export function configText(gates: readonly DetectedGate[], setup: DetectedSetup | undefined): string {
  return [
    "# How Interlock checks and prepares work in this repository. It counts once it is committed on the target branch.",
    "",
    ...gateSection(gates),
    ...(setup ? ["", ...setupSection(setup)] : []),
    "",
  ].join("\n");
}

/** The entries of `gates.list` for these gates, as lines. */
export function gateLines(gates: readonly DetectedGate[]): readonly string[] {
  return gates.map(
    ({ name, run, from }) => `    - {name: ${name}, run: ${scalar(run)}, default: true}   # from ${from}`,
  );
}

function gateSection(gates: readonly DetectedGate[]): readonly string[] {
  if (gates.length > 0)
    return [
      "# Every node must pass the gates that are marked default before it lands.",
      "gates:",
      "  parallel: 2",
      "  list:",
      ...gateLines(gates),
    ];
  return [
    "# No tests were found. Every node must pass the gates that are marked default before it lands.",
    "gates:",
    "  parallel: 2",
    "  list: []",
    '  # list: [{name: test, run: "npm test", default: true}]',
  ];
}

function setupSection({ run, when, keep }: DetectedSetup): readonly string[] {
  return [
    "# Each agent works in a git worktree of its own.",
    "worktree:",
    ...(run === "" ? [] : [`  setup: ${scalar(run)}`, `  setup_when: [${when.join(", ")}]`]),
    `  keep: [${keep.join(", ")}]`,
  ];
}

/** Quoted wherever YAML could take it for something else. */
function scalar(text: string): string {
  return JSON.stringify(text);
}
