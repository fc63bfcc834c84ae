import type { AgentName, NodeRef, PlanId, RefName } from "../core/ids.ts";
import { workedOn } from "../core/node/node.ts";
import { parsePattern } from "../core/pattern/parse.ts";
import { isRefusal } from "../core/refusal.ts";
import type { Reported } from "../core/speculation/reporting.ts";
import { findNode } from "../core/workspace.ts";
import { analyzeImpact } from "./analyzing.ts";
import type { Budget, CallContext } from "./answers.ts";
import { claimResources, releaseResources } from "./claiming.ts";
import {
  type ConvergeRequest,
  converge,
  type ResolveRequest,
  reportConflict,
  resolveConflict,
  type Speaker,
} from "./converging.ts";
import type { Caller, ClaimRequest, Execution, PlanRequest, Revision } from "./execution.ts";
import type { GateRooms } from "./gates/gate-rooms.ts";
import { completeNode, type FinishedWork, failNode } from "./handing-in.ts";
import { type CallsInFlight, type NextNodeRequest, requestNextNode } from "./handing-out.ts";
import { attemptBehind, type Hands, markOf } from "./hands.ts";
import { adoptIntegration, type LandOptions, landPlan, restoreIntegration } from "./landing/finishing.ts";
import { type MockQuestion, Mocks } from "./mocks/mocks.ts";
import { type PlayRequest, playContract } from "./mocks/playing.ts";
import { revisePlan, submitPlan } from "./planning.ts";
import { readCost } from "./radar/cost.ts";
import { takeNotices } from "./reading-notices.ts";
import { collectGarbage } from "./recovery/garbage.ts";
import { listParked, restoreParked } from "./recovery/parked-work.ts";
import { repositoryFacts } from "./repository-facts.ts";
import {
  type AssumptionRequest,
  type SettleRequest,
  settleAssumption,
  trackAssumption,
} from "./speculation/assumptions.ts";
import { type PublishRequest, publishContract } from "./speculation/publish-contract.ts";
import { type RecordRequest, recordArtifact } from "./speculation/record-artifact.ts";
import { officeIsHeld } from "./steward/election.ts";
import type { Steward } from "./steward/steward.ts";
import { submittedChanges } from "./submitted-changes.ts";
import { takeBack, withdraw } from "./withdrawing.ts";

/** A budget is nearly used up from here on. */
const nearShare = 0.8;

/** The hands of one process: it only says which flow answers which request. */
export class LocalExecution implements Execution {
  readonly #hands: Hands;
  readonly #room: GateRooms;
  readonly #steward: Steward;
  readonly #mocks: Mocks;
  readonly #inFlight: CallsInFlight = new Map();

  constructor(hands: Hands, room: GateRooms, steward: Steward) {
    this.#hands = hands;
    this.#room = room;
    this.#steward = steward;
    this.#mocks = new Mocks(hands);
  }

  get process() {
    return this.#hands.process;
  }

  get root() {
    return this.#hands.repository.root;
  }

  submitPlan = (request: PlanRequest, options: { readonly dryRun: boolean }, call: CallContext) =>
    submitPlan(this.#hands, request, options, call);

  revisePlan = (revision: Revision, call: CallContext) => revisePlan(this.#hands, revision, call);

  requestNextNode = (request: NextNodeRequest, call: CallContext) =>
    requestNextNode(this.#hands, this.#inFlight, request, call);

  completeNode = async (caller: Caller, work: FinishedWork, call: CallContext) => {
    this.#steward.makeWay();
    await this.#heardOf(caller);
    return completeNode(this.#hands, caller, work, call);
  };

  takeBack = (caller: Caller, because: string, call: CallContext) => takeBack(this.#hands, caller, because, call);

  submittedChanges = async (node: NodeRef) => {
    await this.#hands.manager.refresh();
    return submittedChanges(this.#hands, node);
  };

  withdraw = (node: NodeRef, because: string | undefined) => withdraw(this.#hands, node, because);

  failNode = (caller: Caller, failure: Parameters<Execution["failNode"]>[1], call: CallContext) =>
    failNode(this.#hands, caller, failure, call);

  claimResources = async (caller: Caller, request: ClaimRequest, waitMs: number, call: CallContext) => {
    await this.#heardOf(caller);
    return claimResources(this.#hands, caller, request, waitMs, call);
  };

  releaseResources = async (
    caller: Caller,
    request: Parameters<Execution["releaseResources"]>[1],
    call: CallContext,
  ) => {
    await this.#heardOf(caller);
    return releaseResources(this.#hands, caller, request, call);
  };

  async reportProgress(caller: Caller, progress: Parameters<Execution["reportProgress"]>[1], call: CallContext) {
    const { manager, process } = this.#hands;
    await manager.refresh();
    const by = attemptBehind(this.#hands, caller);
    if ("refused" in by) return by;
    const answer = await manager.execute(
      { type: "ReportProgress", ...by, process, ...progress },
      markOf(call, caller.agent),
    );
    if (isRefusal(answer)) return answer;
    const node = findNode(manager.workspace, by.plan, by.node);
    const attempt = node && workedOn(node);
    const limit = node?.spec.tokenBudget;
    const used = attempt?.tokens ?? 0;
    return {
      leaseExpiresAt: attempt?.until ?? manager.workspace.now,
      ...(limit === undefined ? {} : { budget: { used, limit, state: budgetState(used, limit) } }),
    };
  }

  async shareKnowledge(
    agent: AgentName,
    lease: string | undefined,
    knowledge: Parameters<Execution["shareKnowledge"]>[2],
    call: CallContext,
  ) {
    const { manager } = this.#hands;
    await manager.refresh();
    const by = lease === undefined ? undefined : attemptBehind(this.#hands, { agent, lease });
    if (by && "refused" in by) return by;
    const from = by ? { from: { plan: by.plan, node: by.node } } : {};
    const paths: string[] = [];
    for (const text of knowledge.paths) {
      const parsed = parsePattern(text, { ignoreCase: manager.workspace.settings.ignoreCase });
      if ("problem" in parsed) return { refused: "bad_pattern" as const, pattern: text, problem: parsed.problem };
      paths.push(parsed.pattern.text);
    }
    const { topic, text } = knowledge;
    const command = { type: "ShareKnowledge", agent, ...from, topic, text, paths } as const;
    const answer = await manager.execute(command, markOf(call, agent));
    if (isRefusal(answer)) return answer;
    return { id: `k${answer.events[0]?.position ?? 0}` };
  }

  publishContract = (request: PublishRequest, call: CallContext) => publishContract(this.#hands, request, call);
  mockOf = (question: MockQuestion) => this.#mocks.of(question);

  playContract = (request: PlayRequest) => playContract(this.#hands, request);

  reportConflict = (speaker: Speaker, reported: Reported, call: CallContext) =>
    reportConflict(this.#hands, speaker, reported, call);

  resolveConflict = (speaker: Speaker, request: ResolveRequest, call: CallContext) =>
    resolveConflict(this.#hands, speaker, request, call);

  converge = (speaker: Speaker, request: ConvergeRequest, call: CallContext) =>
    converge(this.#hands, speaker, request, call);

  trackAssumption = (request: AssumptionRequest, call: CallContext) => trackAssumption(this.#hands, request, call);

  settleAssumption = (request: SettleRequest, call: CallContext) => settleAssumption(this.#hands, request, call);

  recordArtifact = (request: RecordRequest, call: CallContext) => recordArtifact(this.#hands, request, call);

  workspace = () => this.#hands.manager.refresh();

  analyzeImpact = (question: Parameters<Execution["analyzeImpact"]>[0]) => analyzeImpact(this.#hands, question);

  repositoryFacts = () => repositoryFacts(this.#hands);

  radarCost = () => readCost(this.#hands.manager.log, this.#hands.manager.stream);

  stewardIsThere = () => officeIsHeld(this.#hands);

  takeNotices = (agent: AgentName, most: number) => takeNotices(this.#hands, agent, most);

  events = (after: number, limit: number) => this.#hands.manager.log.read(this.#hands.manager.stream, after, limit);

  follow = (after: number, signal: AbortSignal) =>
    this.#hands.manager.log.follow(this.#hands.manager.stream, after, signal);

  land = (plan: PlanId | undefined, options: LandOptions) => landPlan(this.#hands, plan, options);

  adopt = (plan: PlanId) => adoptIntegration(this.#hands, plan);

  restore = (plan: PlanId) => restoreIntegration(this.#hands, plan);

  parked = () => listParked(this.#hands);

  restoreParked = (ref: RefName, folder: string) => restoreParked(this.#hands, ref, folder);

  collectGarbage = (options: { readonly dryRun: boolean }) => collectGarbage(this.#hands, options);

  backup = (destination: string) => this.#hands.manager.log.backup(destination);

  start({ longLived }: { readonly longLived: boolean }): void {
    this.#steward.start(longLived);
  }

  async close(): Promise<void> {
    // A gate that runs would hold the steward up; what it was judging is judged again by the next one.
    try {
      await Promise.all([this.#steward.stop(), this.#room.close(), this.#hands.impact.close(), this.#mocks.close()]);
    } finally {
      this.#hands.manager.close();
      this.#hands.git.close();
      await this.#hands.manager.log.close();
    }
  }

  /** Any call with a lease is a sign of life; the core decides whether it is worth an event. */
  async #heardOf({ lease }: Caller): Promise<void> {
    const { manager, process, tokens } = this.#hands;
    const by = tokens.verify(lease);
    const node = by && findNode(manager.workspace, by.plan, by.node);
    const attempt = node && workedOn(node);
    if (!by || attempt?.attempt !== by.attempt) return;
    const fresh = attempt.until - this.#hands.clock.now() > manager.workspace.settings.leases.ttl * 0.75;
    if (!fresh || attempt.process !== process)
      await manager.execute({ type: "RenewLease", ...by, by: "call", process });
  }
}

function budgetState(used: number, limit: number): Budget["state"] {
  if (used > limit) return "over";
  return used > limit * nearShare ? "near" : "within";
}
