import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Desk } from "../agent-loop.ts";
import { handIn, NodeLost } from "../hand-in.ts";
import type { ToolReply } from "../mcp-client.ts";
import { type Assignment, convergeReply, noticesReply, planReply, type Rework } from "../replies.ts";
import { changed, isChange } from "../shop/change.ts";
import { readIfThere, writeFileIn } from "../worktree-file.ts";
import { nodeScript, reworkedBy, streams } from "./fraud-plan.ts";
import { mockedAlerts } from "./mocked-alerts.ts";
import type { RoleOpinion, RoleStep } from "./role-script.ts";

/** Where an agent stands when it does something: with a node, or between two. */
interface Place {
  readonly desk: Desk;
  readonly assignment?: Assignment;
}

/** An agent says that it is alive every few scenario minutes, but never more often than this. */
const heartbeatMinutes = 2;
const shortestBeatMs = 250;

/** What comes back more often than this will not get better. */
const mostRepairs = 3;

/** Works through a role's script, and does what its notices ask of it. */
export class RoleAgent {
  readonly #opinion: RoleOpinion | undefined;
  readonly #minuteMs: number;
  /** Convergences that it was asked to and has not answered. */
  readonly #asked = new Set<string>();
  /** Those whose end it has not heard of. */
  readonly #open = new Set<string>();
  /** Nodes that have to be gone over again while they are in its hands. */
  readonly #ordered = new Set<string>();
  /** Time of the node at hand that was no work on it. */
  #apartMs = 0;
  #repairs = 0;

  constructor(role: string, minuteMs: number) {
    this.#opinion = streams.find((stream) => stream.role === role)?.opinion;
    this.#minuteMs = minuteMs;
  }

  hear(reply: ToolReply, { tell }: Desk): void {
    const at = Date.now();
    for (const { kind, about } of noticesReply.parse(reply).notices) {
      tell({ is: "noticed", kind, about, at });
      if (kind === "converge") for (const set of [this.#asked, this.#open]) set.add(about);
      if (kind === "converged") this.#open.delete(about);
      if (kind === "rework_ordered") this.#ordered.add(about.split("/").at(-1) ?? "");
    }
  }

  async work(assignment: Assignment, desk: Desk): Promise<void> {
    const { node, resumed, rework } = assignment;
    const place = { desk, assignment };
    desk.tell({ is: "told", say: `${resumed ? "has still" : "got"} ${node.id}: ${node.title}` });
    const own = nodeScript(node.id);
    this.#repairs = 0;
    try {
      if (rework) await this.#repair(rework, place);
      else if (own) await this.#timed(own.steps, place);
      else await this.#timed(reworkedBy(node.id)?.rework ?? [], place, "rework");
      await this.#decided(place);
      await handIn(assignment, desk, {
        repair: (back) => this.#repair(back, place),
        resolve: () => undefined,
        waiting: (wait) => wait(),
        meanwhile: () => this.answer(place),
      });
    } catch (fault) {
      if (!(fault instanceof NodeLost)) throw fault;
      desk.tell({ is: "told", say: fault.message });
    }
  }

  /** Takes part in what it was asked to. */
  async answer(place: Place): Promise<void> {
    for (const id of this.#asked) {
      this.#asked.delete(id);
      const began = performance.now();
      await this.#converge(id, place);
      const ms = performance.now() - began;
      this.#apartMs += ms;
      place.desk.tell({ is: "worked", ms, on: "convergence" });
    }
  }

  async #converge(id: string, place: Place): Promise<void> {
    const { desk, assignment } = place;
    const lease = assignment ? { lease: assignment.lease } : {};
    const about = { ...lease, convergence_id: id };
    desk.tell({ is: "told", say: `joins convergence ${id}` });
    await this.#call(desk, "converge", { ...about, action: "join" });
    const { minutes, decision, rework, steps = [], concludes } = this.#opinion ?? nothingToSay;
    await this.#pass(minutes, "thinks about what should be", place);
    for (const step of steps) await this.#do(step, place);
    const wishes = rework.map((one) => ({ node: one.node, estimate_minutes: this.#realMinutes(one.minutes) }));
    const said = decision === "" ? {} : { decisions: [decision], rework: wishes };
    await this.#call(desk, "converge", { ...about, action: "decide", ...said });
    desk.tell({ is: "told", say: decision === "" ? "has nothing to say" : `says: ${decision}` });
    if (!concludes) return;
    for (;;) {
      const reply = convergeReply.parse(await desk.call("converge", { ...about, action: "complete" }));
      if ("status" in reply || reply.refused === "convergence_over") break;
      await this.#pass(this.#beat, "waits for what the others say", place);
    }
    // Who concludes learns from the reply that it is over.
    this.#open.delete(id);
  }

  /** Waits until what its node may have to follow is decided, and follows it. */
  async #decided(place: Place): Promise<void> {
    const { id = "" } = place.assignment?.node ?? {};
    while (this.#open.size > 0) await this.#pass(this.#beat, "waits for the decision", place);
    const ordered = this.#ordered.delete(id) ? (nodeScript(id)?.rework ?? []) : [];
    if (ordered.length > 0) await this.#timed(ordered, place, "rework");
  }

  /** What comes back from the train was either overtaken by a decision, or is wrong. */
  async #repair({ reason, gates }: Rework, place: Place): Promise<void> {
    const { assignment, desk } = place;
    this.#repairs += 1;
    const why = gates.map((gate) => `${gate.name}: ${gate.output_tail}`).join("\n");
    if (this.#repairs > mostRepairs) throw new Error(`${assignment?.node.id} came back too often: ${reason} ${why}`);
    desk.tell({ is: "told", say: `gets ${assignment?.node.id} back: ${reason}` });
    await this.#pass(1, "looks at what came back", place);
    await this.#decided(place);
  }

  async #timed(steps: readonly RoleStep[], place: Place, on?: "rework"): Promise<void> {
    this.#apartMs = 0;
    const began = performance.now();
    for (const step of steps) await this.#do(step, place);
    const ms = performance.now() - began - this.#apartMs;
    place.desk.tell({ is: "worked", ms, ...(on ? { on } : {}) });
  }

  async #do(step: RoleStep, place: Place): Promise<void> {
    const { desk, assignment } = place;
    const lease = assignment ? { lease: assignment.lease } : {};
    const folder = assignment?.worktree;
    if (isChange(step)) {
      if (folder !== undefined) writeFileIn(folder, step.path, changed(readIfThere(join(folder, step.path)), step));
      return;
    }
    switch (step.do) {
      case "work":
        await this.#pass(step.minutes, `works on ${step.on}`, place);
        return;
      case "call":
        await this.#call(desk, step.tool, { ...lease, ...step.input });
        desk.tell({ is: "told", say: step.say });
        return;
      case "meet":
        await this.#meet(step.nodes, place);
        return;
      case "mock":
        if (folder !== undefined) writeFileIn(folder, step.path, await mockedAlerts(desk));
        return;
    }
  }

  /** Looks at the plan until others have begun what it waits for; that is no work. */
  async #meet(nodes: readonly string[], place: Place): Promise<void> {
    const began = performance.now();
    const apart = this.#apartMs;
    for (;;) {
      const plan = planReply.parse(await place.desk.call("get_status", { view: "plan" }));
      const waiting = plan.nodes.filter(({ id, state }) => nodes.includes(id) && ["pending", "ready"].includes(state));
      if (waiting.length === 0) break;
      await this.#pass(this.#beat, `waits until ${waiting.map(({ id }) => id).join(" and ")} is begun`, place);
    }
    this.#apartMs = apart + performance.now() - began;
  }

  /** Lets scenario minutes pass, with signs of life, and without the time that others take of them. */
  async #pass(minutes: number, doing: string, place: Place): Promise<void> {
    const { desk, assignment } = place;
    const beat = this.#beat * this.#minuteMs;
    const began = performance.now();
    const apart = this.#apartMs;
    for (;;) {
      const left = minutes * this.#minuteMs - (performance.now() - began - (this.#apartMs - apart));
      if (left <= 0) return;
      desk.tell({ is: "doing", doing });
      await pause(Math.min(left, beat));
      if (assignment) {
        const reply = await desk.call("report_progress", { lease: assignment.lease, note: doing });
        if (reply["refused"] === "stale_lease" && reply["state"] !== "submitted")
          throw new NodeLost(String(reply["say"]));
      }
      await this.answer(place);
    }
  }

  /** The script counts on its calls: one that is refused is a fault of the script, or of what it calls. */
  async #call(desk: Desk, tool: string, input: object): Promise<ToolReply> {
    const reply = await desk.call(tool, input);
    if (typeof reply["refused"] === "string")
      throw new Error(`${tool} was refused: ${reply["refused"]}. ${String(reply["say"])}`);
    return reply;
  }

  /** In scenario minutes. */
  get #beat(): number {
    return Math.max(heartbeatMinutes, shortestBeatMs / this.#minuteMs);
  }

  #realMinutes(minutes: number): number {
    return (minutes * this.#minuteMs) / 60_000;
  }
}

const nothingToSay: RoleOpinion = { minutes: 1, decision: "", rework: [] };
