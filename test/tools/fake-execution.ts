import { emptyWorkspace } from "../../src/core/workspace.ts";
import type { Execution } from "../../src/execution/execution.ts";
import type { Tool } from "../../src/tools/define-tool.ts";
import type { Reply } from "../../src/tools/reply.ts";
import { type CallOrigin, runTool } from "../../src/tools/run-tool.ts";
import { expectValidReply } from "./valid-reply.ts";

/** Hands that only do what a test gives them; all else is a fault, so that no test passes by accident. */
export function fakeExecution(given: Partial<Execution>): Execution {
  const hands: Partial<Execution> = {
    takeNotices: async () => ({ notices: [], more: 0 }),
    workspace: async () => emptyWorkspace(),
    stewardIsThere: async () => true,
    radarCost: async () => ({ looks: 0, slotsRead: 0, pairsMerged: 0, milliseconds: 0, skipped: 0 }),
    events: async () => [],
    parked: async () => [],
    submittedChanges: async () => [],
    ...given,
  };
  return new Proxy(hands, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (value === undefined && name !== "then" && name !== "refused")
        throw new Error(`the test gave no ${String(name)}`);
      return value;
    },
    has: (target, name) => name in target,
  }) as Execution;
}

/** Calls a tool on such hands, and checks the reply by its published type. */
export async function call(
  tool: Tool,
  input: unknown,
  given: Partial<Execution> = {},
  origin: Partial<CallOrigin> = {},
): Promise<Reply> {
  const reply = await runTool(tool, input, {
    execution: async () => fakeExecution(given),
    signal: new AbortController().signal,
    mostWaitSeconds: 50,
    logger: { error: () => undefined },
    ...origin,
  });
  return expectValidReply(tool, reply);
}
