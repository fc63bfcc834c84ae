import type { z } from "zod";
import type { planReply } from "../../tools/plan-reply.ts";
import { durationText } from "../duration-text.ts";
import { tableLines } from "../table.ts";
import { oneLine, type Terminal } from "../terminal.ts";

type Receipt = z.infer<typeof planReply>;

/** What a planner wants to see: the waves, the critical path, what more agents would bring, and warnings. */
export function drawPlan(receipt: Receipt, { colours, columns }: Terminal): string {
  const { bold, dim, yellow } = colours;
  const lines = [
    `${bold(receipt.plan_id)}  ${receipt.status.replaceAll("_", " ")}, ${count(receipt.nodes, "node")}`,
    "",
    ...waveLines(receipt, columns).map(([label, text]) => `  ${dim(label)} ${text}`),
    "",
    ...summaryLines(receipt, dim),
    "",
    ...tableLines([["agents", "time", "speed-up"], ...receipt.predicted.map(predictedRow)], { head: dim, indent: 2 }),
  ];
  if (receipt.warnings.length > 0) {
    lines.push("");
    for (const { nodes, say } of receipt.warnings) {
      const about = nodes.length === 0 ? "" : ` (${nodes.slice(0, 8).join(", ")}${nodes.length > 8 ? ", …" : ""})`;
      lines.push(`${yellow("!")} ${oneLine(say)}${about}`);
    }
  }
  return [...lines, "", nextStep(receipt)].join("\n");
}

function predictedRow({ agents, minutes, speedup }: Receipt["predicted"][number]): readonly string[] {
  return [String(agents), durationText(minutes * 60_000), `${speedup.toFixed(2)}×`];
}

function summaryLines(receipt: Receipt, dim: (text: string) => string): readonly string[] {
  const { critical_path: path, critical_path_minutes: minutes, sequential_minutes: all } = receipt;
  const shown = path.length > 12 ? [...path.slice(0, 11), "…", path.at(-1) ?? ""] : path;
  return [
    `  ${dim("critical path ")} ${durationText(minutes * 60_000)}  ${shown.join(" → ")}`,
    `  ${dim("one by one    ")} ${durationText(all * 60_000)}`,
    `  ${dim("at most       ")} ${count(receipt.max_parallelism, "agent")} at once`,
  ];
}

/** Each wave with its nodes, wrapped so that continued lines stand under the first. */
function waveLines({ waves, waves_cut: cut }: Receipt, columns: number): readonly (readonly [string, string])[] {
  const width = `wave ${waves.length}`.length;
  const room = Math.max(20, columns - width - 4);
  const rows = waves.flatMap((wave, i) =>
    wrapped(wave, room).map((text, line): [string, string] => [
      (line === 0 ? `wave ${i + 1}` : "").padEnd(width),
      text,
    ]),
  );
  return cut ? [...rows, ["…".padEnd(width), "the rest is not shown"]] : rows;
}

function wrapped(words: readonly string[], room: number): readonly string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 2 + word.length <= room) lines[lines.length - 1] = `${last}  ${word}`;
    else lines.push(word);
  }
  return lines;
}

function nextStep({ status, plan_id: id }: Receipt): string {
  switch (status) {
    case "dry_run":
      return "Nothing was submitted. Without --dry-run it will be.";
    case "active":
      return `Agents that are connected get its nodes now. To start some here: interlock run ${id} --agents 3 --exec '<command>'`;
    case "paused":
      return "It is paused.";
    case "finished":
      return `It is finished. Land it with: interlock land ${id}`;
    case "landed":
      return "It has landed.";
  }
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
