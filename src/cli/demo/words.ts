import { basename, resolve } from "node:path";
import { tableLines } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { gitIn } from "./make-repository.ts";
import { type Moment, situations } from "./moments.ts";
import { shopNodes } from "./shop/shop-plan.ts";
import type { Times } from "./times.ts";

/** What the demo says before it begins. */
export function openingWords(root: string, agents: readonly string[], { colours }: Terminal): readonly string[] {
  return [
    colours.bold("Interlock demo"),
    `${agents.length} scripted agents work on one repository: ${root}`,
    "Each is a process of its own that speaks MCP to `interlock mcp`. Where a model would think, it sleeps a few seconds.",
    `The plan has ${shopNodes.length} nodes (plan.yaml); what they make must pass the repository's own tests (interlock.yaml).`,
    "It takes about half a minute.",
    "",
  ];
}

export interface Closing {
  readonly root: string;
  /** Milliseconds since 1970. */
  readonly began: number;
  readonly moments: readonly Moment[];
  readonly times: Times;
  readonly tests: { readonly passed: number; readonly failed: number };
  readonly problems: readonly string[];
  /** Where agents and servers wrote what went wrong. */
  readonly logFile: string;
}

/** What landed, what was seen, how long it took, and how to look at it. */
export async function closingWords(closing: Closing, terminal: Terminal): Promise<readonly string[]> {
  const { colours } = terminal;
  const { root, tests, problems, logFile } = closing;
  const history = await gitIn(root, "log", "--first-parent", "--reverse", "--format=%h  %s", "main");
  const verdict =
    tests.failed === 0 ? colours.green(`${tests.passed} tests pass`) : colours.red(`${tests.failed} tests fail`);
  return [
    "",
    colours.bold("What landed on main"),
    ...history.split("\n").map((line) => `  ${line}`),
    `  Run once more there: ${verdict}.`,
    "",
    colours.bold("What happened"),
    ...momentLines(closing),
    "",
    colours.bold("How long it took"),
    ...timeLines(closing.times),
    "",
    colours.bold("Look at it"),
    ...lookLines(root, [
      ["git log --graph --oneline main", "the history, with each node's commit"],
      ["node bin/till.js mug tea mug", "what the agents have built"],
      [`${ownName()} park list`, "what the killed agent had written"],
    ]),
    ...(problems.length === 0
      ? []
      : [
          "",
          colours.red(colours.bold("What is wrong")),
          ...problems.map((one) => colours.red(`  ${one}`)),
          `  Agents and servers complain in ${logFile}`,
        ]),
  ];
}

function momentLines({ moments, began }: Closing): readonly string[] {
  return moments.flatMap(({ situation, at, say }) => [
    `${((at - began) / 1000).toFixed(1).padStart(6)} s  ${situations[situation]}`,
    `          ${say}`,
  ]);
}

function timeLines({ together, work, gates }: Times): readonly string[] {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const serial = work + gates;
  const rows = [
    ["together", seconds(together), "from the first node handed out to the last one landed"],
    [
      "one after another",
      seconds(serial),
      `${seconds(work)} of work and ${seconds(gates)} of gates, as measured in this run`,
    ],
    [
      "so",
      `${(serial / together).toFixed(1)} times`,
      "as fast, although it waited for the killed agent's lease to end",
    ],
  ];
  return tableLines(rows, { indent: 2 });
}

/** Commands that show what a demo has left behind: its own first, then those that every demo has. */
export function lookLines(root: string, own: readonly (readonly string[])[]): readonly string[] {
  const interlock = ownName();
  const rows = [
    [`cd ${root}`, ""],
    ...own,
    [`${interlock} status`, "the plan and what is left of it"],
    [`${interlock} log --limit 300`, "everything that happened"],
    [`rm -r ${root}`, "when you have seen enough"],
  ];
  return tableLines(rows, { indent: 2 });
}

/** How this program was called, so that the commands can be copied. */
function ownName(): string {
  const [, script = "interlock"] = process.argv;
  return basename(script).startsWith("interlock") ? "interlock" : `node ${resolve(script)}`;
}
