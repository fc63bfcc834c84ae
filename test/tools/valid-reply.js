import { expect } from "vitest";
import { refusalReply } from "../../src/tools/refusal-reply.js";
/** What is wrong with a reply of a tool by its published type, or nothing. */
export function replyProblems(tool, reply) {
  const isRefusal = typeof reply === "object" && reply !== null && "refused" in reply;
  const parsed = (isRefusal ? refusalReply : tool.reply).safeParse(reply);
  return parsed.success ? undefined : JSON.stringify(parsed.error.issues, null, 1);
}
/** Fails unless the reply is of the tool's published type, survives JSON, and shows nothing of our insides. */
export function expectValidReply(tool, reply) {
  expect(replyProblems(tool, reply), JSON.stringify(reply)).toBeUndefined();
  expect(JSON.parse(JSON.stringify(reply))).toEqual(reply);
  expect(`${reply.say}${JSON.stringify(reply["problem"] ?? "")}`).not.toMatch(
    /\bat .*\.(ts|js):\d+|SQLITE_|node_modules|undefined|\[object /,
  );
  return reply;
}
