import type { Execution } from "../execution/execution.ts";
import type { Tool } from "../tools/define-tool.ts";
import type { Reply } from "../tools/reply.ts";
import { runTool } from "../tools/run-tool.ts";
import type { Terminal } from "./terminal.ts";

interface CallOptions {
  readonly terminal: Terminal;
  readonly signal?: AbortSignal;
  readonly onWaiting?: (say: string) => void;
}

/** Long enough to sleep well, short enough that whoever waits looks around now and then. */
const mostWaitSeconds = 50;

/** Makes the call that an agent would make, so that people get the same checks and the same words. */
export function callTool(
  execution: Execution,
  tool: Tool,
  input: unknown,
  { terminal, signal, onWaiting }: CallOptions,
): Promise<Reply> {
  return runTool(tool, input, {
    execution: async () => execution,
    signal: signal ?? new AbortController().signal,
    ...(onWaiting ? { onWaiting } : {}),
    mostWaitSeconds,
    logger: { error: (facts) => complainOf(facts, terminal) },
  });
}

function complainOf(facts: object, terminal: Terminal): void {
  const fault = "err" in facts ? facts.err : undefined;
  const reference = "reference" in facts ? ` (${String(facts.reference)})` : "";
  terminal.complain(`interlock${reference}: ${fault instanceof Error ? fault.message : String(fault)}`);
  if (process.env["INTERLOCK_DEBUG"] && fault instanceof Error) terminal.complain(fault.stack ?? "");
}
