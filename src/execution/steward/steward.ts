/**
 * What the one elected process does: moves the trains, looks after leases, empties slots, writes snapshots, tells of clashes.
 * Everything it reports is judged by the core as if it came late, so a steward that was replaced does no harm.
 */

import { runningGates, runsOnTips } from "../../core/gate-slots.ts";
import type { PlanId, ProcessId } from "../../core/ids.ts";
import type { RunningGate } from "../../core/train.ts";
import { refOf } from "../../core/workspace.ts";
import { clearDeadRooms, type GateRoomOptions, type GateRooms } from "../gates/gate-rooms.ts";
import { GateWork } from "../gates/gate-work.ts";
import type { Hands } from "../hands.ts";
import { driveTrain, nextStep } from "../landing/train-driver.ts";
import { LeaseWatch } from "../liveness/lease-watch.ts";
import { Radar } from "../radar/radar.ts";
import { removeSurplusSlot } from "../recovery/garbage.ts";
import { AssumptionWatch } from "../speculation/assumption-watch.ts";
import { ContractLandings } from "../speculation/landed-contracts.ts";
import { recordNextDecision } from "./decision-files.ts";
import { resign, runForOffice, silentIn } from "./election.ts";
import { moveOverdueOn } from "./overdue-convergences.ts";
import { emptyRetiredSlots, hasRetiredSlots } from "./retired-slots.ts";
import { SnapshotWriter } from "./snapshot-writer.ts";

/** Often enough that short leases are judged in time, rarely enough that an idle workspace costs nothing. */
const slowestTickMs = 1_000;
const fastestTickMs = 100;

export class Steward {
  readonly #hands: Hands;
  readonly #gates: GateWork;
  readonly #roomOptions: GateRoomOptions;
  readonly #watch: LeaseWatch;
  readonly #snapshots: SnapshotWriter;
  readonly #radar: Radar;
  readonly #assumptions: AssumptionWatch;
  readonly #contracts: ContractLandings;
  readonly #stopping = new AbortController();
  /** Wakes who waits for the next thing to do, since nothing in the log tells that something of ours came to its end. */
  #somethingEnded = new AbortController();
  readonly #driving = new Map<PlanId, Promise<void>>();
  #emptying: Promise<unknown> | undefined;
  #checking: Promise<unknown> | undefined;
  #inOffice = false;
  /** What failed when it was last tried, and how often in a row for the same reason. */
  readonly #failing = new Map<string, { readonly why: string; readonly times: number }>();
  #running: Promise<unknown> | undefined;

  constructor(hands: Hands, room: GateRooms, roomOptions: GateRoomOptions) {
    this.#hands = hands;
    this.#gates = new GateWork(hands, room);
    this.#roomOptions = roomOptions;
    this.#watch = new LeaseWatch(hands);
    this.#snapshots = new SnapshotWriter(hands);
    this.#radar = new Radar(hands);
    this.#assumptions = new AssumptionWatch(hands);
    this.#contracts = new ContractLandings(hands);
  }

  start(longLived: boolean): void {
    const radar = () =>
      this.#radar.run(
        this.#stopping.signal,
        () => this.#inOffice,
        (doing, act) => this.#guarded(doing, act),
      );
    this.#running ??= Promise.all([this.#tickOften(longLived), this.#followEvents(), radar()]);
  }

  /** Somebody hands in: what can wait does. */
  makeWay(): void {
    this.#radar.makeWay();
  }

  /** Stops beginning things, waits for the step under way, and leaves the office to others. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#somethingEnded.abort();
    await this.#running;
    await Promise.all([...this.#driving.values(), this.#emptying, this.#checking, this.#gates.close()]);
    // Where there is no store any more there is no office either.
    await resign(this.#hands).catch(() => undefined);
  }

  async #tickOften(longLived: boolean): Promise<void> {
    const { clock, manager } = this.#hands;
    while (!this.#stopping.signal.aborted) {
      await this.#guarded("looking after the workspace", () => this.#tick(longLived));
      const { ttl } = manager.workspace.settings.leases;
      const pause = Math.min(slowestTickMs, Math.max(fastestTickMs, ttl / 10));
      await clock.sleep(pause, this.#stopping.signal);
    }
  }

  async #tick(longLived: boolean): Promise<void> {
    const { manager, clock } = this.#hands;
    const office = await runForOffice(this.#hands, longLived).catch((fault: unknown) => {
      this.#inOffice = false;
      throw fault;
    });
    const isNew = office.mine && !this.#inOffice;
    this.#inOffice = office.mine;
    if (!office.mine) return;
    await manager.refresh();
    if (isNew || this.#someBorrowerIsGone()) await clearDeadRooms(this.#roomOptions);
    // What a dead process left running has ended by now.
    await this.#gates.repayForgotten();
    await this.#watch.look(office.before?.beat);
    await this.#dropForgottenGates(isNew ? silentIn(office, clock.now()) : undefined);
    await moveOverdueOn(this.#hands);
    await recordNextDecision(this.#hands);
    await this.#snapshots.writeIfDue();
    this.#drive();
    this.#checkWhatLanded();
    this.#removeSurplus();
  }

  #someBorrowerIsGone(): boolean {
    const { manager, liveness } = this.#hands;
    return [...manager.workspace.locks.loans.values()].some(({ process }) => liveness(process) === "gone");
  }

  /** What a process had taken on and will not finish can be run by another. */
  async #dropForgottenGates(silent: ProcessId | undefined): Promise<void> {
    const { manager, clock, liveness, process: me } = this.#hands;
    const isForgotten = ({ process, until }: RunningGate, isOurs: () => boolean) => {
      // One that this very process began and knows nothing of was begun by a call that did not hear how its commit ended.
      const isRun = process === me ? isOurs() : until > clock.now();
      return !isRun || process === silent || liveness(process) === "gone";
    };
    for (const { plan, name, gate } of [...runsOnTips(manager.workspace)]) {
      const { process } = gate;
      if (!isForgotten(gate, () => this.#gates.isOnTip(plan, name))) continue;
      await manager.execute({ type: "DropBaseGate", plan: plan.id, tip: plan.tip, gate: name, process });
    }
    for (const { node, candidate, name, gate } of [...runningGates(manager.workspace)]) {
      const { process } = gate;
      const isOurs = () => this.#gates.isAtWork({ do: "gate", node, candidate, gate: name });
      if (!isForgotten(gate, isOurs)) continue;
      await manager.execute({ type: "DropGate", ...refOf(node), candidate: candidate.commit, gate: name, process });
    }
  }

  /** Between ticks the trains move and slots are emptied as soon as something happens. */
  async #followEvents(): Promise<void> {
    const { manager } = this.#hands;
    const { signal } = this.#stopping;
    const isDue = () => (this.#inOffice && this.#somethingIsDue() ? true : undefined);
    while (!signal.aborted) {
      this.#somethingEnded = new AbortController();
      const woken = this.#somethingEnded.signal;
      const due = await this.#guarded("waiting for events", () => manager.waitFor(isDue, 1_000, woken));
      if (!due || signal.aborted) continue;
      this.#drive();
      this.#checkWhatLanded();
      this.#emptySlots();
    }
  }

  #somethingIsDue(): boolean {
    if (this.#checking === undefined && this.#isToBeChecked()) return true;
    return this.#idlePlans().length > 0 || (this.#emptying === undefined && hasRetiredSlots(this.#hands));
  }

  #isToBeChecked(): boolean {
    return this.#contracts.isDue() || this.#assumptions.isDue();
  }

  #checkWhatLanded(): void {
    if (this.#checking || !this.#isToBeChecked()) return;
    const look = async () => {
      await this.#guarded("publishing contracts that landed", () => this.#contracts.look());
      await this.#guarded("checking assumptions", () => this.#assumptions.look());
    };
    this.#checking = look().finally(() => {
      this.#checking = undefined;
      this.#somethingEnded.abort();
    });
  }

  #emptySlots(): void {
    if (this.#emptying || !hasRetiredSlots(this.#hands)) return;
    this.#emptying = this.#guarded("emptying slots", () => emptyRetiredSlots(this.#hands)).finally(() => {
      this.#emptying = undefined;
      this.#somethingEnded.abort();
    });
  }

  /** One slot a tick, and only while nothing waits to be emptied, so that nobody waits for it. */
  #removeSurplus(): void {
    if (this.#emptying || hasRetiredSlots(this.#hands)) return;
    this.#emptying = this.#guarded("removing a slot", () => removeSurplusSlot(this.#hands)).finally(() => {
      this.#emptying = undefined;
      this.#somethingEnded.abort();
    });
  }

  #idlePlans(): readonly PlanId[] {
    const { plans } = this.#hands.manager.workspace;
    return [...plans.values()]
      .filter((plan) => !this.#driving.has(plan.id) && nextStep(this.#hands, this.#gates, plan) !== undefined)
      .map(({ id }) => id);
  }

  #drive(): void {
    for (const plan of this.#idlePlans()) {
      const run = this.#driveWhileItMoves(plan).finally(() => {
        this.#driving.delete(plan);
        this.#somethingEnded.abort();
      });
      this.#driving.set(plan, run);
    }
  }

  async #driveWhileItMoves(plan: PlanId): Promise<void> {
    const { manager, clock } = this.#hands;
    for (let moved = true; moved && this.#inOffice && !this.#stopping.signal.aborted; ) {
      const before = manager.workspace.position;
      moved = await this.#guarded(`moving the train of ${plan}`, () => driveTrain(this.#hands, this.#gates, plan));
      // A step whose report was refused is not tried again at once, or it would be tried for ever.
      if (moved && manager.workspace.position === before) await clock.sleep(fastestTickMs, this.#stopping.signal);
    }
  }

  /** A fault must not end the steward: it is reported once, and tried again and again, ever more slowly. */
  async #guarded<T>(doing: string, act: () => Promise<T>): Promise<T | false> {
    const { clock, report } = this.#hands;
    try {
      const done = await act();
      this.#failing.delete(doing);
      return done;
    } catch (fault) {
      const why = fault instanceof Error ? fault.message : String(fault);
      const before = this.#failing.get(doing);
      const times = before?.why === why ? before.times + 1 : 1;
      this.#failing.set(doing, { why, times });
      if (times === 1 && !this.#stopping.signal.aborted) report(fault, doing);
      await clock.sleep(Math.min(slowestTickMs, fastestTickMs * times), this.#stopping.signal);
      return false;
    }
  }
}
