import { basename } from "node:path";
import { patternOf } from "../../src/core/locks/locks.ts";
import { matches } from "../../src/core/pattern/match.ts";
import type { Assigned, CallContext } from "../../src/execution/answers.ts";
import type { LocalExecution } from "../../src/execution/local-execution.ts";
import type { Agent } from "./agent.ts";
import { paths } from "./first-files.ts";
import { isForbidden } from "./played-gate.ts";
import type { Scene } from "./scene.ts";
import { tokenLine } from "./tokens.ts";

type End = "done" | "died";

/** One agent's work on one node, from the brief to the end of the attempt. */
export class Work {
  readonly #agent: Agent;
  readonly #scene: Scene;
  readonly #brief: Assigned;
  readonly #slot: string;
  #words = 0;

  constructor(agent: Agent, brief: Assigned) {
    this.#agent = agent;
    this.#scene = agent.scene;
    this.#brief = brief;
    this.#slot = basename(brief.worktree);
  }

  async run(): Promise<End> {
    const { chance, scheduler } = this.#scene.world;
    this.#scene.callers.push(this.#caller());
    if (this.#brief.parked && chance.is(0.3)) await this.#askAgain();
    if (this.#brief.rework) {
      this.#mend();
      for (const gate of this.#brief.rework.gates) if (gate.name === "tdd") this.#edit(gate.expect ? "wanted" : "made");
    }
    const rounds = chance.between(0, 3);
    for (let round = 0; round < rounds; round += 1) {
      await scheduler.pause(chance.between(50, 2_000));
      if (this.#agent.misbehaves("died at work", 0.06)) return "died";
      if (this.#agent.misbehaves("silent beyond the lease", 0.12)) await scheduler.pause(chance.between(6_500, 25_000));
      if (this.#agent.misbehaves("deleted its worktree", 0.01)) this.#deleteWorktree();
      this.#edit();
      await this.#saySomething();
    }
    if (this.#brief.node.redGates && chance.is(0.8)) this.#edit("wanted");
    else if (chance.is(0.2)) this.#edit("made");
    if (this.#agent.misbehaves("gave up", 0.1)) return this.#giveUp(chance.is(0.7));
    return this.#handIn();
  }

  /** One of the calls that an agent makes while it works. */
  async #saySomething(): Promise<void> {
    const { chance } = this.#scene.world;
    const caller = this.#caller();
    const path = chance.pick(paths) ?? "lib.txt";
    if (this.#agent.misbehaves("used an old lease", 0.15)) await this.#useOldLease();
    switch (
      chance.weighed({ nothing: 4, claim: 3, release: 1, progress: 2, share: 1, status: 1, news: 0.5, again: 0.7 })
    ) {
      case "nothing":
        return;
      case "claim": {
        const mode = chance.pick(["write", "edit", "read", "watch"] as const) ?? "edit";
        await this.#claim([path], mode, chance.pick([0, 3_000, 10_000]) ?? 0);
        return;
      }
      case "release": {
        const held = chance.pick(this.#brief.claims)?.pattern ?? path;
        await this.#ask("release_resources", (execution, call) =>
          execution.releaseResources(caller, { patterns: [held] }, call),
        );
        return;
      }
      case "progress":
        await this.#ask("report_progress", (execution, call) =>
          execution.reportProgress(caller, { percent: 50 }, call),
        );
        return;
      case "share": {
        const text = `said at step ${this.#scene.world.scheduler.steps}`;
        await this.#ask("share_knowledge", (execution, call) => {
          this.#scene.rules.says(text);
          return execution.shareKnowledge(caller.agent, caller.lease, { topic: "t", text, paths: [path] }, call);
        });
        return;
      }
      case "again":
        await this.#askAgain();
        return;
      case "status": {
        const session = await this.#agent.session();
        if (!this.#scene.world.chance.is(0.5)) return;
        await this.#scene.ask(session, "get_status", () => this.#scene.rules.compare(session));
        return;
      }
      case "news":
        await this.#ask("get_status", (execution) => execution.takeNotices(caller.agent, 5));
        return;
    }
  }

  /** Asks for a node while it has one, as an agent does that has forgotten, or wants the parked work after all. */
  async #askAgain(): Promise<void> {
    const { chance } = this.#scene.world;
    const { agent } = this.#caller();
    const request = { agent, capabilities: [], acceptParked: chance.is(0.8), waitMs: 0 };
    await this.#ask("request_next_node", (execution, call) => execution.requestNextNode(request, call));
  }

  /** A call for an attempt of earlier, of its own or of somebody else, as a client sends that was cut off for long. */
  async #useOldLease(): Promise<void> {
    const { chance } = this.#scene.world;
    const caller = chance.pick(this.#scene.callers);
    if (!caller) return;
    await this.#ask("old lease", (execution, call): Promise<object> => {
      switch (chance.pick(["fail", "complete", "release", "progress"] as const)) {
        case "fail":
          return execution.failNode(caller, { reason: "late", retryable: true }, call);
        case "complete":
          return execution.completeNode(caller, { summary: "late", waitMs: 0 }, call);
        case "release":
          return execution.releaseResources(caller, { patterns: ["lib.txt"] }, call);
        default:
          return execution.reportProgress(caller, { percent: 1 }, call);
      }
    });
  }

  async #claim(
    patterns: readonly string[],
    mode: "write" | "edit" | "read" | "watch",
    waitMs: number,
  ): Promise<boolean> {
    const none = { write: [], edit: [], read: [], watch: [], uses: [], dryRun: false };
    const first = await this.#ask("claim_resources", (execution, call) =>
      execution.claimResources(this.#caller(), { ...none, [mode]: patterns }, waitMs, call),
    );
    if (first === undefined || "refused" in first) return false;
    if (first.status === "granted") return true;
    const { ticket } = first;
    if (ticket === undefined) return false;
    const { chance } = this.#scene.world;
    if (chance.is(0.5)) {
      const second = await this.#ask("claim_resources", (execution, call) =>
        execution.claimResources(this.#caller(), { ...none, ticket }, 10_000, call),
      );
      if (second !== undefined && "status" in second && second.status === "granted") return true;
    }
    await this.#ask("release_resources", (execution, call) =>
      execution.releaseResources(this.#caller(), { ticket }, call),
    );
    return false;
  }

  async #handIn(): Promise<End> {
    const { world, rules } = this.#scene;
    const { chance, scheduler } = world;
    const { planId, id, attempt } = this.#brief.node;
    const name = `${planId}/${id}`;
    for (let tries = 0; tries < 12; tries += 1) {
      const requestId = chance.is(0.5) ? this.#scene.requestId() : undefined;
      const waitMs = chance.pick([0, 5_000, 20_000]) ?? 0;
      const complete = (execution: LocalExecution, call: CallContext) =>
        execution.completeNode(this.#caller(), { summary: `did ${id}`, waitMs }, call);
      if (this.#agent.misbehaves("handed in twice at once", 0.05)) this.#ask("complete_node", complete, requestId);
      if (this.#agent.misbehaves("wrote while handing in", 0.05))
        scheduler.after(chance.between(0, 200), () => this.#edit());
      if (this.#agent.misbehaves("died handing in", 0.02)) {
        this.#ask("complete_node", complete, requestId);
        return "died";
      }
      const answer = await this.#ask("complete_node", complete, requestId);
      if (answer === undefined) continue;
      if ("refused" in answer) {
        if (answer.refused === "out_of_claim") {
          const outside = answer.paths.map(({ path }) => path);
          if (chance.is(0.7) && (await this.#claim(outside, "edit", 10_000))) continue;
          this.#undo(outside);
          continue;
        }
        if (answer.refused === "markers_left") {
          this.#mend();
          continue;
        }
        if (answer.refused === "stale_lease") {
          if (answer.parkedRef !== undefined && !world.repository.refs.has(answer.parkedRef))
            world.breaks(`[X3] ${name} is said to be kept on ${answer.parkedRef}, which is not there`);
          return "done";
        }
        if (answer.refused === "unreadable_worktree") return this.#giveUp(true);
        return "done";
      }
      switch (answer.status) {
        case "landed":
          rules.acknowledged(`NodeLanded ${name}`);
          return "done";
        case "queued":
          rules.acknowledged(`NodeSubmitted ${name}/${attempt}`);
          // The verdict can be waited for, or heard of with the next node.
          if (chance.is(0.3)) return "done";
          await scheduler.pause(chance.between(100, 2_000));
          break;
        case "rework":
          world.count(`rework: ${answer.reason}`);
          if (chance.is(0.2)) await this.#askAgain();
          if (this.#agent.misbehaves("died in rework", 0.05)) return "died";
          await scheduler.pause(chance.between(50, 2_000));
          this.#mend();
          for (const gate of answer.gates) if (gate.name === "tdd") this.#edit(gate.expect ? "wanted" : "made");
          break;
      }
    }
    return this.#giveUp(true);
  }

  async #giveUp(retryable: boolean): Promise<End> {
    const { rules } = this.#scene;
    const { planId, id, attempt } = this.#brief.node;
    const answer = await this.#ask("fail_node", (execution, call) =>
      execution.failNode(this.#caller(), { reason: "cannot do it", retryable }, call),
    );
    if (answer !== undefined && !("refused" in answer)) rules.acknowledged(`NodeGivenUp ${planId}/${id}/${attempt}`);
    return "done";
  }

  /** Asks the session, sometimes twice, and once more under the same id when no answer came. */
  async #ask<T extends object>(
    tool: string,
    act: (execution: LocalExecution, call: CallContext) => Promise<T>,
    requestId = this.#scene.world.chance.is(0.5) ? this.#scene.requestId() : undefined,
  ): Promise<T | undefined> {
    const { world } = this.#scene;
    const what = `${tool} ${this.#agent.name} ${this.#brief.node.id}`;
    const once = async () => this.#scene.ask(await this.#agent.session(), what, act, requestId);
    if (requestId !== undefined && this.#agent.misbehaves("same id twice at once", 0.05)) once();
    let outcome = await once();
    if (outcome.is !== "answer") {
      await world.scheduler.pause(world.chance.between(100, 1_000));
      outcome = await once();
    }
    if (outcome.is !== "answer") return undefined;
    if ("refused" in outcome.answer) world.count(`refused: ${outcome.answer.refused}`);
    return outcome.answer;
  }

  #caller() {
    return { agent: this.#agent.name, lease: this.#brief.lease };
  }

  #files(): Map<string, string> | undefined {
    return this.#scene.world.disk.files(this.#slot);
  }

  /** Writes a line into a file that it may change, or into one that it should not. */
  #edit(said?: string): void {
    const { world, rules } = this.#scene;
    const { chance } = world;
    const files = this.#files();
    // Who was told nothing yet does not know that its attempt is over, but does not outlive it by much either.
    if (!files || !rules.mayWrite(this.#slot, this.#brief.node)) return;
    const mine = this.#brief.claims
      .filter(({ kind, mode }) => kind === "path" && (mode === "write" || mode === "edit"))
      .map(({ pattern }) => patternOf(pattern, false));
    const allowed = [...files.keys(), "new/one.txt"].filter((path) => mine.some((pattern) => matches(pattern, path)));
    const outside = chance.is(0.1) || this.#agent.misbehaves("wrote outside of its claims", 0.2);
    const path =
      chance.pick(outside || allowed.length === 0 ? [...paths, `own-${this.#brief.node.id}.txt`] : allowed) ??
      "lib.txt";
    const lines = (files.get(path) ?? "").split(/(?<=\n)/).filter(Boolean);
    const { gates } = this.#brief.node;
    const ugly = gates.includes("lint") && chance.is(0.1) ? "ugly" : "fine";
    const word = said ?? (gates.includes("test") && chance.is(0.15) ? "bad" : ugly);
    this.#words += 1;
    const by = {
      plan: this.#brief.node.planId,
      node: `${this.#brief.node.id}.${this.#brief.node.attempt}.${this.#agent.name}`,
    };
    // Where others write too, so that both cannot simply be kept.
    const at = chance.is(0.5) ? chance.between(0, lines.length) : Math.min(1, lines.length);
    lines.splice(at, 0, tokenLine(by, this.#words, word));
    files.set(path, lines.join(""));
    world.trace(`  ${this.#agent.name} writes #${this.#words} to ${path} in ${this.#slot}`);
  }

  /** Resolves conflicts by keeping both sides, and takes out what gates do not like. */
  #mend(): void {
    const files = this.#files();
    if (!files || !this.#scene.rules.mayWrite(this.#slot, this.#brief.node)) return;
    for (const [path, text] of files) {
      const lines = text.split(/(?<=\n)/).filter((line) => !/^(<{7} |={7}$|>{7} )/m.test(line) && !isForbidden(line));
      files.set(path, lines.join(""));
    }
  }

  /** Puts files back to what the base has. */
  #undo(outside: readonly string[]): void {
    const { repository } = this.#scene.world;
    const files = this.#files();
    const state = this.#scene.rules.baseOf(this.#brief.node);
    if (!files || !state || !this.#scene.rules.mayWrite(this.#slot, this.#brief.node)) return;
    const base = repository.files(state);
    for (const path of outside) {
      const text = base.get(path);
      if (text === undefined) files.delete(path);
      else files.set(path, text);
    }
  }

  #deleteWorktree(): void {
    const { world, rules } = this.#scene;
    if (!rules.mayWrite(this.#slot, this.#brief.node)) return;
    world.disk.folders.delete(this.#slot);
    rules.slots.forget(this.#slot);
  }
}
