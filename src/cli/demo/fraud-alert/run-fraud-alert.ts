/**
 * The Fraud Alert Dashboard: five agents as processes work on a real repository, an hour into it a requirement changes what
 * three of them stand on, and Interlock finds out, tells them, and brings them together. Nothing of it is played by the
 * server; this submits the plan as the product owner, and looks on.
 */
import type { Execution } from "../../../execution/execution.ts";
import { recordArtifact } from "../../../tools/record-artifact.ts";
import type { Reply } from "../../../tools/reply.ts";
import { submitPlan } from "../../../tools/submit-plan.ts";
import { metricsView } from "../../../tools/views/metrics.ts";
import { callTool } from "../../call-tool.ts";
import { type ExitCode, exitCodes } from "../../exit-code.ts";
import { untilInterrupted } from "../../interruption.ts";
import { withWorkspace } from "../../open-workspace.ts";
import { Problem } from "../../problem.ts";
import { showRefusal } from "../../show-refusal.ts";
import type { Terminal } from "../../terminal.ts";
import { wrapped } from "../../wrap.ts";
import type { AgentNews } from "../agent-news.ts";
import { Crew } from "../crew.ts";
import { type DemoView, demoViewFor } from "../demo-view.ts";
import { type AgentRow, drawDemo } from "../draw-demo.ts";
import { gitIn, logFileIn, makeRepository } from "../make-repository.ts";
import { testsOnMain } from "../proof.ts";
import { accountOf } from "./account.ts";
import { requirementId } from "./analyst.ts";
import { engineLine } from "./engine-lines.ts";
import { committedFiles, fraudPlanYaml, planId } from "./fraud-plan.ts";
import { closingFacts, closingWords, openingWords } from "./fraud-words.ts";
import { roles } from "./role-script.ts";
import { Story } from "./story.ts";

export interface FraudAlertOptions {
  /** How long a scenario minute takes. */
  readonly minuteMs: number;
  readonly json?: boolean;
}

/** Far more scenario minutes than it takes; a run that hangs says so instead. */
const longestMinutes = 600;
const longestOverheadMs = 60_000;
const drawMs = 200;
const startMs = 20_000;

const nameWidth = 9;
/** What stands before a sentence: the time and a name. */
const margin = 5 + 2 + nameWidth + 2;

export async function runFraudAlert(options: FraudAlertOptions, terminal: Terminal): Promise<ExitCode> {
  const root = await makeRepository(committedFiles(options.minuteMs), "What the fraud alert dashboard begins with");
  const shown = options.json ? withoutOutput(terminal) : terminal;
  for (const line of openingWords(root, options.minuteMs, terminal)) shown.print(line);
  return untilInterrupted((interrupted) =>
    withWorkspace({ root }, terminal, async ({ execution }) => {
      const run = new Run(root, execution, options, shown);
      const limit = AbortSignal.timeout(options.minuteMs * longestMinutes + longestOverheadMs);
      const refused = await run.work(AbortSignal.any([interrupted, limit]));
      if (interrupted.aborted)
        throw new Problem("interrupted", exitCodes.failed, `Stopped. What there is stays in ${root}.`);
      if (refused) return showRefusal(refused, terminal, options);
      const closing = await run.finish(interrupted);
      if ("refused" in closing) {
        terminal.complain(`The plan did not come to its end. Agents and servers complain in ${logFileIn(root)}`);
        return showRefusal(closing, terminal, options);
      }
      if (options.json) terminal.printJson(closingFacts(closing));
      else for (const line of closingWords(closing, terminal)) terminal.print(line);
      return closing.problems.length === 0 ? exitCodes.done : exitCodes.failed;
    }),
  );
}

class Run {
  readonly #root: string;
  readonly #execution: Execution;
  readonly #terminal: Terminal;
  readonly #minuteMs: number;
  readonly #view: DemoView;
  readonly #story = new Story();
  readonly #rows = new Map<string, AgentRow>(roles.map((name) => [name, { doing: "starts its MCP server" }]));
  readonly #waiting = new Set<string>();
  readonly #workedMs = new Map<string, number>();

  constructor(root: string, execution: Execution, { minuteMs }: FraudAlertOptions, terminal: Terminal) {
    this.#root = root;
    this.#execution = execution;
    this.#terminal = terminal;
    this.#minuteMs = minuteMs;
    this.#view = demoViewFor(terminal, (ms) => `T+${String(Math.floor(ms / minuteMs)).padStart(3)}`);
  }

  async work(signal: AbortSignal): Promise<Reply | undefined> {
    const crew = new Crew({
      names: roles,
      root: this.#root,
      script: "fraud-alert/agent.js",
      brief: [String(this.#minuteMs)],
      logFile: logFileIn(this.#root),
      onNews: (news) => this.#hear(news),
      onReplaced: (name) => this.#say(name, "has ended; another process goes on under its name"),
    });
    const drawing = setInterval(() => void this.#draw().catch(() => undefined), drawMs);
    try {
      await this.#allWaiting(signal);
      const refused = await this.#begin();
      if (refused) return refused;
      for await (const recorded of this.#execution.follow(0, signal)) {
        this.#story.see(recorded);
        const line = engineLine(recorded.event);
        if (line !== undefined) this.#say("interlock", line, recorded.at);
        if (recorded.event.type === "PlanFinished") break;
      }
      return undefined;
    } finally {
      await crew.end(signal.aborted ? 0 : 5_000);
      clearInterval(drawing);
      this.#view.close();
    }
  }

  /** Lands the plan on main, tests what is there, and says how it went. */
  async finish(signal: AbortSignal) {
    const landed = await this.#execution.land(planId, { signal });
    if ("refused" in landed) return landed;
    const tests = await testsOnMain(this.#root, "test/*/*.test.js");
    const story = this.#story;
    if (tests.failed === 0) story.landed(Date.now());
    const { metrics } = await metricsView(await this.#execution.workspace(), this.#execution, {
      plan: planId,
      detailed: false,
    });
    const history = await gitIn(this.#root, "log", "--first-parent", "--reverse", "--format=%h  %s", "main");
    return {
      root: this.#root,
      account: accountOf(story, this.#workedMs, this.#minuteMs),
      metrics,
      beats: new Map([...story.seen].map(([beat, at]) => [beat, at - story.planAt] as const)),
      history: history.split("\n"),
      tests,
      problems: [...story.problems(), ...(tests.failed > 0 ? [`${tests.failed} tests fail on main`] : [])],
      logFile: logFileIn(this.#root),
    };
  }

  /** The product owner's part: what is wanted, and the plan for it. */
  async #begin(): Promise<Reply | undefined> {
    const wanted = {
      agent: "owner",
      kind: "requirement",
      id: requirementId,
      content: "People see suspicious transactions as they happen.",
    };
    const options = { terminal: this.#terminal };
    const recorded = await callTool(this.#execution, recordArtifact, wanted, options);
    if (recorded.refused !== undefined) return recorded;
    const reply = await callTool(this.#execution, submitPlan, { plan_yaml: fraudPlanYaml(this.#minuteMs) }, options);
    return reply.refused === undefined ? undefined : reply;
  }

  /** Everybody asks for work before there is any, so that it can be seen how soon they hear of it. */
  async #allWaiting(signal: AbortSignal): Promise<void> {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(startMs)]);
    while (this.#waiting.size < roles.length && !deadline.aborted) await new Promise((done) => setTimeout(done, 50));
  }

  #hear(news: AgentNews): void {
    const { agent, node } = news;
    this.#story.hear(news);
    switch (news.is) {
      case "ready":
        this.#waiting.add(agent);
        this.#say(agent, `speaks MCP to a server of its own (processes ${news.pid} and ${news.serverPid})`);
        return;
      case "doing":
        this.#rows.set(agent, { ...(node === undefined ? {} : { node }), doing: news.doing });
        return;
      case "told":
        this.#say(agent, news.say);
        return;
      case "noticed":
        if (news.kind === "converge") this.#say(agent, "is told of the conflict, and asked what should be");
        if (news.kind === "rework_ordered") this.#say(agent, `is told to go over ${news.about} again`);
        return;
      case "mocked":
        this.#say(agent, `works with what a mock of ${news.version} answers at ${news.url}`);
        return;
      case "worked":
        if (news.on === undefined) this.#workedMs.set(agent, (this.#workedMs.get(agent) ?? 0) + news.ms);
        return;
      default:
        return;
    }
  }

  /** Long sentences go on under themselves. */
  #say(agent: string, text: string, at = Date.now()): void {
    const { colours, columns } = this.#terminal;
    const ms = this.#story.planAt === 0 ? 0 : at - this.#story.planAt;
    const name = agent.padEnd(nameWidth);
    const [first = "", ...rest] = wrapped(text, Math.max(30, columns - margin));
    const paint = agent === "interlock" ? colours.cyan : (one: string) => one;
    this.#view.line(ms, `${agent === "interlock" ? colours.cyan(name) : colours.bold(name)}  ${paint(first)}`);
    for (const line of rest) this.#view.more(`${" ".repeat(margin)}${paint(line)}`);
  }

  async #draw(): Promise<void> {
    this.#view.picture(drawDemo(await this.#execution.workspace(), planId, this.#rows, this.#terminal));
  }
}

/** For scripts, who read one JSON value at the end. */
function withoutOutput(terminal: Terminal): Terminal {
  const { colours, columns } = terminal;
  const { complain, printJson } = terminal;
  return { interactive: false, columns, colours, complain, printJson, print: () => undefined };
}
