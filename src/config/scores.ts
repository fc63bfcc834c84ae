/** Gates that count for points, of which a node has to reach a share. */
import type { ScoreRule } from "../core/plan/spec.ts";
import type { Problem } from "./problems.ts";

interface Scored {
  readonly threshold: number;
  readonly list: readonly {
    readonly name: string;
    readonly kind: "landing" | "node";
    readonly score?: number | undefined;
  }[];
}

/** What cannot be meant: points of a gate that judges no candidate, and a threshold that no gate counts for. */
export function scoreProblems({ threshold, list }: Scored): readonly Problem[] {
  const early = list.flatMap(({ kind, score }, i) =>
    score !== undefined && kind === "node"
      ? [
          {
            path: `gates.list.${i}.score`,
            problem: "is not for a gate with kind: node, which sends its node back at once; leave one of the two out",
          },
        ]
      : [],
  );
  if (threshold === 1 || list.some(({ score }) => score !== undefined)) return early;
  const problem = "lets nothing fail while no gate has a score; give one to the gates that may fail, or leave it out";
  return [...early, { path: "gates.threshold", problem }];
}

/** What plans are judged by; undefined where every gate has to pass. */
export function scoreRuleOf({ threshold, list }: Scored): ScoreRule | undefined {
  const scored = list.flatMap(({ name, score }) => (score === undefined ? [] : [[name, score] as const]));
  return threshold === 1 || scored.length === 0 ? undefined : { threshold, points: Object.fromEntries(scored) };
}
