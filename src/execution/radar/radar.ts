/**
 * Tells agents that what they write clashes, while they still write it. The steward looks at all slots of the workspace, whichever
 * processes their agents speak to; slots are folders.
 *
 * [R3] A look changes nothing in a slot and holds nothing that a hand-in could wait for.
 * [R4] At most a twentieth of one core is taken, and no process is started where there is nothing to compare.
 */
import { pairKey } from "../../core/radar.ts";
import type { Hands } from "../hands.ts";
import { Allowance } from "./allowance.ts";
import { type Changes, compare, comparison, type FoundClash, sharePaths } from "./compare.ts";
import { addCost, noCost, plus, type RadarCost } from "./cost.ts";
import { type LiveWork, liveWork } from "./live-work.ts";
import { WatchedSlot } from "./watched-slot.ts";

/** So long the rest waits when many attempts share paths. */
const mostPairsPerLook = 20;

/** Who asks what it costs need not know it to the second; where a slot was read there is more to know. */
const saveEveryMs = { idle: 30_000, busy: 2_000 };

/** What two attempts do to each other, where that could be found out. */
interface Outcome {
  readonly clash: FoundClash | undefined;
}

export class Radar {
  readonly #hands: Hands;
  /** By attempt and base. */
  readonly #slots = new Map<string, WatchedSlot>();
  /** What the last merge of two attempts was of, and what came of it. */
  readonly #compared = new Map<string, { readonly of: string; readonly outcome: Outcome | undefined }>();
  #looking: AbortController | undefined;
  #unsaved = noCost;
  #savedAt = Number.NEGATIVE_INFINITY;

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  /** Looks again and again while `mayLook` says so, until the signal aborts; `guarded` deals with faults. */
  async run(
    stopping: AbortSignal,
    mayLook: () => boolean,
    guarded: (doing: string, act: () => Promise<unknown>) => Promise<unknown>,
  ): Promise<void> {
    const { clock } = this.#hands;
    const allowance = new Allowance();
    const stop = () => this.makeWay();
    stopping.addEventListener("abort", stop);
    while (!stopping.aborted) {
      const spent = this.#spentSoFar();
      if (mayLook()) await guarded("looking for clashes", () => this.look());
      else await this.#forget([]);
      await clock.sleep(allowance.restAfter(spent(), clock.steady()), stopping);
    }
    stopping.removeEventListener("abort", stop);
    await this.#forget([]);
    // Where there is no store any more there is nothing to be written down.
    await this.#save().catch(() => undefined);
  }

  /** Ends the look under way: somebody hands in, and should have the machine. The next look comes as always. */
  makeWay(): void {
    this.#looking?.abort();
  }

  /** One look at everything; tells what is new. */
  async look(): Promise<void> {
    const { clock, manager } = this.#hands;
    const works = liveWork(manager.workspace);
    await this.#forget(works);
    if (works.length < 2 || !works.some(({ isOpen }) => isOpen)) return;
    const began = clock.steady();
    const spent = this.#spentSoFar();
    const looking = new AbortController();
    this.#looking = looking;
    try {
      await this.#lookAt(works, looking.signal);
    } catch (fault) {
      if (!looking.signal.aborted) throw fault;
    } finally {
      this.#looking = undefined;
      this.#count({ looks: 1, milliseconds: spent() });
    }
    const { slotsRead, pairsMerged } = this.#unsaved;
    const every = slotsRead + pairsMerged > 0 ? saveEveryMs.busy : saveEveryMs.idle;
    if (began - this.#savedAt >= every) await this.#save();
  }

  async #lookAt(works: readonly LiveWork[], signal: AbortSignal): Promise<void> {
    const found = await this.#changesOf(works, signal);
    let merges = 0;
    for (const [place, a] of found.entries()) {
      for (const b of found.slice(place + 1)) {
        if (!mayClash(a.work, b.work)) continue;
        if (signal.aborted) return;
        const isKnown = this.#isKnown(a, b);
        if (!isKnown && merges >= mostPairsPerLook) continue;
        if (!isKnown) merges += 1;
        const outcome = await this.#outcomeOf(a, b);
        if (outcome) await this.#tell(a, b, outcome.clash);
      }
    }
  }

  /** What each attempt has changed, as far as it is known; slots are read only where there is something to compare with. */
  async #changesOf(works: readonly LiveWork[], signal: AbortSignal): Promise<readonly Changes[]> {
    const { clock } = this.#hands;
    const unread = new Set<LiveWork>();
    for (const work of works) {
      if (signal.aborted) return [];
      if ((await this.#watched(work)?.look(clock.steady())) === "unread") unread.add(work);
    }
    const hasSome = (work: LiveWork) => unread.has(work) || (this.#heldBy(work)?.paths.length ?? 0) > 0;
    const withSome = works.filter(hasSome);
    for (const work of unread) {
      const slot = this.#watched(work);
      if (!slot?.isDue || !withSome.some((other) => mayClash(work, other))) continue;
      const skipped = await slot.read(signal);
      this.#count({ slotsRead: 1, skipped });
    }
    // A slot may have been given to somebody else while it was read.
    const still = new Map(liveWork(this.#hands.manager.workspace).map((work) => [idOf(work), work]));
    return works.flatMap((work) => (still.has(idOf(work)) ? (this.#heldBy(work) ?? []) : []));
  }

  #heldBy(work: LiveWork): Changes | undefined {
    if ("commit" in work.in) return { work, tree: work.in.tree, paths: work.in.paths };
    const held = this.#watched(work)?.held;
    return held && { work, tree: held.tree, paths: held.changes.map(({ path }) => path) };
  }

  #watched(work: LiveWork): WatchedSlot | undefined {
    if (!("slot" in work.in)) return undefined;
    const id = idOf(work);
    const known = this.#slots.get(id);
    if (known) return known;
    const { base } = work;
    const fresh = new WatchedSlot(this.#hands.slots.glanceAt({ name: work.in.slot, base }), base);
    this.#slots.set(id, fresh);
    return fresh;
  }

  #isKnown(a: Changes, b: Changes): boolean {
    return !sharePaths(a, b) || this.#compared.get(pairOf(a, b))?.of === comparison(a, b);
  }

  async #outcomeOf(a: Changes, b: Changes): Promise<Outcome | undefined> {
    if (!sharePaths(a, b)) return { clash: undefined };
    const pair = pairOf(a, b);
    const of = comparison(a, b);
    const known = this.#compared.get(pair);
    if (known?.of === of) return known.outcome;
    this.#count({ pairsMerged: 1 });
    // What cannot be merged says nothing, and must not keep others from being told.
    const outcome = await compare(this.#hands, a, b).then(
      (clash) => ({ clash }),
      () => undefined,
    );
    if (!outcome) this.#count({ skipped: 1 });
    this.#compared.set(pair, { of, outcome });
    return outcome;
  }

  /** Only what is new is said; the core knows what has been. */
  async #tell(a: Changes, b: Changes, clash: FoundClash | undefined): Promise<void> {
    const { manager } = this.#hands;
    const [one, other] = [a.work.by, b.work.by];
    const told = manager.workspace.clashes.get(pairKey(one, other));
    if (told?.digest === clash?.digest) return;
    if (!clash) await manager.execute({ type: "ClearClash", ...one, other });
    else await manager.execute({ type: "AnnounceClash", ...one, other, ...clash });
  }

  /** Lets go of what is no longer looked at. */
  async #forget(except: readonly LiveWork[]): Promise<void> {
    const ids = new Set(except.map(idOf));
    const pairs = new Set(except.map(({ key }) => key));
    for (const [id, slot] of this.#slots) {
      if (ids.has(id)) continue;
      this.#slots.delete(id);
      await slot.close();
    }
    for (const pair of this.#compared.keys())
      if (!pair.split(" ").every((key) => pairs.has(key))) this.#compared.delete(pair);
  }

  /** On a busy machine time passes without anything being done; what is known of the processor's time counts instead. */
  #spentSoFar(): () => number {
    const { clock } = this.#hands;
    const [began, worked] = [clock.steady(), clock.worked?.()];
    return () => {
      const passed = clock.steady() - began;
      const now = clock.worked?.();
      return worked === undefined || now === undefined ? passed : Math.min(passed, now - worked);
    };
  }

  #count(more: Partial<RadarCost>): void {
    this.#unsaved = plus(this.#unsaved, { ...noCost, ...more });
  }

  async #save(): Promise<void> {
    const { log, stream } = this.#hands.manager;
    const cost = this.#unsaved;
    if (cost.looks === 0) return;
    this.#savedAt = this.#hands.clock.steady();
    if (!(await addCost(log, stream, { ...cost, milliseconds: Math.round(cost.milliseconds) }))) return;
    this.#unsaved = noCost;
  }
}

/** Two agents' work for one branch, of which at least one can still be changed. */
function mayClash(a: LiveWork, b: LiveWork): boolean {
  return a.key !== b.key && a.target === b.target && (a.isOpen || b.isOpen);
}

function pairOf(a: Changes, b: Changes): string {
  return `${a.work.key} ${b.work.key}`;
}

/** Where an attempt's changes are; another base is another place. */
function idOf({ key, base, in: place }: LiveWork): string {
  return [key, base, "slot" in place ? place.slot : place.commit].join(" ");
}
