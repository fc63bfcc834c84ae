import { matchesNames, namesOf } from "./match.ts";
import { namesInCommon, overlap } from "./overlap.ts";
import type { Pattern } from "./parse.ts";
import { type Segment, takesName } from "./segment.ts";
import { advance, type Step, start } from "./steps.ts";

// [P5] A tree over the literal segments that patterns start with gives the candidates; the automata judge only these.
// Every entry stands at the end of the prefix of each of its alternatives, so whatever it matches lies at or below there.

/** A value that was found, and a path that both its pattern and the one asked about match. */
export type Overlapping<T> = { readonly value: T; readonly witness: string };

/** Values under patterns, found without looking at all of them. All patterns of one index fold case alike. */
export class PatternIndex<T> {
  readonly #root: Branch<T> = newBranch();
  readonly #entries = new Map<string, Entry<T>[]>();
  #added = 0;

  /** Adds one value; the same pattern, even with the same value, can be added several times. */
  add(pattern: Pattern, value: T): void {
    const entry = { order: this.#added, pattern, value };
    this.#added += 1;
    const alike = this.#entries.get(pattern.text);
    if (alike === undefined) this.#entries.set(pattern.text, [entry]);
    else alike.push(entry);
    for (const { prefix } of pattern.alternatives) {
      let branch = this.#root;
      for (const name of prefix) {
        let child = branch.children.get(name);
        if (child === undefined) {
          child = newBranch();
          branch.children.set(name, child);
        }
        branch = child;
      }
      branch.entries.add(entry);
    }
  }

  /** Takes the oldest entry of this pattern and value out; false if there is none. */
  remove(pattern: Pattern, value: T): boolean {
    const alike = this.#entries.get(pattern.text) ?? [];
    const at = alike.findIndex((entry) => entry.value === value);
    const [entry] = at < 0 ? [] : alike.splice(at, 1);
    if (entry === undefined) return false;
    if (alike.length === 0) this.#entries.delete(pattern.text);
    for (const { prefix } of entry.pattern.alternatives) prune(this.#root, prefix, 0, entry);
    return true;
  }

  /** All whose pattern shares a path with this one, in the order in which they were added. */
  *overlapping(pattern: Pattern): Iterable<Overlapping<T>> {
    const candidates = new Set<Entry<T>>();
    for (const { steps } of pattern.alternatives) collect(this.#root, steps, start(steps), candidates);
    const names = namesInCommon();
    for (const { pattern: held, value } of inOrder(candidates)) {
      const witness = overlap(held, pattern, names);
      if (witness !== undefined) yield { value, witness };
    }
  }

  /** All whose pattern covers the path of a file, in the order in which they were added. */
  *covering(path: string): Iterable<T> {
    const [[any] = []] = this.#entries.values();
    if (any === undefined) return;
    const names = namesOf(path, any.pattern.ignoreCase);
    const candidates = new Set<Entry<T>>();
    let branch: Branch<T> | undefined = this.#root;
    for (let depth = 0; branch !== undefined; depth += 1) {
      for (const entry of branch.entries) candidates.add(entry);
      const name: string | undefined = names[depth];
      branch = name === undefined ? undefined : branch.children.get(name);
    }
    for (const { pattern, value } of inOrder(candidates)) if (matchesNames(pattern, names)) yield value;
  }
}

type Entry<T> = { readonly order: number; readonly pattern: Pattern; readonly value: T };
type Branch<T> = { readonly entries: Set<Entry<T>>; readonly children: Map<string, Branch<T>> };

function newBranch<T>(): Branch<T> {
  return { entries: new Set(), children: new Map() };
}

/** Walks only where the steps can lead. */
function collect<T>(
  branch: Branch<T>,
  steps: readonly Step<Segment>[],
  positions: readonly number[],
  found: Set<Entry<T>>,
): void {
  for (const entry of branch.entries) found.add(entry);
  const name = onlyName(steps, positions);
  if (name !== undefined) {
    const child = branch.children.get(name);
    if (child !== undefined) collect(child, steps, advance(steps, positions, name, takesName), found);
    return;
  }
  for (const [childName, child] of branch.children) {
    const next = advance(steps, positions, childName, takesName);
    if (next.length > 0) collect(child, steps, next, found);
  }
}

/** The one name that can come next, if the steps leave no choice. */
function onlyName(steps: readonly Step<Segment>[], positions: readonly number[]): string | undefined {
  const [position, ...others] = positions;
  if (position === undefined || others.length > 0) return undefined;
  const step = steps[position];
  return step !== undefined && step !== "many" && step.is === "literal" ? step.name : undefined;
}

/** Takes the entry out and drops the branches that this leaves bare; true if this branch is one. */
function prune<T>(branch: Branch<T>, prefix: readonly string[], depth: number, entry: Entry<T>): boolean {
  const name = prefix[depth];
  const child = name === undefined ? undefined : branch.children.get(name);
  if (name === undefined) branch.entries.delete(entry);
  else if (child !== undefined && prune(child, prefix, depth + 1, entry)) branch.children.delete(name);
  return branch.entries.size === 0 && branch.children.size === 0;
}

function inOrder<T>(entries: ReadonlySet<Entry<T>>): readonly Entry<T>[] {
  return [...entries].sort((a, b) => a.order - b.order);
}
