import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Desk } from "./agent-loop.ts";
import { handIn, NodeLost } from "./hand-in.ts";
import { type Assignment, type CycleLink, claimReply, locksReply, planReply, type Rework } from "./replies.ts";
import { changed, isChange, keepBothSides } from "./shop/change.ts";
import type { Change, Pause, Step } from "./shop/node-script.ts";
import { shopNodes } from "./shop/shop-plan.ts";
import { readIfThere, writeFileIn } from "./worktree-file.ts";

/** So long an agent looks out for somebody to meet; when nobody comes it goes on alone. */
const meetingMs = 12_000;
const lookEveryMs = 150;

/** Does what a node's script says, hands it in, and does again what comes back, until it has landed or is no longer ours. */
export async function workOn(assignment: Assignment, desk: Desk): Promise<void> {
  const work = new Work(assignment, desk);
  const began = performance.now();
  try {
    await work.run();
  } catch (fault) {
    if (!(fault instanceof NodeLost)) throw fault;
    desk.tell({ is: "told", say: fault.message });
  } finally {
    desk.tell({ is: "worked", ms: performance.now() - began - work.waitedMs });
  }
}

class Work {
  readonly #assignment: Assignment;
  readonly #desk: Desk;
  readonly #steps: readonly Step[];
  /** Claimed on the way, and given back when somebody else must go first. */
  #claimed: string[] = [];
  /** Whether a gate has found what was done hastily. */
  #wiser = false;
  waitedMs = 0;

  constructor(assignment: Assignment, desk: Desk) {
    this.#assignment = assignment;
    this.#desk = desk;
    this.#steps = shopNodes.find(({ id }) => id === assignment.node.id)?.steps ?? [];
  }

  async run(): Promise<void> {
    const { node, rework, resumed } = this.#assignment;
    this.#desk.tell({ is: "told", say: `${resumed ? "has still" : "got"} ${node.id}: ${node.title}` });
    if (rework) await this.#repair(rework);
    else await this.#follow();
    await handIn(this.#assignment, this.#desk, {
      repair: (rework) => this.#repair(rework),
      resolve: (paths) => this.#resolve(paths),
      waiting: (wait) => this.#waiting(wait),
    });
  }

  async #follow(): Promise<void> {
    for (const [i, step] of this.#steps.entries()) {
      if (isChange(step)) this.#change(step);
      else await this.#take(step, Math.round((100 * i) / this.#steps.length));
    }
  }

  async #take(step: Pause, percent: number): Promise<void> {
    switch (step.do) {
      case "think":
        await this.#think(step.about, step.seconds, percent);
        return;
      case "claim":
        await this.#claim([step.path]);
        return;
      case "meet":
        await this.#waiting(() => this.#meet(step));
        return;
      case "half":
        await this.#report(50, "half of it is written");
        this.#desk.tell({ is: "half_done" });
        return;
    }
  }

  async #think(about: string, seconds: number, percent: number): Promise<void> {
    this.#desk.tell({ is: "doing", doing: `thinks about ${about} (${seconds} s)` });
    await this.#report(percent, `thinking about ${about}`);
    await pause(seconds * 1000);
  }

  #change(change: Change): void {
    const { worktree } = this.#assignment;
    writeFileIn(worktree, change.path, changed(readIfThere(join(worktree, change.path)), change, this.#wiser));
  }

  /** Claims paths to write, and waits until they are free. */
  async #claim(paths: readonly string[]): Promise<void> {
    const { lease } = this.#assignment;
    let request: object = { write: paths };
    for (;;) {
      this.#desk.tell({ is: "doing", doing: `claims ${paths.join(" and ")}` });
      const ask = () => this.#desk.call("claim_resources", { lease, wait_seconds: 10, ...request });
      const reply = claimReply.parse(await this.#waiting(ask));
      if ("status" in reply && reply.status === "granted") {
        this.#claimed.push(...paths);
        return;
      }
      if ("status" in reply) request = { ticket: reply.ticket };
      else if (reply.refused === "deadlock") return this.#giveWay(paths, reply.cycle);
      else throw new NodeLost(`could not claim ${paths.join(", ")}: ${reply.say}`);
    }
  }

  /** Gives back what others wait for, and asks for everything at once: all or nothing closes no cycle. */
  async #giveWay(paths: readonly string[], cycle: readonly CycleLink[]): Promise<void> {
    const { lease } = this.#assignment;
    this.#desk.tell({ is: "deadlocked", cycle });
    const back = this.#claimed;
    this.#claimed = [];
    if (back.length > 0) await this.#desk.call("release_resources", { lease, patterns: back });
    const all = [...back, ...paths].sort();
    this.#desk.tell({ is: "told", say: `gives ${back.join(", ")} back and asks for ${all.join(" and ")} at once` });
    return this.#claim(all);
  }

  /** Looks at what the tools show of the others, now and then, until there is what is looked for. */
  async #meet(wanted: Pause & { do: "meet" }): Promise<void> {
    const deadline = performance.now() + meetingMs;
    while (performance.now() < deadline) {
      if ("worksOn" in wanted ? await this.#hasBegun(wanted.worksOn) : await this.#isSeen(wanted)) return;
      await pause(lookEveryMs);
    }
    this.#desk.tell({ is: "told", say: "nobody else came; it goes on alone" });
  }

  async #hasBegun(id: string): Promise<boolean> {
    this.#desk.tell({ is: "doing", doing: `looks whether ${id} has begun` });
    const { nodes } = planReply.parse(await this.#desk.call("get_status", { view: "plan" }));
    return nodes.some((node) => node.id === id && node.state !== "pending" && node.state !== "ready");
  }

  async #isSeen(wanted: { readonly holds: string } | { readonly waitsFor: string }): Promise<boolean> {
    const path = "holds" in wanted ? wanted.holds : wanted.waitsFor;
    this.#desk.tell({ is: "doing", doing: `looks who ${"holds" in wanted ? "holds" : "waits for"} ${path}` });
    const { locks, waiting } = locksReply.parse(await this.#desk.call("get_status", { view: "locks" }));
    if ("holds" in wanted) return locks.some(({ pattern, agent }) => pattern === path && !this.#desk.isMine(agent));
    return waiting.some(({ wants }) => wants.some(({ pattern }) => pattern === path));
  }

  /** Resolves what conflicts, and makes right what a gate has found. */
  async #repair({ reason, conflicts, gates }: Rework): Promise<void> {
    if (reason === "conflict") {
      const where = conflicts.map(({ path, with: others }) => `${path} (with ${others.join(", ")})`).join(", ");
      this.#desk.tell({ is: "told", say: `must rework: conflict in ${where}; keeps both sides` });
    } else {
      const red = gates.map((gate) => `${gate.name} is red: ${complaintIn(gate.output_tail)}`).join("; ");
      this.#desk.tell({ is: "told", say: `must rework: ${red}` });
    }
    this.#wiser ||= reason === "gate_failed";
    await this.#think("what came back", 1.5, 90);
    this.#resolve(conflicts.map(({ path }) => path));
  }

  #resolve(conflicted: readonly string[]): void {
    for (const path of conflicted) {
      const { worktree } = this.#assignment;
      const text = readIfThere(join(worktree, path));
      if (text !== undefined) writeFileIn(worktree, path, keepBothSides(text));
    }
    for (const change of this.#steps.filter(isChange)) this.#change(change);
  }

  async #report(percent: number, note: string): Promise<void> {
    const reply = await this.#desk.call("report_progress", { lease: this.#assignment.lease, percent, note });
    if ("refused" in reply) throw new NodeLost(String(reply["say"]));
  }

  async #waiting<T>(wait: () => Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      return await wait();
    } finally {
      this.waitedMs += performance.now() - began;
    }
  }
}

/** What a test runner says went wrong, in a line. */
function complaintIn(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  return lines.find((line) => /^not ok|^✖ (?!failing)/.test(line)) ?? lines.find(Boolean) ?? "it says nothing";
}
