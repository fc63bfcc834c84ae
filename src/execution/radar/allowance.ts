/** A twentieth of one core. */
const share = 0.05;

/** So much may be spent at once when much happens at once; it comes back with the share. */
export const reserveMs = 2_000;

/** Soon enough to be told before anybody is done, seldom enough that a look at nothing new is nothing. */
const leastRestMs = 500;

/** How much of one core the radar may take. In the long run that is the share; times are in milliseconds. [R4] */
export class Allowance {
  #left = reserveMs;
  #at: number | undefined;

  /** How long to rest after something that took so much; `now` only goes forward. */
  restAfter(spent: number, now: number): number {
    const earned = (now - (this.#at ?? now)) * share;
    this.#at = now;
    this.#left = Math.min(reserveMs, this.#left + earned) - spent;
    return Math.max(leastRestMs, -this.#left / share);
  }
}
