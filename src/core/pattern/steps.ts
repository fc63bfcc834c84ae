// A path is a sequence of segments and a segment a sequence of characters. Patterns for both have the same shape:
// steps that take exactly one symbol each, and "many" (`**` or `*`), which takes any number of any symbol.
// All here is polynomial: at most one visit for each pair of a step and a symbol, or of two steps (and a guard).

/** One symbol that the atom describes, or any number of any symbols. */
export type Step<A extends object> = A | "many";

/** Whether the steps take exactly these symbols. */
export function fits<A extends object, S>(
  steps: readonly Step<A>[],
  symbols: readonly S[],
  takes: (atom: A, symbol: S) => boolean,
): boolean {
  let at = 0;
  let read = 0;
  // It is enough to give more to the last "many": what stands before it took as little as it could.
  let afterMany = -1;
  let retryFrom = 0;
  for (let symbol = symbols[read]; symbol !== undefined; symbol = symbols[read]) {
    const step = steps[at];
    if (step === "many") {
      at += 1;
      afterMany = at;
      retryFrom = read;
    } else if (step !== undefined && takes(step, symbol)) {
      at += 1;
      read += 1;
    } else if (afterMany >= 0) {
      at = afterMany;
      retryFrom += 1;
      read = retryFrom;
    } else {
      return false;
    }
  }
  while (steps[at] === "many") at += 1;
  return at === steps.length;
}

/** Where one can be in the steps before any symbol is read: positions in rising order. */
export function start<A extends object>(steps: readonly Step<A>[]): readonly number[] {
  return closure(steps, [0]);
}

/** Where one can be after one more symbol; nowhere if the steps cannot take it. */
export function advance<A extends object, S>(
  steps: readonly Step<A>[],
  positions: readonly number[],
  symbol: S,
  takes: (atom: A, symbol: S) => boolean,
): readonly number[] {
  const next: number[] = [];
  for (const position of positions) {
    const step = steps[position];
    if (step === "many") next.push(position);
    else if (step !== undefined && takes(step, symbol)) next.push(position + 1);
  }
  return closure(steps, next);
}

/** What two atoms can take alike; an absent atom takes everything. `guard` follows what a whole sequence must not be. */
export type Alphabet<A extends object, S> = {
  /** Number of guard states; it starts in 0. */
  readonly guards: number;
  readonly mayEnd: (guard: number) => boolean;
  /** Hands over one symbol for each guard state that both can lead to. */
  readonly common: (a: A | undefined, b: A | undefined, guard: number, take: Take<S>) => void;
};

type Take<S> = (symbol: S, guard: number) => void;

/** A short sequence that both take, or undefined if there is none: a walk over the product of the two automata. */
export function meet<A extends object, S>(
  a: readonly Step<A>[],
  b: readonly Step<A>[],
  { guards, mayEnd, common }: Alphabet<A, S>,
): readonly S[] | undefined {
  const columns = b.length + 1;
  const seen = new Uint8Array((a.length + 1) * columns * guards);
  const states: number[] = [];
  const reads: (Read<S> | undefined)[] = [];
  const visit = (i: number, j: number, guard: number, read: Read<S> | undefined) => {
    const state = (i * columns + j) * guards + guard;
    if (seen[state] === 1) return;
    seen[state] = 1;
    states.push(state);
    reads.push(read);
  };
  visit(0, 0, 0, undefined);
  for (let next = 0; next < states.length; next += 1) {
    const state = states[next] ?? 0;
    const read = reads[next];
    const guard = state % guards;
    const pair = (state - guard) / guards;
    const j = pair % columns;
    const i = (pair - j) / columns;
    if (i === a.length && j === b.length && mayEnd(guard)) return spell(read);
    const x = a[i];
    const y = b[j];
    if (x === "many") visit(i + 1, j, guard, read);
    if (y === "many") visit(i, j + 1, guard, read);
    if (x === undefined || y === undefined) continue;
    const nextI = x === "many" ? i : i + 1;
    const nextJ = y === "many" ? j : j + 1;
    common(x === "many" ? undefined : x, y === "many" ? undefined : y, guard, (symbol, after) => {
      visit(nextI, nextJ, after, { symbol, before: read });
    });
  }
  return undefined;
}

type Read<S> = { readonly symbol: S; readonly before: Read<S> | undefined };

function spell<S>(read: Read<S> | undefined): readonly S[] {
  const symbols: S[] = [];
  for (let at = read; at !== undefined; at = at.before) symbols.push(at.symbol);
  return symbols.reverse();
}

function closure<A extends object>(steps: readonly Step<A>[], positions: readonly number[]): readonly number[] {
  const all = new Set<number>();
  for (let position of positions) {
    all.add(position);
    while (steps[position] === "many") {
      position += 1;
      all.add(position);
    }
  }
  return [...all].sort((a, b) => a - b);
}
