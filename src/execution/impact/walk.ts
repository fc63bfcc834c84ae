/** What a change touches: along imports, what changed together before, and edges that are handed in. */
import { type Pattern, parsePattern } from "../../core/pattern/parse.ts";
import { PatternIndex } from "../../core/pattern/pattern-index.ts";
import { isGeneratedFrom } from "./contract-readers.ts";
import type { Known } from "./impact-index.ts";
import { isTestFile } from "./test-files.ts";

/** A file of the tree (`kind: "file"`, `id` its path), or whatever edges speak of. */
export interface Thing {
  readonly kind: string;
  readonly id: string;
}

/** `from` stands on `to`: a change of `to` touches it. */
export interface Edge {
  readonly from: Thing;
  readonly to: Thing;
  readonly type: string;
  /** From 0 to 1: how much speaks for it; nearly all when absent. */
  readonly share?: number;
}

/** Where something other than a file is in the tree. */
export interface Place {
  readonly thing: Thing;
  readonly patterns: readonly string[];
}

export interface ImpactQuestion {
  /** Patterns of what changes; a path that is not there yet may be among them. */
  readonly paths?: readonly string[];
  readonly things?: readonly Thing[];
  readonly edges?: readonly Edge[];
  readonly places?: readonly Place[];
  /** Files that others may be made of. */
  readonly sources?: readonly string[];
  /** Steps from what changes; 3 when absent. */
  readonly depth?: number;
  /** Answers; 100 when absent. */
  readonly most?: number;
  readonly ignoreCase?: boolean;
}

/** Something that a change touches, and by which steps. */
export interface Affected extends Thing {
  /** From what changes to this, each with how it hangs on the one before it. */
  readonly via: readonly Step[];
  readonly depth: number;
  /** From 0 to 1: how much speaks for looking at it. */
  readonly score: number;
}

export interface Step extends Thing {
  /**
   * `changed` for the first; then what it does to the one before: `imports`, `tests` (a test that imports it), `changes with`, `holds`, `belongs to`,
   * `seems generated from`, or an edge's type.
   */
  readonly how: string;
}

/** The likeliest first; `more` counts those beyond `most`. */
export interface ImpactAnswer {
  readonly affected: readonly Affected[];
  readonly more: number;
}

/** How much of what spoke for one thing speaks for the next. */
const passedOn = { imports: 0.6, edge: 0.9, place: 0.9, generated: 0.6 };
const leastScore = 0.03;
const mostCompanions = 12;
/** So many things are looked at; who changes something that all hangs on learns of the nearest. */
const mostSeen = 20_000;

/** What a change touches; what changes itself is not among it. */
export function impactOf(question: ImpactQuestion, known: Known): ImpactAnswer {
  const { depth = 3, most = 100, ignoreCase = false } = question;
  const steps = new Steps(question, known, ignoreCase);
  const seen = new Map<string, Affected>();
  let frontier: Affected[] = [];
  for (const thing of steps.start()) {
    const start = { ...thing, via: [{ ...thing, how: "changed" }], depth: 0, score: 1 };
    if (seen.has(keyOf(thing))) continue;
    seen.set(keyOf(thing), start);
    frontier.push(start);
  }
  for (let level = 1; level <= depth && frontier.length > 0; level += 1) {
    const found = new Map<string, Affected>();
    for (const one of frontier) {
      if (seen.size + found.size > mostSeen) break;
      for (const { thing, how, share } of steps.from(one)) {
        const [key, score] = [keyOf(thing), one.score * share];
        if (score < leastScore || seen.has(key) || (found.get(key)?.score ?? 0) >= score) continue;
        found.set(key, { ...thing, via: [...one.via, { ...thing, how }], depth: level, score });
      }
    }
    frontier = [...found.values()];
    for (const one of frontier) seen.set(keyOf(one), one);
  }
  const affected = [...seen.values()]
    .filter((one) => one.depth > 0)
    .sort((a, b) => b.score - a.score || a.depth - b.depth);
  const told = affected.slice(0, most).map((one) => ({ ...one, score: Math.round(one.score * 100) / 100 }));
  return { affected: told, more: affected.length - told.length };
}

interface Next {
  readonly thing: Thing;
  readonly how: string;
  readonly share: number;
}

class Steps {
  readonly #known: Known;
  readonly #question: ImpactQuestion;
  readonly #patterns: readonly Pattern[];
  readonly #dependents = new Map<string, Edge[]>();
  readonly #partOf = new PatternIndex<Thing>();
  readonly #files: ReadonlyMap<string, PatternIndex<true>>;
  readonly #ignoreCase: boolean;

  constructor(question: ImpactQuestion, known: Known, ignoreCase: boolean) {
    this.#known = known;
    this.#question = question;
    this.#ignoreCase = ignoreCase;
    this.#patterns = this.#read(question.paths ?? []);
    for (const edge of question.edges ?? []) {
      const key = keyOf(edge.to);
      this.#dependents.set(key, [...(this.#dependents.get(key) ?? []), edge]);
    }
    const files = new Map<string, PatternIndex<true>>();
    for (const { thing, patterns } of question.places ?? []) {
      const own = files.get(keyOf(thing)) ?? new PatternIndex<true>();
      files.set(keyOf(thing), own);
      for (const pattern of this.#read(patterns)) {
        this.#partOf.add(pattern, thing);
        own.add(pattern, true);
      }
    }
    this.#files = files;
  }

  start(): readonly Thing[] {
    const index = new PatternIndex<true>();
    for (const pattern of this.#patterns) index.add(pattern, true);
    const there = this.#patterns.length === 0 ? [] : this.#covered(index);
    const fresh = this.#patterns
      .map(({ text }) => text)
      .filter((text) => !/[*?[{]/.test(text) && !this.#known.graph.has(text));
    // A folder is no file of its own.
    const files = [...there, ...fresh.filter((text) => !there.some((path) => path.startsWith(`${text}/`)))];
    return [...(this.#question.things ?? []), ...files.map(file)];
  }

  *from(one: Affected): Iterable<Next> {
    for (const { from, type, share = passedOn.edge } of this.#dependents.get(keyOf(one)) ?? [])
      yield { thing: from, how: type, share };
    if (one.kind !== "file") {
      // What one file of it was reached through does not make the others change.
      if (one.via.at(-1)?.how === "holds") return;
      const index = this.#files.get(keyOf(one));
      for (const path of index ? this.#covered(index) : [])
        yield { thing: file(path), how: "belongs to", share: passedOn.place };
      return;
    }
    for (const { path, among } of this.#known.graph.importersOf(one.id))
      yield {
        thing: file(path),
        how: isTestFile(path) && !isTestFile(one.id) ? "tests" : "imports",
        share: passedOn.imports / (1 + Math.log2(among) / 4),
      };
    if (this.#question.sources?.includes(one.id))
      for (const path of this.#known.graph.paths)
        if (isGeneratedFrom(path, one.id))
          yield { thing: file(path), how: "seems generated from", share: passedOn.generated };
    for (const thing of this.#partOf.covering(one.id)) yield { thing, how: "holds", share: passedOn.place };
    // What changes with what only may have to change is guesswork.
    if (one.depth > 0) return;
    for (const { path, likely } of this.#known.together.companionsOf(one.id, mostCompanions))
      if (this.#known.graph.has(path)) yield { thing: file(path), how: "changes with", share: likely };
  }

  #covered(index: PatternIndex<true>): readonly string[] {
    return [...this.#known.graph.paths].filter((path) => !index.covering(path)[Symbol.iterator]().next().done);
  }

  /** What is no pattern covers nothing. */
  #read(texts: readonly string[]): readonly Pattern[] {
    return texts.flatMap((text) => {
      const parsed = parsePattern(text, { ignoreCase: this.#ignoreCase });
      return "pattern" in parsed ? [parsed.pattern] : [];
    });
  }
}

function file(path: string): Thing {
  return { kind: "file", id: path };
}

function keyOf({ kind, id }: Thing): string {
  return `${kind} ${id}`;
}
