import { runDemo } from "../demo/run-demo.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";

/** Lets scripted agents work a small plan in a repository of its own. */
export async function demo(_options: object, terminal: Terminal): Promise<ExitCode> {
  return runDemo(terminal);
}
