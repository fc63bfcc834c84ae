/** What has to happen for the scenario to have been played, recognised in the log and in what the agents tell. */
import type { WorkspaceEvent } from "../../../core/event.ts";
import type { Instant } from "../../../core/ids.ts";
import type { Recorded } from "../../../core/recorded.ts";
import type { AgentNews } from "../agent-news.ts";
import { contractName } from "./contract-text.ts";
import { type Role, roles } from "./role-script.ts";

/** In the order in which they are told at the end. */
export const beats = {
  told: "every role gets its first node at once",
  contract: "the architect publishes v0.1 of the contract",
  assumption: "the architect says what that takes for granted",
  early: "backend and frontend build on it before its node has landed",
  mocked: "the frontend works against a mock of v0.1, the only API there is",
  requirement: "the analyst records what nobody knew: two more fields",
  invalidated: "the assumption is found wrong in the same decision",
  breach: "the breach of the contract is found in the same decision",
  notices: "architect, backend and frontend are told, and nobody else",
  convergence: "the three come together, say what should be, and conclude",
  untouched: "the writer goes on as if nothing had happened",
  second: "v0.2 of the contract breaks nobody and has what is required",
  reworked: "what the decision touches is reworked, and nothing else",
  landed: "everything lands on main, and its tests pass there",
} as const;

export type Beat = keyof typeof beats;

/** Those whom the requirement concerns. */
export const concerned: readonly Role[] = ["architect", "backend", "frontend"];

export interface Told {
  readonly agent: string;
  readonly kind: string;
  /** Milliseconds since 1970. */
  readonly at: Instant;
}

export interface Reworked {
  readonly node: string;
  readonly estimateMs: number;
  /** From its order, or its hand-out, to its being handed in. */
  actualMs?: number;
  from?: Instant;
}

export class Story {
  readonly seen = new Map<Beat, Instant>();
  readonly events: Recorded[] = [];
  readonly #noticed: Told[] = [];
  readonly reworked = new Map<string, Reworked>();
  readonly agentOf = new Map<string, string>();
  planAt: Instant = 0;
  contractAt: Instant = 0;
  requirementAt: Instant = 0;
  foundAt: Instant = 0;
  convergedFrom: Instant = 0;
  convergedTo: Instant = 0;
  /** Nodes that waited for the convergence. */
  readonly paused = new Set<string>();
  #writersLanded: Instant = 0;
  readonly #first = new Set<string>();
  readonly #early = new Set<string>();
  #contractLanded = false;
  readonly #heard = new Set<string>();

  hear({ agent, ...news }: AgentNews): void {
    if (news.is === "mocked" && news.version === "v0.1") this.#happened("mocked", Date.now());
    if (news.is !== "noticed") return;
    const { kind, at } = news;
    if (trouble.has(kind)) this.#noticed.push({ agent, kind, at });
    const all = new Set(this.#noticed.flatMap((one) => (one.kind === "converge" ? [one.agent] : [])));
    if (concerned.every((role) => all.has(role))) this.#happened("notices", at);
  }

  /** News of what the requirement broke and what came of it, as agents were shown it. */
  get told(): readonly Told[] {
    return this.#noticed.filter(({ at }) => at >= this.requirementAt);
  }

  /** What is wrong with the story as it went, in sentences. */
  problems(): readonly string[] {
    const strangers = [...new Set(this.told.map(({ agent }) => agent))].filter(
      (agent) => !concerned.some((role) => role === agent),
    );
    return [
      ...Object.entries(beats).flatMap(([beat, words]) =>
        [...this.seen.keys()].some((one) => one === beat) ? [] : [`this did not happen: ${words}`],
      ),
      ...strangers.map((agent) => `${agent} was told of what does not concern it`),
      ...[...this.reworked.values()].flatMap(({ node, actualMs }) =>
        actualMs === undefined ? [`the rework of ${node} never came to its end`] : [],
      ),
    ];
  }

  /** All is on main, and the tests there passed. */
  landed(at: Instant): void {
    this.#happened("landed", at);
    const writers = [...this.agentOf].flatMap(([node, agent]) => (agent === "writer" ? [node] : []));
    const touched = writers.some((node) => this.paused.has(node) || this.reworked.has(node));
    if (!touched && !this.told.some(({ agent }) => agent === "writer"))
      this.#happened("untouched", this.#writersLanded);
  }

  see(recorded: Recorded): void {
    this.events.push(recorded);
    this.#look(recorded.event, recorded.at);
  }

  #look(event: WorkspaceEvent, at: Instant): void {
    switch (event.type) {
      case "PlanSubmitted":
        this.planAt = at;
        return;
      case "NodeLeased":
        this.#leased(event, at);
        return;
      case "ContractPublished":
        if (event.contract !== contractName || event.status !== "ACTIVE") return;
        if (event.change === "initial") {
          this.contractAt = at;
          this.#happened("contract", at);
        } else if (event.change === "compatible" && this.requirementAt > 0) this.#happened("second", at);
        return;
      case "AssumptionTracked":
        if (event.agent === "architect") this.#happened("assumption", at);
        return;
      case "ArtifactRecorded":
        if (event.requires.length === 0) return;
        this.requirementAt = at;
        this.#happened("requirement", at);
        return;
      case "AssumptionSettled":
        if (event.verdict === "invalidated" && at === this.requirementAt) this.#happened("invalidated", at);
        return;
      case "ConflictOpened":
        if (event.conflict !== "contract_breach" || this.requirementAt === 0) return;
        this.foundAt = at;
        if (at === this.requirementAt) this.#happened("breach", at);
        return;
      case "ConvergenceOpened":
        this.convergedFrom = at;
        for (const node of event.nodes) this.paused.add(node.node);
        return;
      case "ConvergenceDecided":
        this.#heard.add(event.agent);
        return;
      case "ConvergenceCompleted":
        this.convergedTo = at;
        if (concerned.every((role) => this.#heard.has(role)) && event.agent === "architect")
          this.#happened("convergence", at);
        return;
      case "ReworkOrdered":
        this.reworked.set(event.node, {
          node: event.node,
          estimateMs: event.estimateMinutes * 60_000,
          ...(event.made ? {} : { from: at }),
        });
        return;
      case "NodeSubmitted":
        this.#handedIn(event.node, at);
        return;
      case "NodeLanded":
        this.#handedIn(event.node, at);
        if (event.node === "architecture") this.#contractLanded = true;
        if (this.agentOf.get(event.node) === "writer" && !this.paused.has(event.node)) this.#writersLanded = at;
        if (
          this.reworked.has(event.node) &&
          [...this.reworked.values()].every(({ actualMs }) => actualMs !== undefined)
        )
          this.#happened("reworked", at);
        return;
      default:
        return;
    }
  }

  #leased({ node, agent }: WorkspaceEvent & { type: "NodeLeased" }, at: Instant): void {
    this.agentOf.set(node, agent);
    this.#first.add(agent);
    if (roles.every((role) => this.#first.has(role))) this.#happened("told", at);
    if ((node === "consumer" || node === "page") && !this.#contractLanded) this.#early.add(node);
    if (this.#early.size === 2) this.#happened("early", at);
    const rework = this.reworked.get(node);
    if (rework && rework.from === undefined) rework.from = at;
  }

  #handedIn(node: string, at: Instant): void {
    const rework = this.reworked.get(node);
    if (rework?.from !== undefined) rework.actualMs ??= at - rework.from;
  }

  #happened(beat: Beat, at: Instant): void {
    if (!this.seen.has(beat)) this.seen.set(beat, at);
  }
}

/** Notices that would be a disturbance for whoever is not concerned. */
const trouble = new Set(["assumption", "conflict", "converge", "converged", "conflict_resolved", "rework_ordered"]);
