/**
 * The demo: a real repository, real agents as processes that speak MCP, and a plan in which what Interlock is for comes
 * up by itself. Nothing of it is played by the server; this only starts agents, kills one of them, and looks on.
 */
import type { Recorded } from "../../core/recorded.ts";
import type { Execution } from "../../execution/execution.ts";
import { submitPlan } from "../../tools/submit-plan.ts";
import { callTool } from "../call-tool.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { untilInterrupted } from "../interruption.ts";
import { withWorkspace } from "../open-workspace.ts";
import { Problem } from "../problem.ts";
import { showRefusal } from "../show-refusal.ts";
import type { Terminal } from "../terminal.ts";
import type { AgentNews } from "./agent-news.ts";
import { Crew } from "./crew.ts";
import { demoViewFor } from "./demo-view.ts";
import { type AgentRow, drawDemo } from "./draw-demo.ts";
import { logFileIn, makeRepository } from "./make-repository.ts";
import { Moments, situations, spelled } from "./moments.ts";
import { problemsOnMain, testsOnMain } from "./proof.ts";
import { committedFiles } from "./shop/finished-files.ts";
import { planId, shopPlanYaml } from "./shop/shop-plan.ts";
import { timesOf } from "./times.ts";
import { closingWords, openingWords } from "./words.ts";

const agents = ["ada", "ben", "cleo", "dan"];

/** The node whose agent is killed when half of it is written. */
const killedOver = "receipt";

/** Far more than it takes; a demo that hangs says so instead. */
const longestMs = 120_000;
const drawMs = 200;

/** Runs the demo from an empty folder to a landed plan, and says whether everything in it really happened. */
export async function runDemo(terminal: Terminal): Promise<ExitCode> {
  const root = await makeRepository(committedFiles(), "A till that adds up goods");
  for (const line of openingWords(root, agents, terminal)) terminal.print(line);
  return untilInterrupted((interrupted) =>
    withWorkspace({ root }, terminal, async ({ execution }) => {
      const reply = await callTool(execution, submitPlan, { plan_yaml: shopPlanYaml() }, { terminal });
      if (reply.refused !== undefined) return showRefusal(reply, terminal, {});
      const demo = new Demo(root, execution, terminal);
      await demo.work(AbortSignal.any([interrupted, AbortSignal.timeout(longestMs)]));
      if (interrupted.aborted)
        throw new Problem("interrupted", exitCodes.failed, `Stopped. What there is stays in ${root}.`);
      return demo.finish(interrupted);
    }),
  );
}

class Demo {
  readonly #root: string;
  readonly #execution: Execution;
  readonly #terminal: Terminal;
  readonly #view: ReturnType<typeof demoViewFor>;
  readonly #began = Date.now();
  readonly #moments = new Moments();
  readonly #events: Recorded[] = [];
  readonly #rows = new Map<string, AgentRow>(agents.map((name) => [name, { doing: "starts its MCP server" }]));
  #workedMs = 0;
  #killedOne = false;

  constructor(root: string, execution: Execution, terminal: Terminal) {
    this.#root = root;
    this.#execution = execution;
    this.#terminal = terminal;
    this.#view = demoViewFor(terminal);
  }

  /** Lets the agents work until the plan is finished or the signal aborts; nobody is left when this returns. */
  async work(signal: AbortSignal): Promise<void> {
    const crew = new Crew({
      names: agents,
      root: this.#root,
      brief: [planId],
      logFile: logFileIn(this.#root),
      onNews: (news) => this.#hear(news, crew),
      onReplaced: (name) => this.#say(name, "has ended; another process goes on under its name"),
    });
    const drawing = setInterval(() => void this.#draw().catch(() => undefined), drawMs);
    try {
      for await (const recorded of this.#execution.follow(0, signal)) {
        this.#see(recorded);
        if (recorded.event.type === "PlanFinished") break;
      }
    } finally {
      await crew.end(signal.aborted ? 0 : 5_000);
      clearInterval(drawing);
      this.#view.close();
    }
  }

  /** Lands the plan on main, tests what is there, and says how it went. */
  async finish(signal: AbortSignal): Promise<ExitCode> {
    const landed = await this.#execution.land(planId, { signal });
    if ("refused" in landed) {
      this.#terminal.complain(
        `The plan did not come to its end. Agents and servers complain in ${logFileIn(this.#root)}`,
      );
      return showRefusal(landed, this.#terminal, {});
    }
    const tests = await testsOnMain(this.#root);
    const problems = [
      ...(await problemsOnMain(this.#root, this.#events)),
      ...Object.entries(situations).flatMap(([id, words]) => (this.#has(id) ? [] : [`this did not happen: ${words}`])),
      ...(tests.failed > 0 ? [`${tests.failed} tests fail on main`] : []),
    ];
    const facts = {
      root: this.#root,
      began: this.#began,
      moments: [...this.#moments.seen.values()],
      times: timesOf(this.#events, this.#workedMs),
      tests,
      problems,
      logFile: logFileIn(this.#root),
    };
    for (const line of await closingWords(facts, this.#terminal)) this.#terminal.print(line);
    return problems.length === 0 ? exitCodes.done : exitCodes.failed;
  }

  #hear(news: AgentNews, crew: Crew): void {
    const { agent, node } = news;
    switch (news.is) {
      case "ready":
        this.#say(agent, `speaks MCP to a server of its own (processes ${news.pid} and ${news.serverPid})`);
        return;
      case "doing":
        this.#rows.set(agent, { ...(node === undefined ? {} : { node }), doing: news.doing });
        return;
      case "told":
        this.#say(agent, news.say);
        return;
      case "deadlocked":
        this.#moments.deadlock(node ?? "", news.cycle);
        this.#say(agent, `is refused: deadlock, because ${spelled(news.cycle)}`);
        return;
      case "half_done":
        if (node === killedOver && !this.#killedOne) this.#kill(agent, crew);
        return;
      case "worked":
        this.#workedMs += news.ms;
        return;
    }
  }

  #kill(agent: string, crew: Crew): void {
    this.#killedOne = true;
    this.#moments.killed(agent);
    const pids = crew.kill(agent);
    this.#rows.set(agent, { doing: "", killed: true });
    const { red } = this.#terminal.colours;
    this.#say(agent, red(`has half of ${killedOver} and is killed: kill -9 ${pids.join(" ")}`));
  }

  #see(recorded: Recorded): void {
    this.#events.push(recorded);
    const { green } = this.#terminal.colours;
    for (const { situation, at, say } of this.#moments.see(recorded))
      this.#view.line(at - this.#began, green(`✓ ${situations[situation]}: ${say}`));
    if (recorded.event.type === "AttemptFenced")
      this.#view.line(
        recorded.at - this.#began,
        `the lease on ${recorded.event.node} has ended; what was written is parked`,
      );
  }

  #say(agent: string, text: string): void {
    this.#view.line(Date.now() - this.#began, `${this.#terminal.colours.bold(agent.padEnd(4))}  ${text}`);
  }

  async #draw(): Promise<void> {
    this.#view.picture(drawDemo(await this.#execution.workspace(), planId, this.#rows, this.#terminal));
  }

  #has(id: string): boolean {
    return [...this.#moments.seen.keys()].some((seen) => seen === id);
  }
}
