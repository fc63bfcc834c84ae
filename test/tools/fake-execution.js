import { emptyWorkspace } from "../../src/core/workspace.js";
import { runTool } from "../../src/tools/run-tool.js";
import { expectValidReply } from "./valid-reply.js";
/** Hands that only do what a test gives them; all else is a fault, so that no test passes by accident. */
export function fakeExecution(given) {
  const hands = {
    takeNotices: async () => ({ notices: [], more: 0 }),
    workspace: async () => emptyWorkspace(),
    stewardIsThere: async () => true,
    events: async () => [],
    parked: async () => [],
    ...given,
  };
  return new Proxy(hands, {
    get: (target, name) => {
      const value = Reflect.get(target, name);
      if (value === undefined && name !== "then" && name !== "refused")
        throw new Error(`the test gave no ${String(name)}`);
      return value;
    },
    has: (target, name) => name in target,
  });
}
/** Calls a tool on such hands, and checks the reply by its published type. */
export async function call(tool, input, given = {}, origin = {}) {
  const reply = await runTool(tool, input, {
    execution: async () => fakeExecution(given),
    signal: new AbortController().signal,
    mostWaitSeconds: 50,
    logger: { error: () => undefined },
    ...origin,
  });
  return expectValidReply(tool, reply);
}
