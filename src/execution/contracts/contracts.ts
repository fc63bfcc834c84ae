import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import type { Examples } from "../mocks/examples.ts";
import type { Checked, Question } from "./answer.ts";
import type { Comparison, ContractKind } from "./contract-kind.ts";
import { mostBytes } from "./document.ts";
import type { Draft, DraftKind } from "./draft.ts";

// The texts of contracts. Their readers are large libraries made for texts of friends, so each question is answered
// by a process of its own: nothing is loaded before it is asked for, a text that never ends is ended, and one that takes
// all memory takes that of nobody else.

/** So long may a question take, in milliseconds, however many run beside it. */
const mostMs = 60_000;

const mostMegabytes = 1024;

/** Whether a text is a contract of its kind; problems are sentences. */
export async function checkContract(kind: ContractKind, text: string): Promise<Checked> {
  return (await asked<Checked>({ ask: "check", kind, text })) ?? { problems: [{ where: "", say: tooMuch }] };
}

/** What a new version means to those who rely on the old one. A text that cannot be read or judged in time is unknown. */
export async function compareContracts(kind: ContractKind, before: string, after: string): Promise<Comparison> {
  const comparison = await asked<Comparison>({ ask: "compare", kind, before, after });
  return (
    comparison ?? { change: "unknown", findings: [{ change: "unknown", rule: "too-complex", where: "", say: tooMuch }] }
  );
}

/** The fields of a contract's messages, as pointers; none of a text that is no contract. */
export async function fieldsOf(kind: ContractKind, text: string): Promise<readonly string[]> {
  return (await asked<readonly string[]>({ ask: "fields", kind, text })) ?? [];
}

/** Which of the fields (names, or pointers into a message or the document) the contract lacks; all of them when it cannot be read. */
export async function lackingFields(
  kind: ContractKind,
  text: string,
  fields: readonly string[],
): Promise<readonly string[]> {
  return (await asked<readonly string[]>({ ask: "missing", kind, text, fields })) ?? fields;
}

/** Examples of what travels by a contract that nobody can ask anything; the same for the same text and seed. */
export async function contractExamples(kind: ContractKind, text: string, seed: number): Promise<Examples> {
  return (await asked<Examples>({ ask: "examples", kind, text, seed })) ?? { problem: tooMuch };
}

/** A contract drafted from samples (JSON texts): a text that all of them fit, or why there is none. */
export async function draftContract(kind: DraftKind, name: string, samples: readonly string[]): Promise<Draft> {
  return (await asked<Draft>({ ask: "draft", kind, name, samples })) ?? { problem: tooMuch };
}

const tooMuch = "Reading the text takes more time or memory than it may.";

/** Compiled, it stands beside this file; run from its sources, the compiled one is taken, since Node 20 runs no other. */
const program = fileURLToPath(
  new URL(
    import.meta.url.endsWith(".ts")
      ? "../../../dist/execution/contracts/answering-process.js"
      : "./answering-process.js",
    import.meta.url,
  ),
);

/** The answer of a process of its own; undefined when it took too much. */
async function asked<R>(question: Question): Promise<R | undefined> {
  if (textsIn(question).some((text) => Buffer.byteLength(text) > mostBytes)) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "interlock-contract-"));
  try {
    const child = execa(process.execPath, [`--max-old-space-size=${mostMegabytes}`, program], {
      input: JSON.stringify(question),
      env: { PATH: process.env["PATH"] ?? "", TMPDIR: folder },
      extendEnv: false,
      cwd: folder,
      detached: true,
      reject: false,
      maxBuffer: 64 * 1024 * 1024,
    });
    // What the text made it do ends with it.
    const limit = setTimeout(() => end(child.pid), mostMs);
    const { stdout, stderr, exitCode } = await child;
    clearTimeout(limit);
    end(child.pid);
    if (exitCode === 1) throw new Error("reading a contract failed", { cause: stderr });
    return exitCode === 0 ? (JSON.parse(stdout) as R) : undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function textsIn(question: Question): readonly string[] {
  if (question.ask === "draft") return [question.samples.join("")];
  return "text" in question ? [question.text] : [question.before, question.after];
}

/** Ends the process and those that it started; they are a group. */
function end(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
