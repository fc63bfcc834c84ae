import type { MetricsView } from "../../../tools/views/metrics.ts";
import { figureRows } from "../../status/figure-rows.ts";
import { tableLines } from "../../table.ts";
import type { Terminal } from "../../terminal.ts";
import { wrapped } from "../../wrap.ts";
import { lookLines } from "../words.ts";
import type { Account } from "./account.ts";
import { roles } from "./role-script.ts";
import { type Beat, beats } from "./story.ts";

/** What the scenario says before it begins. */
export function openingWords(root: string, minuteMs: number, terminal: Terminal): readonly string[] {
  const { colours } = terminal;
  const text = [
    `${roles.length} scripted agents (${roles.join(", ")}) build it in a repository of their own: ${root}`,
    "Each is a process that speaks MCP to `interlock mcp`; all that happens goes through its tools. Where a model would think, it sleeps.",
    `Scaled: that thinking, to ${minuteMs} ms for each minute of the scenario (T+60 is an hour). Not scaled: gates, git, processes and tool calls, which take the time they take, so that the scenario runs late.`,
  ];
  return [
    colours.bold("Real-time fraud alert dashboard"),
    ...text.flatMap((line) => wrapped(line, terminal.columns)),
    "",
  ];
}

export interface Closing {
  readonly root: string;
  readonly account: Account;
  readonly metrics: MetricsView["metrics"];
  /** When each beat happened, in milliseconds from the plan. */
  readonly beats: ReadonlyMap<Beat, number>;
  readonly history: readonly string[];
  readonly tests: { readonly passed: number; readonly failed: number };
  readonly problems: readonly string[];
  /** Where agents and servers wrote what went wrong. */
  readonly logFile: string;
}

/** What landed, what happened, and what it took. */
export function closingWords(closing: Closing, terminal: Terminal): readonly string[] {
  const { colours } = terminal;
  const { tests, problems, history } = closing;
  const verdict =
    tests.failed === 0 ? colours.green(`${tests.passed} tests pass`) : colours.red(`${tests.failed} fail`);
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ["What landed on main", [...history.map((line) => `  ${line}`), `  Run once more there: ${verdict}.`]],
    ["What happened", beatLines(closing, terminal)],
    ["Who was told of the requirement", toldLines(closing.account)],
    ["What was reworked", reworkLines(closing.account, terminal)],
    ["What it took", tookLines(closing.account, terminal)],
    [
      "The figures of get_status, view metrics, in real minutes",
      tableLines(figureRows(closing.metrics), { indent: 2 }),
    ],
    ["Look at it", lookLines(closing.root, [["node --test", "the tests that the gates ran"]])],
    ...(problems.length === 0 ? [] : [["What is wrong", problemLines(closing, terminal)] as const]),
  ];
  return sections.flatMap(([title, lines]) => ["", colours.bold(title), ...lines]);
}

/** The same for scripts. */
export function closingFacts({ beats: seen, ...facts }: Closing): object {
  return { ...facts, beats: Object.fromEntries(seen) };
}

function beatLines({ beats: seen, account }: Closing, { colours }: Terminal): readonly string[] {
  return Object.entries(beats).map(([beat, words]) => {
    const at = seen.get(beat as Beat);
    if (at === undefined) return colours.red(`          ✗ ${words}`);
    const minute = String(Math.max(0, Math.floor(at / account.minute_ms))).padStart(3);
    return `  ${colours.dim(`T+${minute}`)}  ${colours.green("✓")} ${words}`;
  });
}

function problemLines({ problems, logFile }: Closing, { colours, columns }: Terminal): readonly string[] {
  const lines = problems.flatMap((one) => wrapped(one, columns - 2));
  return [...lines.map((line) => colours.red(`  ${line}`)), `  Agents and servers complain in ${logFile}`];
}

function toldLines({ told, not_told: not, minute_ms: minute }: Account): readonly string[] {
  const rows = [
    ...told.map(({ agent, ms, notices }) => [
      agent,
      `after ${inMinutes(ms, minute)}`,
      `(${ms} ms)`,
      notices.join(", "),
    ]),
    ...not.map((agent) => [agent, agent === "analyst" ? "said it" : "never", "", ""]),
  ];
  return tableLines(rows, { indent: 2 });
}

function reworkLines(account: Account, { columns }: Terminal): readonly string[] {
  const { rework, only_paused: paused, untouched, minute_ms: minute } = account;
  const rows = rework.map(({ node, agent, estimated_ms: estimated, measured_ms: measured }) => [
    node,
    agent,
    `estimated ${inMinutes(estimated, minute)}`,
    `measured ${inMinutes(measured, minute)}`,
  ]);
  const sentences = [`Paused until it was decided: ${paused.join(", ")}.`, `Not touched: ${untouched.join(", ")}.`];
  const rest = sentences.flatMap((one) => wrapped(one, columns - 2)).map((line) => `  ${line}`);
  return [...tableLines(rows, { indent: 2 }), ...rest];
}

function tookLines(account: Account, { colours, columns }: Terminal): readonly string[] {
  const { minute_ms: minute, handoffs, rework, told } = account;
  const sum = (of: readonly number[]) => of.reduce((a, b) => a + b, 0);
  const longest = (of: readonly number[]) => of.reduce((a, b) => Math.max(a, b), 0);
  const estimated = sum(rework.map((one) => one.estimated_ms));
  const measured = sum(rework.map((one) => one.measured_ms));
  const rows = [
    ["", "one after another", "together"],
    ["total time", inMinutes(account.one_after_another_ms, minute), inMinutes(account.together_ms, minute)],
    [
      "handoffs",
      "3, not timed",
      `${handoffs.length}, at most ${inMinutes(longest(handoffs.map(({ ms }) => ms)), minute)} each`,
    ],
    ["rework", "none counted", `${inMinutes(measured, minute)}, estimated ${inMinutes(estimated, minute)}`],
    ["conflict found", "not played", foundWords(account)],
    ["all told", "not played", `after ${inMinutes(longest(told.map(({ ms }) => ms)), minute)}`],
    ["converged", "not played", `in ${inMinutes(account.convergence_ms, minute)}`],
    ["speed-up", "1", colours.bold(`${account.speedup}`)],
  ];
  const notes = [
    `Minutes are those of the scenario: measured milliseconds by ${minute}.`,
    "One after another is what analyst, architect, backend and frontend worked in this run, and their gates, added up: without rework, because the requirement would have been known before the contract was drawn, without the writer, and without a length for the three handoffs between analysis, design, backend and frontend.",
    "Scripted agents think as long as the script says; how long models take is not measured here.",
  ];
  return [
    ...tableLines(rows, { indent: 2, head: colours.dim }),
    ...notes.flatMap((note) => wrapped(note, columns - 2)).map((line) => colours.dim(`  ${line}`)),
  ];
}

/** In one decision there is no time between the two; how long the call before it took is the analyst's work. */
function foundWords({ found_ms: ms }: Account): string {
  return ms === 0 ? "in the decision that records it" : `${ms} ms after the requirement`;
}

function inMinutes(ms: number, minuteMs: number): string {
  const minutes = ms / minuteMs;
  return `${minutes < 10 ? minutes.toFixed(1) : Math.round(minutes)} min`;
}
