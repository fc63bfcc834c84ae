/**
 * A scripted agent of the Fraud Alert Dashboard, as a process of its own.
 *
 * Arguments: its role, which is its name too, the repository, and how many milliseconds a scenario minute takes.
 */
import { AgentLoop } from "../agent-loop.ts";
import { RoleAgent } from "./role-agent.ts";

const [, , name = "", root = ".", minuteMs = "200"] = process.argv;
const agent = new RoleAgent(name, Number(minuteMs));

await new AgentLoop({
  name,
  root,
  capabilities: [name],
  profile: "planner",
  work: (assignment, desk) => agent.work(assignment, desk),
  hear: (reply, desk) => agent.hear(reply, desk),
  meanwhile: (desk) => agent.answer({ desk }),
}).run();
