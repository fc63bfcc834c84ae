import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Execution } from "../../execution/execution.ts";
import { wholePlan } from "../../execution/landed-plan.ts";
import type { Reply } from "../../tools/reply.ts";
import { submitPlan } from "../../tools/submit-plan.ts";
import { countStates } from "../../tools/views/shown-state.ts";
import { callTool } from "../call-tool.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { type CommonOptions, type OpenWorkspace, withWorkspace } from "../open-workspace.ts";
import { countsText } from "../progress-bar.ts";
import type { Outlook } from "../run/outlook.ts";
import { runViewFor } from "../run/run-view.ts";
import { listenForStops } from "../run/stop-keys.ts";
import { type Crew, workPlan } from "../run/work-plan.ts";
import { showRefusal } from "../show-refusal.ts";
import type { Terminal } from "../terminal.ts";
import { readPlanFile } from "./plan.ts";

export interface RunOptions extends CommonOptions, Crew {
  readonly exec: string;
  readonly capabilities?: readonly string[];
  readonly acceptParked?: boolean;
}

/** Works a plan with agents of our own: each does node after node with the command, until the plan is over. */
export async function run(planOrFile: string, options: RunOptions, terminal: Terminal): Promise<ExitCode> {
  // A picture that is drawn again must not be written into by somebody else.
  let complain = terminal.complain;
  const shared: Terminal = { ...terminal, complain: (text) => complain(text) };
  return withWorkspace(options, shared, async (open) => {
    const { execution } = open;
    const reply = await planFrom(planOrFile, execution, terminal);
    if (reply.refused !== undefined) return showRefusal(reply, terminal, options);
    const plan = String(reply["plan_id"]);
    const view = runViewFor(terminal, plan, options.agents, options.json ?? false);
    if (terminal.interactive && !options.json) complain = view.say;
    const keys = listenForStops(
      () =>
        view.say(
          "Draining: no new nodes are begun; what is under way is finished. Ctrl-C again stops it and keeps its work.",
        ),
      () => view.say("Stopping: the commands are ended, and their work is kept."),
    );
    execution.start({ longLived: true });
    try {
      const outlook = await workPlan(await jobFor(open, plan, options, shared), options, keys, view);
      complain = terminal.complain;
      view.close();
      return await report(execution, plan, outlook, keys.draining.aborted, options, terminal);
    } finally {
      keys.release();
    }
  });
}

/** A plan's id as it is; anything else is a file that is submitted first. Submitting the same file again is the same plan. */
async function planFrom(planOrFile: string, execution: Execution, terminal: Terminal): Promise<Reply> {
  const { plans } = await execution.workspace();
  if (plans.has(planOrFile)) return { say: "", next: [], plan_id: planOrFile };
  if (
    planOrFile !== "-" &&
    !existsSync(planOrFile) &&
    /^[\w.-]+$/.test(planOrFile) &&
    !/\.(ya?ml|json)$/.test(planOrFile)
  )
    return {
      refused: "unknown_plan",
      say: `There is neither a plan nor a file called ${planOrFile}. interlock status lists the plans.`,
      next: [],
    };
  return callTool(execution, submitPlan, { plan_yaml: await readPlanFile(planOrFile) }, { terminal });
}

async function jobFor({ execution, repository }: OpenWorkspace, plan: string, options: RunOptions, terminal: Terminal) {
  const { settings } = await execution.workspace();
  return {
    execution,
    terminal,
    plan,
    command: options.exec,
    capabilities: options.capabilities ?? [],
    acceptParked: options.acceptParked ?? false,
    logFolder: join(repository.commonDir, "interlock", "logs"),
    leaseMs: settings.leases.ttl,
  };
}

async function report(
  execution: Execution,
  id: string,
  outlook: Outlook,
  drained: boolean,
  options: CommonOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const known = (await execution.workspace()).plans.get(id);
  if (!known) return exitCodes.failed;
  const plan = await wholePlan(execution.events, known);
  const counts = countStates(plan);
  const stuck = outlook.is === "stuck" ? outlook.why : [];
  const good = outlook.is === "finished" && outlook.failed === 0;
  if (options.json) {
    const nodes = [...plan.nodes.values()].map(({ id: node, state }) => ({ id: node, state: state.is }));
    terminal.printJson({ plan_id: id, status: plan.status.is, outcome: outlook.is, drained, counts, nodes, stuck });
  } else {
    const { green, red, yellow } = terminal.colours;
    const sign = good ? green("✓") : outlook.is === "moving" ? yellow("•") : red("✗");
    terminal.print(
      `${sign} ${id} is ${outlook.is === "moving" ? "not finished" : endWords(outlook)}: ${countsText(counts, terminal.colours)}`,
    );
    for (const why of stuck) terminal.print(`  ${why}`);
    if (good && plan.status.is === "finished")
      terminal.print(`  Land it on ${plan.header.target} with: interlock land ${id}`);
    if (!good) terminal.print(`  What each node waits for: interlock why --plan ${id}`);
  }
  return good ? exitCodes.done : exitCodes.failed;
}

function endWords(outlook: Outlook): string {
  if (outlook.is === "stuck") return "stuck";
  return outlook.is === "finished" && outlook.failed > 0 ? "over, but not all of it landed" : "finished";
}
