/**
 * Answers questions about impact in a process of its own: the parser of scripts can end its process (some thousand open brackets
 * are enough), and reading a large repository must not keep anybody waiting. Ends with the process that started it.
 */
import { openSync, writeSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { createGit } from "../git/runner.ts";
import { Answering } from "./answering.ts";
import { SourceFault } from "./impact-index.ts";
import type { IndexSetup, Question, Reply } from "./questions.ts";

/** So long after the last question what was read is kept. */
const saveAfterMs = 1_000;

const setup: IndexSetup = JSON.parse(process.argv[2] ?? "{}");
const reading = openSync(setup.readingFile, "w");
const answering = new Answering({
  git: createGit({ gitDir: setup.gitDir }),
  folder: setup.folder,
  unreadable: setup.unreadable,
  // One write of one length, so that whoever finds the file finds one name.
  onReading: (content) => writeSync(reading, content.padEnd(setup.readingLength), 0),
});

try {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {
  // Some machines forbid it; then it is as urgent as anything else.
}

let saving: NodeJS.Timeout | undefined;

process.on("disconnect", () => process.exit());
process.on("message", async (question: Question) => {
  clearTimeout(saving);
  process.send?.(await replyTo(question));
  clearTimeout(saving);
  saving = setTimeout(() => void answering.save().catch(() => undefined), saveAfterMs);
});

async function replyTo({ number, commit, ask, about }: Question): Promise<Reply> {
  try {
    return { number, answer: await answering.ask(commit, ask, about) };
  } catch (fault) {
    if (fault instanceof SourceFault) process.exit(1);
    return { number, fault: fault instanceof Error ? fault.message : String(fault) };
  }
}
