/** Looks at everything after each step, and says which rule is broken. The ids are those of SPEC.md. */
import { isDeepStrictEqual } from "node:util";
import type { WorkspaceEvent } from "../../src/core/event.ts";
import { evolve, settled } from "../../src/core/evolve.ts";
import { nodeKey } from "../../src/core/ids.ts";
import { attemptOf } from "../../src/core/node/node.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { planToText } from "../../src/core/plan/plan-text.ts";
import type { Recorded } from "../../src/core/recorded.ts";
import { toSections } from "../../src/core/snapshot.ts";
import { emptyWorkspace, findNode, type Workspace } from "../../src/core/workspace.ts";
import type { Assigned } from "../../src/execution/answers.ts";
import { wholePlan } from "../../src/execution/landed-plan.ts";
import type { Log } from "../../src/log/port.ts";
import { dump } from "../core/dump.ts";
import { GroundWatch } from "../core/ground-watch.ts";
import { holdsTogether, mayHappen } from "../core/invariants.ts";
import { restored } from "../core/restored.ts";
import { AgreementRules } from "./agreement-rules.ts";
import { checkHandedIn, checkIntended, checkKept, checkLanded } from "./landing-rules.ts";
import { SlotWatch } from "./slot-watch.ts";
import type { Running } from "./start-process.ts";
import { stream, type World } from "./world.ts";

export class Rules {
  /** The state as somebody folds it who saw every event once, in order. */
  readonly shadow: Workspace = emptyWorkspace();
  readonly events: Recorded[] = [];
  readonly slots: SlotWatch;
  readonly #agreements: AgreementRules;
  readonly #world: World;
  readonly #log: Log;
  readonly #grounds: GroundWatch;
  readonly #said = new Map<string, number>();
  /** Positions of what each request has caused. */
  readonly #requests = new Map<string, number>();
  /** The nodes that each plan had when it landed. */
  readonly #putAway = new Map<string, string>();
  #asked = 0;
  /** What has happened, in the words by which replies are held against it. */
  readonly #facts = new Set<string>();

  constructor(world: World, log: Log) {
    this.#world = world;
    this.#log = log;
    this.#grounds = new GroundWatch((what) => world.count(what));
    this.slots = new SlotWatch(world, this.shadow);
    this.#agreements = new AgreementRules(world, this.shadow);
    world.repository.onMove = (ref, from, to) => this.#onMove(ref, from, to);
  }

  /** Looks at the log after a step that asked it to commit something, whatever it said became of that. */
  async look(): Promise<void> {
    if (this.#asked === this.#world.commits) return;
    this.#asked = this.#world.commits;
    const news = await this.#log.read(stream, this.events.length, 1_000);
    if (news.length === 0) return;
    this.#try(() => {
      for (const recorded of news) this.#take(recorded);
      settled(this.shadow);
      this.slots.look();
      this.#agreements.look();
      holdsTogether(this.shadow);
    });
  }

  /** Keeps a snapshot, as a steward does. */
  keepSnapshot(): Promise<void> {
    const { position } = this.shadow;
    const sections = toSections(this.shadow);
    return this.#world.scheduler.real(() => this.#log.writeSnapshot(stream, { position, sections }));
  }

  /** [D1] The state of a process is what the log says. */
  async compare({ manager, process }: Running): Promise<void> {
    await manager.refresh();
    if (manager.workspace.position !== this.shadow.position) return;
    this.#world.count("state of a process compared");
    if (dump(manager.workspace) !== dump(this.shadow)) this.#world.breaks(`[D1] ${process.id} folds another state`);
  }

  /** [D1] The whole log, and a snapshot, give the state; [E1] the log is what it was when it was written. */
  async replay(): Promise<void> {
    const whole = await this.#log.read(stream, 0, 1_000_000);
    if (!isDeepStrictEqual(whole, this.events)) this.#world.breaks("[E1] the log is not what it was before");
    const fresh = emptyWorkspace();
    for (const recorded of whole) evolve(fresh, recorded);
    const state = dump(this.shadow);
    if (dump(settled(fresh)) !== state) this.#world.breaks("[D1] the whole log folds to another state");
    const loaded = restored(this.shadow);
    if (!loaded || dump(loaded) !== state) this.#world.breaks("[D1] a snapshot gives another state");
    for (const [id, nodes] of this.#putAway) await this.#comparePlan(id, nodes);
  }

  /** [D2] What left the state can be had again. */
  async #comparePlan(id: string, nodes: string): Promise<void> {
    const plan = this.shadow.plans.get(id);
    if (!plan || plan.nodes.size > 0) return this.#world.breaks(`[D2] ${id} has landed, and is still in the state`);
    const whole = await wholePlan((after, most) => this.#log.read(stream, after, most), plan);
    if (nodesIn(whole) !== nodes) this.#world.breaks(`[D2] ${id} reads otherwise from the log than it was`);
    this.#world.count("landed plan read from the log");
  }

  /** [E3] What a reply says has happened is in the log. */
  acknowledged(fact: string): void {
    this.#world.count("reply held against the log");
    if (!this.#facts.has(fact)) this.#world.breaks(`[E3] a reply says what is not in the log: ${fact}`);
  }

  #take(recorded: Recorded): void {
    const { event } = recorded;
    const world = this.#world;
    world.count(`event: ${event.type}`);
    world.trace(`@${recorded.position} ${JSON.stringify(event).slice(0, 400)}`);
    if (recorded.position !== this.events.length + 1) world.breaks(`[E1] a gap before ${recorded.position}`);
    this.events.push(recorded);
    this.#judgeRequest(recorded);
    this.#judgeEpoch(event);
    if (event.type === "KnowledgeShared") this.#judgeShare(event.text);
    settled(this.shadow);
    mayHappen(this.shadow, event);
    this.#grounds.before(this.shadow, event);
    if (event.type === "NodeSubmitted") checkHandedIn(world, this.shadow, event);
    if (event.type === "LandingIntended") checkIntended(world, this.shadow, event);
    if (event.type === "NodeLanded") checkLanded(world, this.shadow, event);
    if (event.type === "IntegrationAdopted") checkKept(world, this.shadow.plans.get(event.plan)?.tip, event.commit);
    this.slots.before(event);
    this.#agreements.before(event);
    if ("node" in event && typeof event.node === "string") {
      const attempt = "attempt" in event ? event.attempt : 0;
      this.#facts.add(`${event.type} ${event.plan}/${event.node}`);
      this.#facts.add(`${event.type} ${event.plan}/${event.node}/${attempt}`);
    } else if (event.type === "PlanSubmitted") this.#facts.add(`PlanSubmitted ${event.plan.id}`);
    else if (event.type === "PlanLanded") this.#facts.add(`PlanLanded ${event.plan}`);
    const plan = event.type === "PlanLanded" ? this.shadow.plans.get(event.plan) : undefined;
    if (plan && plan.status.is !== "landed") this.#putAway.set(plan.id, nodesIn(plan));
    evolve(this.shadow, recorded);
  }

  /** [I1] All that a request has caused was caused at once. */
  #judgeRequest({ position, request, event }: Recorded): void {
    if (!request) return;
    const key = `${request.scope} ${request.id}`;
    const last = this.#requests.get(key);
    if (last !== undefined && last !== position - 1)
      this.#world.breaks(`[I1] ${key} acted at ${last} and again at ${position} with ${event.type}`);
    this.#requests.set(key, position);
  }

  /** [N2] What an attempt does counts only while it is the node's last one. */
  #judgeEpoch(event: WorkspaceEvent): void {
    if (event.type === "NodeLeased" || event.type === "WorkParked" || event.type === "SlotReplaced") return;
    if (!("attempt" in event) || event.attempt === 0) return;
    const current = findNode(this.shadow, event.plan, event.node)?.attempts;
    if (event.attempt !== current)
      this.#world.breaks(`[N2] ${event.type} of attempt ${event.attempt} of ${event.node}, which is at ${current}`);
  }

  /** Somebody says something once more; what was said never is in the log more often than that. */
  says(text: string): void {
    this.#said.set(text, (this.#said.get(text) ?? 0) + 1);
  }

  #judgeShare(text: string): void {
    const left = (this.#said.get(text) ?? 0) - 1;
    this.#said.set(text, left);
    if (left < 0) this.#world.breaks(`[E4] ${text} was said less often than it is in the log`);
  }

  /** [T1] [G1] [G6] [X3] Who may move which ref. */
  #onMove(ref: string, from: string | undefined, to: string | undefined): void {
    const world = this.#world;
    if (from === to) return;
    world.trace(`${ref} ${from?.slice(0, 8) ?? "-"} -> ${to?.slice(0, 8) ?? "-"}${world.byHand ? " by hand" : ""}`);
    if (world.byHand) return;
    if (ref.startsWith("refs/interlock/parked/") && from !== undefined)
      world.breaks(`[X3] ${ref} held ${from} and is moved`);
    if (!ref.startsWith("refs/heads/")) return;
    const plan = this.shadow.plans.get(ref.replace("refs/heads/interlock/", ""));
    if (!ref.startsWith("refs/heads/interlock/") || !plan) {
      world.breaks(`[G1] ${ref} is moved`);
      return;
    }
    const isIntended = [...plan.nodes.values()].some(
      ({ state }) =>
        state.is === "submitted" &&
        state.candidate?.intended === true &&
        state.candidate.commit === to &&
        plan.tip === from,
    );
    if (!isIntended && to !== plan.tip) world.breaks(`[T1] ${ref} moves from ${from} to ${to}, which nobody intended`);
  }

  #try(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#world.breaks(
        error instanceof Error ? (error.message.includes("[") ? error.message : `${error.stack}`) : String(error),
      );
    }
  }

  /** Whether a slot is not in somebody else's hands by now: an agent that was told nothing may still write there. */
  mayWrite(slot: string, { planId, id, attempt }: Assigned["node"]): boolean {
    const state = this.shadow.slots.byName.get(slot);
    if (!state || state.is === "free" || state.is === "preparing") return false;
    return state.by.plan === planId && state.by.node === id && state.by.attempt === attempt;
  }

  /** The commit that a node's worktree stands on. */
  baseOf({ planId, id }: Assigned["node"]): string | undefined {
    const node = findNode(this.shadow, planId, id);
    return node && attemptOf(node)?.base;
  }

  /** What is left, in the words of `why`, for whoever reads of a failure. */
  nodes(): string {
    return [...this.shadow.plans.values()]
      .flatMap((plan) =>
        [...plan.nodes.values()].map((node) => `${nodeKey({ plan: plan.id, node: node.id })} ${node.state.is}`),
      )
      .join(", ");
  }
}

/** Without what pauses them: that is the convergences' own, and over for a plan that has landed. */
function nodesIn(plan: Plan): string {
  return JSON.stringify(planToText(plan).nodes.map(({ pausedBy: _, ...node }) => node));
}
