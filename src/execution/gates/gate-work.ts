import { createHash } from "node:crypto";
import type { GateConfig } from "../../config/config.ts";
import type { WorkspaceCommand } from "../../core/command.ts";
import type { WorkspaceEvent } from "../../core/event.ts";
import type { CommitId, PlanId, ProcessId, TreeId } from "../../core/ids.ts";
import { attemptNumber, standing } from "../../core/landing.ts";
import type { Node } from "../../core/node/node.ts";
import { passKey } from "../../core/passed-trees.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { isRefusal } from "../../core/refusal.ts";
import { isInTheWay } from "../../core/train-order.ts";
import type { TrainStep } from "../../core/train-policy.ts";
import { refOf } from "../../core/workspace.ts";
import { treeOf } from "../git/objects.ts";
import { readRef } from "../git/refs.ts";
import type { Hands } from "../hands.ts";
import type { GateRooms } from "./gate-rooms.ts";
import { Lending, type Lent, lentIn } from "./lending.ts";
import { verdictOf } from "./verdict.ts";
import { whyReturned } from "./why-returned.ts";

/** Running a gate on a candidate or on the tip, or sending back what failed. */
export type GateStep = TrainStep & { readonly do: "gate" | "base" | "return" };
type RunStep = GateStep & { readonly do: "gate" | "base" };

export function isGateStep(step: TrainStep): step is GateStep {
  return step.do === "gate" || step.do === "base" || step.do === "return";
}

/** What may pass before a gate counts as forgotten: its own time, and some for preparing its worktree. */
const preparingMs = 5 * 60_000;

const tellAgainMs = 1_000;

/** The gates that this process runs, beside each other and beside everything else. */
export class GateWork {
  readonly #hands: Hands;
  readonly #room: GateRooms;
  readonly #lending: Lending;
  readonly #closing = new AbortController();
  readonly #running = new Map<
    string,
    { readonly step: GateStep; readonly abort: AbortController; done: Promise<void> }
  >();
  /** What is about to run, while the log is being told. */
  readonly #taking = new Set<string>();

  constructor(hands: Hands, room: GateRooms) {
    this.#hands = hands;
    this.#room = room;
    this.#lending = new Lending(hands);
  }

  isAtWork(step: GateStep): boolean {
    return this.#running.has(keyOf(step)) || this.#taking.has(keyOf(step));
  }

  /** Whether it runs a gate on a plan's tip. */
  isOnTip({ id, tip }: Pick<Plan, "id" | "tip">, gate: string): boolean {
    const key = tipKey(id, tip, gate);
    return this.#running.has(key) || this.#taking.has(key);
  }

  /** Takes a step on, unless somebody else did or there is no room for it now. */
  async take(plan: Plan, step: GateStep): Promise<void> {
    if (step.do === "return") {
      this.#begin(step, () => this.#giveBack(plan, step));
      return;
    }
    const key = keyOf(step);
    this.#taking.add(key);
    await this.#start(plan, step).finally(() => this.#taking.delete(key));
  }

  async #start(plan: Plan, step: RunStep): Promise<void> {
    const found = await this.#gateNamed(plan, step.gate);
    const { manager, process } = this.#hands;
    const { key, weight, alone, minutes, uses } =
      typeof found === "string"
        ? { key: undefined, weight: 1, alone: false, minutes: 0, uses: [] }
        : {
            key: found.key,
            weight: found.gate.weight,
            alone: !found.gate.parallelSafe,
            minutes: found.gate.timeoutMinutes,
            uses: found.gate.uses,
          };
    const tree = step.do === "base" ? await treeOf(this.#hands.git, step.tip) : step.candidate.tree;
    if (key !== undefined && manager.workspace.passed.has(passKey(tree, key))) {
      const verdict = verdictOf(step.gate, { exitCode: 0, outputTail: "", seconds: 0 });
      await manager.execute(reportOf(step, { process, tree, verdict, key }));
      return;
    }
    const ms = minutes * 60_000 + preparingMs;
    const start = { ...startOf(step), gate: step.gate, process, ms, weight, alone } as const;
    const run = this.#lending.begin();
    let lent: Lent | undefined;
    try {
      const answer = await manager.execute(uses.length > 0 ? { ...start, uses, run } : start);
      if (isRefusal(answer) || !answer.events.some(({ event }) => isStart(event))) return;
      lent = lentIn(run, answer.events);
    } finally {
      if (!lent) this.#lending.end(run);
    }
    this.#begin(step, (signal) => this.#judge(plan, step, { found, tree, lent }, signal));
  }

  /** What nobody runs any more gives back what it was lent. */
  async repayForgotten(): Promise<void> {
    const { manager } = this.#hands;
    for (const loan of [...manager.workspace.locks.loans.values()])
      if (this.#lending.isForgotten(loan))
        await manager.execute({ type: "RepayLoan", plan: loan.plan, node: loan.node, run: loan.run });
  }

  /** Ends what runs for candidates that nobody will land any more, and what takes the place of something urgent. */
  endUnwanted(): void {
    for (const { step, abort } of this.#running.values()) {
      const plan = this.#hands.manager.workspace.plans.get(step.node.plan);
      if (step.do === "base") {
        if (plan?.tip !== step.tip || !plan.runsOnTip.has(step.gate)) abort.abort();
        continue;
      }
      const node = plan?.nodes.get(step.node.id);
      // What was built on something that is not there any more is built anew.
      const candidate = plan && node && standing(plan, node, step.candidate.commit);
      const wanted =
        candidate && (step.do === "return" || (candidate.running.has(step.gate) && !isInTheWay(plan, node)));
      if (!wanted) abort.abort();
    }
  }

  /** Ends everything and waits for it. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const { abort } of this.#running.values()) abort.abort();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  #begin(step: GateStep, act: (signal: AbortSignal) => Promise<void>): void {
    const abort = new AbortController();
    const key = keyOf(step);
    const done = act(abort.signal)
      .catch((fault) => this.#hands.report(fault, `judging ${step.node.plan}/${step.node.id}`))
      .finally(() => this.#running.delete(key));
    this.#running.set(key, { step, abort, done });
  }

  async #judge(
    plan: Plan,
    step: RunStep,
    {
      found,
      tree,
      lent,
    }: { readonly found: NamedGate | string; readonly tree: TreeId; readonly lent: Lent | undefined },
    signal: AbortSignal,
  ): Promise<void> {
    const { process } = this.#hands;
    const { node, gate: name } = step;
    const commit = step.do === "base" ? step.tip : step.candidate.commit;
    const run =
      typeof found === "string"
        ? { exitCode: null, outputTail: found, seconds: 0 }
        : await this.#room
            .judge(found.gate, commit, environmentOf(plan.id, node.id, name, lent), signal)
            .catch((fault: unknown) => {
              this.#hands.report(fault, `running the gate ${name}`);
              return undefined;
            });
    await this.#repay(node, lent);
    if (!run) {
      await this.#tell(dropOf(step, process));
      return;
    }
    const key = typeof found === "string" ? {} : { key: found.key };
    await this.#tell(reportOf(step, { process, tree, verdict: verdictOf(name, run), ...key }));
  }

  async #repay(node: Node, lent: Lent | undefined): Promise<void> {
    if (!lent) return;
    await this.#tell({ type: "RepayLoan", ...refOf(node), run: lent.run });
    this.#lending.end(lent.run);
  }

  /** Tells how a gate ended, as often as it takes: while nobody knows, nobody else runs it. */
  async #tell(command: WorkspaceCommand): Promise<void> {
    const { manager, clock, report } = this.#hands;
    for (let tries = 0; ; tries += 1) {
      try {
        await manager.execute(command);
        return;
      } catch (fault) {
        if (tries === 0) report(fault, "telling how a gate ended");
        if (this.#closing.signal.aborted) return;
        await clock.sleep(tellAgainMs, this.#closing.signal);
      }
    }
  }

  async #giveBack(plan: Plan, { node, candidate }: GateStep & { do: "return" }): Promise<void> {
    const why = whyReturned(plan, node, candidate);
    const back = { type: "ReturnNode", ...refOf(node), attempt: attemptNumber(node), why } as const;
    await this.#hands.manager.execute({ ...back, base: candidate.onto, content: candidate.commit });
  }

  /** Commands come from the target branch and from nowhere else. */
  async #gateNamed(plan: Plan, name: string): Promise<NamedGate | string> {
    const { target } = plan.header;
    const found = await this.#hands.configOn(target);
    if ("problems" in found) {
      const what = found.problems.map(({ path, problem }) => `${path} ${problem}`).join("; ");
      return `interlock.yaml on ${target} cannot be used: ${what}`;
    }
    const gate = found.config.gates.list.find((one) => one.name === name);
    if (!gate) {
      return (await readRef(this.#hands.git, `refs/heads/${target}`)) === undefined
        ? `there is no branch ${target} any more, and so no interlock.yaml with gate ${name}; make it again, then complete the node again`
        : `interlock.yaml on ${target} has no gate named ${name} any more`;
    }
    const says = JSON.stringify([
      gate.name,
      gate.run,
      gate.env,
      gate.uses,
      gate.fixtures,
      process.version,
      process.platform,
    ]);
    return { gate, key: createHash("sha256").update(says).digest("hex").slice(0, 20) };
  }
}

interface NamedGate {
  readonly gate: GateConfig;
  /** Stands for the command and what it runs with. */
  readonly key: string;
}

function keyOf(step: GateStep): string {
  const { plan, id } = step.node;
  if (step.do === "base") return tipKey(plan, step.tip, step.gate);
  return [plan, id, step.candidate.commit, step.do === "gate" ? step.gate : ""].join(" ");
}

function tipKey(plan: PlanId, tip: CommitId, gate: string): string {
  return `${plan} ${tip} ${gate}`;
}

/** What is judged, as the core knows it. */
function startOf(step: RunStep) {
  const about = { ...refOf(step.node), candidate: step.candidate.commit };
  return step.do === "base"
    ? ({ type: "StartBaseGate", ...about, tip: step.tip } as const)
    : ({ type: "StartGate", ...about } as const);
}

function isStart({ type }: WorkspaceEvent): boolean {
  return type === "GateStarted" || type === "BaseGateStarted";
}

function dropOf({ node, candidate, gate, ...step }: RunStep, process: ProcessId): WorkspaceCommand {
  return step.do === "base"
    ? { type: "DropBaseGate", plan: node.plan, tip: step.tip, gate, process }
    : { type: "DropGate", ...refOf(node), candidate: candidate.commit, gate, process };
}

function reportOf(
  { node, candidate, ...step }: RunStep,
  { tree, ...said }: Pick<WorkspaceCommand & { type: "ReportBaseGate" }, "process" | "tree" | "verdict" | "key">,
): WorkspaceCommand {
  return step.do === "base"
    ? { type: "ReportBaseGate", plan: node.plan, tip: step.tip, tree, ...said }
    : { type: "ReportGate", ...refOf(node), candidate: candidate.commit, ...said };
}

function environmentOf(plan: string, node: string, gate: string, lent?: Lent): Readonly<Record<string, string>> {
  return { INTERLOCK_PLAN: plan, INTERLOCK_NODE: node, INTERLOCK_GATE: gate, ...lent?.variables };
}
