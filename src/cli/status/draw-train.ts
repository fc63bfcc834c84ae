import { stripVTControlCharacters } from "node:util";
import type { queueView } from "../../tools/views/queue.ts";
import { durationText } from "../duration-text.ts";
import { cut, type Terminal } from "../terminal.ts";

type Queue = ReturnType<typeof queueView>;
type Entry = Queue["train"][number];

interface TrainOptions {
  readonly now: number;
  readonly most: number;
}

const barWidth = 10;
const widestName = 28;

/** A plan's train: how it judges and why, then each submission with what it stands on, its gates, and why it waits. */
export function trainLines(
  { train, trains }: Pick<Queue, "train" | "trains">,
  plan: string,
  { now, most }: TrainOptions,
  terminal: Terminal,
): readonly string[] {
  const { colours } = terminal;
  const entries = train.filter((entry) => entry.plan === plan);
  const judged = trains.find((one) => one.plan === plan);
  if (entries.length === 0 || !judged) return [];
  const columns = Math.max(60, terminal.columns);
  const nameWidth = Math.min(widestName, Math.floor(columns / 4));
  const shown = entries.slice(0, most);
  const positions = new Map(entries.map(({ node, position }) => [node, position]));
  const heads = shown.map((entry) => ({
    entry,
    name: cut(entry.node, nameWidth),
    ground: groundOf(entry, positions),
  }));
  const names = Math.max(...heads.map(({ name }) => name.length));
  const grounds = Math.max(...heads.map(({ ground }) => ground.length));
  const room = columns - names - grounds - 10;
  const lines = heads.map(({ entry, name, ground }) => {
    const place = colours.dim(String(entry.position).padStart(4));
    const head = `${place}  ${name.padEnd(names)}  ${colours.dim(ground.padEnd(grounds))}`;
    return `${head}  ${whatOf(entry, now, Math.max(20, room), terminal)}`.trimEnd();
  });
  const left = entries.length - shown.length;
  return [
    `${colours.dim("train")}  ${colours.dim(cut(judged.say, columns - 7))}`,
    ...lines,
    ...(left > 0 ? [colours.dim(`      and ${left} more`)] : []),
  ];
}

/** The place of what it is merged with, which says more than its name and needs less room. */
function groundOf({ stands_on: on }: Entry, positions: ReadonlyMap<string, number>): string {
  if (on === undefined) return "";
  return on === "tip" ? "on tip" : `on ${positions.get(on) ?? on}`;
}

/** Its gates while they are what it waits for; else the reason, and how long it has been waiting. */
function whatOf(entry: Entry, now: number, room: number, terminal: Terminal): string {
  const { colours } = terminal;
  const running = entry.gates.filter(({ state }) => state === "running");
  if (running.length > 0) {
    const passed = entry.gates.filter(({ state }) => state === "passed").map(({ name }) => name);
    const failed = entry.gates.filter(({ state }) => state === "failed").map(({ name }) => name);
    const bars = running.map((gate) => gateText(gate, now, terminal));
    const done = [
      ...failed.map((name) => colours.red(`${name} ✗`)),
      ...letBeIn(entry).map((name) => colours.yellow(`${name} ✗ (may fail)`)),
      ...(passed.length > 0
        ? [colours.green(`${passed.length > 2 ? `${passed.length} gates` : passed.join(", ")} ✓`)]
        : []),
    ];
    const all = [...bars, ...done].join("  ");
    if (stripVTControlCharacters(all).length <= room) return all;
    // The one that takes longest says most.
    const longest = bars.toSorted((one, other) => usualOf(running, bars, other) - usualOf(running, bars, one))[0] ?? "";
    return bars.length > 1 ? `${longest}  ${colours.dim(`+${bars.length - 1}`)}` : longest;
  }
  const failed = entry.failed ? `${entry.failed.join(", ")} ✗  ` : "";
  const since = `  ${durationText(now - Date.parse(entry.since))}`;
  const said = cut(entry.why.say, room - failed.length - since.length);
  const paint = paintFor(entry, terminal);
  return `${colours.red(failed)}${paint(said)}${colours.dim(since)}`;
}

/** Gates that failed and keep nobody from landing. */
function letBeIn({ gates }: Entry): readonly string[] {
  return gates.flatMap(({ name, state }) =>
    state === "failed_as_base" || state === "failed_within_threshold" ? [name] : [],
  );
}

function usualOf(running: Entry["gates"], bars: readonly string[], bar: string): number {
  return running[bars.indexOf(bar)]?.usual_seconds ?? 0;
}

function gateText(
  { name: gate, since, usual_seconds: usual, run_again: again }: Entry["gates"][number],
  now: number,
  { colours }: Terminal,
): string {
  const ms = since === undefined ? 0 : now - Date.parse(since);
  const name = again ? `${gate} (again)` : gate;
  if (usual === undefined || usual <= 0) return `${name} ${durationText(ms)}`;
  const done = Math.min(barWidth, Math.round((ms / (usual * 1_000)) * barWidth));
  const bar = `${colours.cyan("▓".repeat(done))}${colours.dim("░".repeat(barWidth - done))}`;
  const late = ms > usual * 1_500;
  const time = `${durationText(ms)} of ${durationText(usual * 1_000)}`;
  return `${name} ${bar} ${late ? colours.yellow(time) : time}`;
}

function paintFor({ state }: Entry, { colours }: Terminal): (text: string) => string {
  if (state === "landing") return colours.green;
  return state === "failed" ? colours.yellow : (text) => text;
}
