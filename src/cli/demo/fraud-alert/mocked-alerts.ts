import type { Desk } from "../agent-loop.ts";
import { mockReply } from "../replies.ts";
import { contractName } from "./contract-text.ts";

/** What the mock of the contract in force answers, as text; the page is built and tested with it. */
export async function mockedAlerts({ call, tell }: Desk): Promise<string> {
  const reply = mockReply.parse(await call("read_contract", { name: contractName, format: "mock" }));
  if ("refused" in reply) throw new Error(`There is no mock: ${reply.refused}. ${reply.say}`);
  const { url } = reply.mock;
  const answer = await fetch(new URL("alerts", `${url.replace(/\/$/, "")}/`));
  const alerts: unknown = await answer.json();
  tell({ is: "mocked", url, version: reply.version });
  return `${JSON.stringify(alerts, null, 2)}\n`;
}
