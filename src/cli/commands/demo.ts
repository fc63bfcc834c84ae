import { runDemo } from "../demo/run-demo.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";

/** Lets played agents work a small plan in a repository of its own. */
export async function demo(options: { readonly json?: boolean }, terminal: Terminal): Promise<ExitCode> {
  return runDemo(options, terminal);
}
