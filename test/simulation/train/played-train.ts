/**
 * A train in virtual time on the real core: agents hand in, gates take as long as they are said to, and what comes back is
 * corrected. Every landing is held against what gates were seen to pass.
 *
 * [T2] A landed tree passed the gates that it needed.
 */
import type { WorkspaceCommand } from "../../../src/core/command.ts";
import { hasRoom, runningGates } from "../../../src/core/gate-slots.ts";
import type { Instant } from "../../../src/core/ids.ts";
import { attemptNumber } from "../../../src/core/landing.ts";
import { attemptOf } from "../../../src/core/node/node.ts";
import { perform } from "../../../src/core/perform.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { isRefusal } from "../../../src/core/refusal.ts";
import { defaultSettings, type TrainPolicy } from "../../../src/core/settings.ts";
import { groundOf, waiting } from "../../../src/core/train-ground.ts";
import { chooseMode } from "../../../src/core/train-mode.ts";
import { type TrainStep, trainSteps } from "../../../src/core/train-policy.ts";
import { emptyWorkspace, refOf, type Workspace } from "../../../src/core/workspace.ts";
import { Calendar } from "./calendar.ts";
import { gateFails, type PlayedNode, type Version } from "./played-nodes.ts";

export interface TrainGame {
  readonly agents: number;
  readonly slots: number;
  readonly policy: TrainPolicy;
  readonly nodes: readonly PlayedNode[];
  /** How long a gate takes alone, in milliseconds. */
  readonly gateMs: Readonly<Record<string, number>>;
  /** How much longer a gate takes for each other one that runs beside it: 0 for gates that sleep, 1 for one core. */
  readonly crowding: number;
}

export interface TrainResult {
  /** Until the last landing. */
  readonly ms: number;
  readonly landed: number;
  readonly gateRuns: number;
  readonly cameBack: number;
  /** From hand-in to landing, by node; what came back counts from its first hand-in. */
  readonly waited: ReadonlyMap<string, number>;
  /** Landings of a tree that some gate it needed was not seen to pass. */
  readonly untested: readonly string[];
  readonly longestDecisionMs: number;
}

/** So many events mean that a train goes round in circles. */
const mostEvents = 200_000;

/** Plays until everything has landed; throws when it does not. */
export function playTrain(game: TrainGame, clock: () => number = () => 0): TrainResult {
  return new PlayedTrain(game, clock).play();
}

class PlayedTrain {
  readonly #game: TrainGame;
  readonly #clock: () => number;
  readonly #workspace: Workspace = emptyWorkspace();
  readonly #calendar = new Calendar();
  readonly #nodes: ReadonlyMap<string, PlayedNode>;
  readonly #versions = new Map<string, Version>();
  /** What each commit holds; the base holds nothing. */
  readonly #contents = new Map<string, ReadonlyMap<string, Version>>([["base", new Map()]]);
  /** Trees that a gate was seen to pass on. */
  readonly #seen = new Set<string>();
  readonly #handedIn = new Map<string, Instant>();
  readonly #waited = new Map<string, number>();
  readonly #untested: string[] = [];
  #now: Instant = 0;
  #lastLanding: Instant = 0;
  #gateRuns = 0;
  #cameBack = 0;
  #events = 0;
  #longestMs = 0;

  constructor(game: TrainGame, clock: () => number) {
    this.#game = game;
    this.#clock = clock;
    this.#nodes = new Map(game.nodes.map((node) => [node.id, node]));
  }

  play(): TrainResult {
    const { agents, slots, policy, nodes } = this.#game;
    const gates = { ...defaultSettings.gates, parallel: slots, policy };
    this.#do({ type: "ConfigureWorkspace", settings: { ...defaultSettings, gates } });
    this.#do({ type: "SubmitPlan", plan: planOf(nodes, agents) });
    for (let i = 0; i < agents; i += 1) this.#ask(`agent-${i}`);
    this.#drive();
    while (this.#plan.status.is !== "finished") {
      const next = this.#calendar.next();
      if (!next) throw new Error(`nothing goes on, but ${this.#plan.train.length} wait in the train`);
      this.#now = next.at;
      next.act();
      this.#drive();
    }
    return {
      ms: this.#lastLanding,
      landed: this.#waited.size,
      gateRuns: this.#gateRuns,
      cameBack: this.#cameBack,
      waited: this.#waited,
      untested: this.#untested,
      longestDecisionMs: this.#longestMs,
    };
  }

  get #plan(): Plan {
    const plan = this.#workspace.plans.get("p");
    if (!plan) throw new Error("no plan");
    return plan;
  }

  #do(command: WorkspaceCommand): boolean {
    const done = perform(this.#workspace, command, this.#now);
    if (isRefusal(done)) return false;
    this.#events += done.events.length;
    if (this.#events > mostEvents) throw new Error("the train goes round in circles");
    for (const { event } of done.events) {
      if (event.type === "LandingIntended") this.#hold(event.node, event.candidate);
      if (event.type === "NodeReturned") this.#comesBack(event.node);
      if (event.type !== "NodeLanded") continue;
      this.#lastLanding = this.#now;
      this.#waited.set(event.node, this.#now - (this.#handedIn.get(event.node) ?? 0));
    }
    return true;
  }

  #ask(agent: string): void {
    const of = { agent, process: "p1", capabilities: [], acceptParked: false } as const;
    if (!this.#do({ type: "RequestNode", ...of })) {
      // What came back counts as worked on, and may leave no room for now.
      if (this.#plan.ready.size > 0) this.#calendar.add(this.#now + 60_000, () => this.#ask(agent));
      return;
    }
    const held = [...this.#plan.nodes.values()].find(
      (node) => node.state.is === "leased" && attemptOf(node)?.agent === agent,
    );
    const played = held && this.#nodes.get(held.id);
    if (!played) return;
    this.#versions.set(played.id, played.isBad ? "bad" : "good");
    this.#calendar.add(this.#now + played.workMs, () => {
      this.#handIn(played);
      this.#ask(agent);
    });
  }

  #handIn({ id, paths }: PlayedNode): void {
    const node = this.#plan.nodes.get(id);
    const attempt = node && attemptOf(node);
    if (!attempt) return;
    if (!this.#handedIn.has(id)) this.#handedIn.set(id, this.#now);
    const version = this.#versions.get(id) ?? "good";
    const by = { plan: "p", node: id, attempt: attempt.attempt };
    const what = { commit: `${id}.${version}`, tree: `${id}.${version}`, base: attempt.base, paths, summary: "" };
    this.#do({ type: "SubmitNode", ...by, ...what });
  }

  /** Whoever comes second of a pair learns what the first did. */
  #comesBack(id: string): void {
    this.#cameBack += 1;
    const played = this.#nodes.get(id);
    if (!played) return;
    this.#versions.set(id, this.#versions.get(id) === "bad" ? "good" : "both");
    this.#calendar.add(this.#now + played.workMs, () => this.#handIn(played));
  }

  /** Does all that can be done now, as the hands do. */
  #drive(): void {
    for (let step = this.#step(); step; step = this.#step()) {
      const by = refOf(step.node);
      const attempt = attemptNumber(step.node);
      if (step.do === "build") this.#build(step);
      else if (step.do === "gate") this.#begin(step);
      else if (step.do === "base") this.#beginOnTip(step);
      else if (step.do === "intend") this.#do({ type: "IntendLanding", ...by, candidate: step.candidate.commit });
      else if (step.do === "land") this.#do({ type: "ReportLanded", ...by, candidate: step.candidate.commit });
      else {
        const why = { reason: "gate_failed", gates: [...step.candidate.failed.values()] } as const;
        const { commit: content, onto: base } = step.candidate;
        this.#do({ type: "ReturnNode", ...by, attempt, why, base, content });
      }
    }
  }

  #step(): TrainStep | undefined {
    this.#endUnwanted();
    const began = this.#clock();
    const { mode, why } = chooseMode(this.#workspace, this.#plan);
    const steps = trainSteps(this.#plan, mode);
    this.#longestMs = Math.max(this.#longestMs, this.#clock() - began);
    return steps.find(
      (step) => (step.do !== "gate" && step.do !== "base") || hasRoom(this.#workspace, 1, why === "tries_alone"),
    );
  }

  #build({ node, onto }: TrainStep & { do: "build" }): void {
    const content = new Map(this.#contents.get(onto)).set(node.id, this.#versions.get(node.id) ?? "good");
    const tree = treeOf(content);
    const candidate = `${tree} on ${onto === "base" ? "" : onto.length}${this.#events}`;
    this.#contents.set(candidate, content);
    const paths = this.#nodes.get(node.id)?.paths ?? [];
    this.#do({ type: "ReportCandidate", ...refOf(node), attempt: attemptNumber(node), candidate, tree, onto, paths });
  }

  #begin({ node, candidate, gate }: TrainStep & { do: "gate" }): void {
    const about = { ...refOf(node), candidate: candidate.commit, process: "p1" };
    const verdict = (passed: boolean) => ({
      ...{ name: gate, passed, exitCode: passed ? 0 : 1, outputTail: "" },
      ...{ alsoFailsOnBase: false, seconds: 1 },
    });
    if (this.#seen.has(`${candidate.tree} ${gate}`)) {
      this.#do({ type: "ReportGate", ...about, verdict: verdict(true), key: gate });
      return;
    }
    if (!this.#do({ type: "StartGate", ...about, gate, ms: 1e9, weight: 1, alone: false })) return;
    this.#gateRuns += 1;
    const beside = [...runningGates(this.#workspace)].length - 1;
    const ms = (this.#game.gateMs[gate] ?? 0) * (1 + beside * this.#game.crowding);
    const passed = !gateFails(this.#contents.get(candidate.commit) ?? new Map(), this.#nodes);
    this.#calendar.add(this.#now + ms, () => {
      if (!candidate.running.has(gate) || node.state.is !== "submitted" || node.state.candidate !== candidate) return;
      if (passed) this.#seen.add(`${candidate.tree} ${gate}`);
      this.#do({ type: "ReportGate", ...about, verdict: verdict(passed), ...(passed ? { key: gate } : {}) });
    });
  }

  #beginOnTip({ node, candidate, gate, tip }: TrainStep & { do: "base" }): void {
    const about = { plan: "p", tip, process: "p1" };
    const asked = { ...about, node: node.id, candidate: candidate.commit };
    if (!this.#do({ type: "StartBaseGate", ...asked, gate, ms: 1e9, weight: 1, alone: false })) return;
    this.#gateRuns += 1;
    const passed = !gateFails(this.#contents.get(tip) ?? new Map(), this.#nodes);
    const verdict = {
      name: gate,
      passed,
      exitCode: passed ? 0 : 1,
      outputTail: "",
      alsoFailsOnBase: false,
      seconds: 1,
    };
    this.#calendar.add(this.#now + (this.#game.gateMs[gate] ?? 0), () => {
      this.#do({ type: "ReportBaseGate", ...about, tree: tip, verdict });
    });
  }

  /** What was rebuilt meanwhile, or stands on what is gone, needs no verdict. */
  #endUnwanted(): void {
    for (const node of waiting(this.#plan)) {
      const { candidate } = node.state;
      if (!candidate || groundOf(this.#plan, node)) continue;
      for (const gate of [...candidate.running.keys()])
        this.#do({ type: "DropGate", ...refOf(node), candidate: candidate.commit, gate, process: "p1" });
    }
  }

  #hold(id: string, candidate: string): void {
    const node = this.#plan.nodes.get(id);
    const content = this.#contents.get(candidate);
    if (!node || !content) return;
    const together = (groundOf(this.#plan, node) ?? []).flatMap((built) => built.node.spec.gates);
    for (const gate of new Set(together))
      if (!this.#seen.has(`${treeOf(content)} ${gate}`)) this.#untested.push(`${candidate} without ${gate}`);
    if (gateFails(content, this.#nodes)) this.#untested.push(`${candidate} is broken`);
  }
}

function treeOf(content: ReadonlyMap<string, Version>): string {
  return [...content]
    .map(([id, version]) => `${id}.${version}`)
    .sort()
    .join(",");
}

function planOf(nodes: readonly PlayedNode[], agents: number) {
  const header = { id: "p", title: "p", constraints: [], target: "main", base: "base", flags: {}, digest: "p" };
  const policy = { mode: "parallel", maxParallel: agents, scope: "auto", onFailure: "continue" } as const;
  const wants = { requires: [], dependsOn: [], writes: [], reads: [], watches: [], uses: [] };
  return {
    ...header,
    policy,
    nodes: nodes.map(({ id, paths, gates }) => ({
      ...{ id, kind: "work" as const, title: id, instructions: id, ...wants, edits: paths },
      ...{ priority: 2 as const, gates, retries: 2 },
    })),
  };
}
