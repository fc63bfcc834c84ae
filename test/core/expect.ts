import { isDeepStrictEqual } from "node:util";

/** As much of vitest's `expect` as the rules need: they are looked at millions of times, and outside of vitest too. */
export function expect(found: unknown, what = ""): Expectation {
  return new Expectation(found, what);
}

expect.fail = (what: string): never => {
  throw new Error(what);
};

class Expectation {
  readonly #found: unknown;
  readonly #what: string;

  constructor(found: unknown, what: string) {
    this.#found = found;
    this.#what = what;
  }

  toBe(wanted: unknown): void {
    if (!Object.is(this.#found, wanted)) this.#fail("to be", wanted);
  }

  toEqual(wanted: unknown): void {
    if (!isDeepStrictEqual(this.#found, wanted)) this.#fail("to equal", wanted);
  }

  toBeTypeOf(wanted: string): void {
    if (typeof this.#found !== wanted) this.#fail("to be a", wanted);
  }

  toBeGreaterThan(wanted: number): void {
    if (!(this.#number > wanted)) this.#fail("to be greater than", wanted);
  }

  toBeGreaterThanOrEqual(wanted: number): void {
    if (!(this.#number >= wanted)) this.#fail("to be at least", wanted);
  }

  toBeLessThan(wanted: number): void {
    if (!(this.#number < wanted)) this.#fail("to be less than", wanted);
  }

  toBeLessThanOrEqual(wanted: number): void {
    if (!(this.#number <= wanted)) this.#fail("to be at most", wanted);
  }

  get #number(): number {
    return typeof this.#found === "number" ? this.#found : Number.NaN;
  }

  #fail(how: string, wanted: unknown): never {
    throw new Error(`${this.#what}: expected ${show(this.#found)} ${how} ${show(wanted)}`);
  }
}

function show(value: unknown): string {
  if (value instanceof Map || value instanceof Set) return JSON.stringify([...value]);
  return JSON.stringify(value) ?? String(value);
}
