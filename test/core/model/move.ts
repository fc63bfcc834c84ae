import fc from "fast-check";

/** Something that somebody tries. The numbers pick among what there is at that moment, so that a run shrinks well. */
export interface Move {
  readonly kind: (typeof kinds)[number];
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly repeat: boolean;
}

const weights = {
  request: 16,
  claim: 14,
  submit: 7,
  train: 12,
  release: 2,
  withdraw: 2,
  giveUp: 2,
  takeBack: 3,
  resume: 1,
  progress: 1,
  wait: 4,
  fence: 5,
  late: 6,
  revise: 5,
  merge: 1,
  integration: 1,
  slot: 4,
  stale: 2,
  plan: 1,
  configure: 1,
  steward: 1,
  knowledge: 1,
  agree: 3,
  report: 2,
  settle: 4,
  reload: 1,
} as const;

export const kinds = Object.keys(weights) as readonly (keyof typeof weights)[];

const small = fc.nat({ max: 999 });

export const moves = movesOf(weights);

/** Only what makes claims and gives them back. */
export const claimMoves = movesOf({
  claim: 30,
  release: 4,
  withdraw: 3,
  submit: 2,
  giveUp: 1,
  request: 3,
  train: 2,
  configure: 1,
});

function movesOf(weightOf: Partial<Record<keyof typeof weights, number>>): fc.Arbitrary<Move> {
  const some = kinds.flatMap((kind) => ({ weight: weightOf[kind] ?? 0, arbitrary: fc.constant(kind) }));
  return fc.record({
    kind: fc.oneof(...some.filter(({ weight }) => weight > 0)),
    a: small,
    b: small,
    c: small,
    repeat: fc.nat({ max: 9 }).map((n) => n === 0),
  });
}

const patterns = [
  "src/**",
  "src/a/**",
  "src/a/x.ts",
  "src/b/*.ts",
  "src/{a,b}/x.ts",
  "docs/**",
  "**/*.ts",
  "lib",
  "lib/c?",
];
export const files = ["src/a/x.ts", "src/a/y.ts", "src/b/x.ts", "docs/one.md", "lib/c1", "lib/d", "README.md"];
const pattern = fc.constantFrom(...patterns);
const few = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(pattern, { maxLength: 2 }) },
);

/** What a node of a random plan wants; which nodes it depends on are bits of a number. */
export interface NodePlan {
  readonly writes: readonly string[];
  readonly edits: readonly string[];
  readonly reads: readonly string[];
  readonly watches: readonly string[];
  readonly uses: readonly string[];
  readonly before: number;
  readonly priority: number;
  readonly minutes: number;
  readonly flavour: number;
}

export const nodePlan: fc.Arbitrary<NodePlan> = fc.record({
  writes: few,
  edits: few,
  reads: few,
  watches: fc.array(pattern, { maxLength: 1 }),
  uses: fc.subarray(["build", "port", "db:main"], { maxLength: 1 }),
  before: fc.oneof(fc.constant(0), fc.nat({ max: 255 })),
  priority: fc.nat({ max: 3 }),
  minutes: fc.nat({ max: 3 }),
  flavour: fc.nat({ max: 19 }),
});

export interface RandomPlan {
  readonly nodes: readonly NodePlan[];
  readonly limit: number;
  readonly strict: boolean;
  readonly stop: boolean;
}

export const randomPlan: fc.Arbitrary<RandomPlan> = fc.record({
  nodes: fc.array(nodePlan, { minLength: 1, maxLength: 8, size: "max" }),
  limit: fc.integer({ min: 1, max: 6 }),
  strict: fc.boolean(),
  stop: fc.nat({ max: 3 }).map((n) => n === 0),
});

export function patternAt(n: number): string {
  return patterns[n % patterns.length] ?? "src/**";
}

/** One of several, picked by a number. */
export function pick<T>(all: readonly T[], n: number): T | undefined {
  return all[n % Math.max(1, all.length)];
}
