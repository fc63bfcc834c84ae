import type { Terminal } from "../terminal.ts";
import type { ClientGuide } from "./clients.ts";
import type { CommittedConfig } from "./committed-config.ts";
import { gateLines } from "./config-text.ts";
import type { DetectedGate, DetectedSetup } from "./detected.ts";

/** What init found and did. */
export interface InitReport {
  readonly root: string;
  readonly file: string;
  readonly existed: boolean;
  readonly written: boolean;
  /** What a new file holds or would hold. */
  readonly text: string;
  readonly gates: readonly DetectedGate[];
  /** Gates that were detected but are not in the file that is there. */
  readonly missing: readonly DetectedGate[];
  readonly setup?: DetectedSetup;
  readonly committed: CommittedConfig;
  readonly branch: string;
  readonly excludeLine: string;
  readonly clients: readonly ClientGuide[];
}

/** The report for people: what was written, what remains to be done, and how clients are connected. */
export function drawInit(report: InitReport, { colours }: Terminal): string {
  const { bold, dim } = colours;
  return [
    ...configLines(report, colours),
    "",
    `The first worktree adds one line to .git/info/exclude: ${bold(report.excludeLine)}`,
    "",
    bold("Connect your agents"),
    ...report.clients.flatMap((client) => clientLines(client, dim)),
    "",
    `Then write a plan and submit it (${bold("interlock plan <file>")}), or ask an agent to plan. ${bold("interlock doctor")} checks the rest.`,
  ].join("\n");
}

function configLines(report: InitReport, { bold, dim, green, yellow }: Terminal["colours"]): readonly string[] {
  const { file, text, missing, branch, committed } = report;
  const commit = `git add ${file} && git commit -m "Configure Interlock" -- ${file}`;
  if (!report.existed) {
    const head = report.written ? `${green("✓")} ${bold(file)} was written:` : `${bold(file)} would be written:`;
    return [
      head,
      "",
      ...text
        .trimEnd()
        .split("\n")
        .map((line) => dim(`  ${line}`)),
      "",
      `It counts once it is committed on ${bold(branch)}:`,
      `  ${commit}`,
    ];
  }
  const lines = [`${bold(file)} is there already and was not changed.`];
  if (missing.length > 0) lines.push("These gates could be added to its gates.list:", "", ...gateLines(missing));
  if (committed === "missing")
    lines.push("", `${yellow("!")} It is not committed yet, and counts only then:`, `  ${commit}`);
  if (committed === "differs")
    lines.push(
      "",
      `${yellow("!")} It was changed since it was committed; only what is committed on ${branch} counts:`,
      `  ${commit}`,
    );
  return lines;
}

function clientLines(
  { client, found, run, file, text }: ClientGuide,
  dim: (text: string) => string,
): readonly string[] {
  const name = `  ${client}${found ? dim(" (found here)") : ""}`;
  if (run !== undefined) return [name, `    ${run}`];
  return [`${name}${dim(`  put into ${file}`)}`, ...(text ?? "").split("\n").map((line) => `    ${line}`)];
}
