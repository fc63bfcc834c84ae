import type { Refused } from "../execution/answers.ts";
import { wordRefusal } from "../tools/refusal-words.ts";
import type { Reply } from "../tools/reply.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { oneLine, type Terminal } from "./terminal.ts";

interface ShowOptions {
  readonly json?: boolean | undefined;
}

/** Says what was refused and why: as JSON on stdout for scripts, in words on stderr for people. */
export function showRefusal(refusal: Refused | Reply, terminal: Terminal, { json }: ShowOptions): ExitCode {
  const reply: Reply = "say" in refusal ? refusal : wordRefusal(refusal);
  if (json) terminal.printJson(reply);
  else for (const line of refusalLines(reply)) terminal.complain(line);
  if (reply.refused === "store_unusable" || reply.refused === "no_repository") return exitCodes.cannotStart;
  return reply.refused === "invalid_input" ? exitCodes.badUsage : exitCodes.failed;
}

/** A refusal's sentence, and below it the facts that a person needs to act on it. */
export function refusalLines(reply: Reply): readonly string[] {
  const { say, next: _, refused: __, status: ___, notices: ____, problems, ...facts } = reply;
  const rows = Array.isArray(problems)
    ? problems.map(problemLine)
    : Object.entries(facts).flatMap(([name, value]) => factLines(name, value));
  return [say, ...rows.map((row) => `  ${row}`)];
}

function problemLine(problem: unknown): string {
  const { path, problem: what, cycle } = fieldsOf(problem);
  const where = path ? `${path}: ` : "";
  const around = Array.isArray(cycle) ? ` (${cycle.map(String).join(" → ")})` : "";
  return oneLine(`${where}${String(what)}${around}`);
}

function factLines(name: string, value: unknown): readonly string[] {
  const label = name.replaceAll("_", " ");
  if (!Array.isArray(value)) return [oneLine(`${label}: ${textOf(value)}`)];
  if (value.every((one) => typeof one === "string")) return [oneLine(`${label}: ${value.join(", ")}`)];
  return [`${label}:`, ...value.map((one) => `  ${oneLine(textOf(one))}`)];
}

function textOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([key, one]) => `${key.replaceAll("_", " ")} ${Array.isArray(one) ? one.join(", ") : textOf(one)}`)
    .join(", ");
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
