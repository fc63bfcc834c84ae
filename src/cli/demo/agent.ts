/**
 * A scripted agent of the demo, as a process. Where a model would think it sleeps.
 *
 * Arguments: the agent's name, the repository, the plan.
 */
import { AgentLoop } from "./agent-loop.ts";
import { workOn } from "./at-work.ts";

const [, , name = "agent", root = ".", plan = ""] = process.argv;

await new AgentLoop({ name, root, plan, work: workOn }).run();
