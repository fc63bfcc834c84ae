import { type Change, weightOf } from "../contract-kind.ts";
import { type Keywords, keywordsOf, type Part } from "./keywords.ts";

/** Something that keeps what is sent from being accepted: the place below the schema, and a rule's name without its subject. */
export interface Loss {
  readonly change: Change;
  readonly rule: string;
  readonly at: string;
  readonly say: string;
}

/** Whether senders follow the old schema and receivers the new one (`sent`), or the other way round (`read`). */
export type Way = "sent" | "read";

/** One search through two schemas, with what it has shown so far. */
export interface Search {
  readonly way: Way;
  /** The losses of one place, relative to it. `names` asks for properties that were lost or came, which unions look at as a whole. */
  readonly contains: (sender: readonly Part[], receiver: readonly Part[], names: boolean) => readonly Loss[];
  /** Pairs that are being looked at, by the depth at which they began: meeting one again is what recursion looks like. */
  readonly open: Map<string, number>;
  readonly closed: Map<string, readonly Loss[]>;
  /** The lowest depth that what was just shown took for granted. */
  assumed: number;
  /** Which schemas are written alike. */
  readonly same: Map<string, boolean>;
  steps: number;
}

/** Losses of a part of a place, seen from the place. */
export function below(losses: readonly Loss[], segment: string): readonly Loss[] {
  return losses.map((loss) => ({ ...loss, at: `/${segment}${loss.at}` }));
}

/** The mildest of several ways to show something; the first that shows it ends the search. */
export function mildest(attempts: Iterable<readonly Loss[]>): readonly Loss[] | undefined {
  let best: readonly Loss[] | undefined;
  for (const attempt of attempts) {
    if (
      !best ||
      weightOf(attempt) < weightOf(best) ||
      (weightOf(attempt) === weightOf(best) && attempt.length < best.length)
    )
      best = attempt;
    if (weightOf(best) === 0) break;
  }
  return best;
}

/** All parts that hold together: what references and `allOf` add is laid beside. */
export function flat(parts: readonly Part[]): readonly Keywords[] {
  const all = new Map<number, Keywords>();
  const queue = [...parts];
  for (let part = queue.shift(); part; part = queue.shift()) {
    const keywords = keywordsOf(part);
    if (all.has(keywords.id)) continue;
    all.set(keywords.id, keywords);
    queue.push(...keywords.beside);
  }
  return [...all.values()];
}
