/** The form of `interlock.yaml`. Every key is optional, unknown keys are problems, and what is absent has its default here. */
import { z } from "zod";
import { parsePattern } from "../core/pattern/parse.ts";
import { lockFileManagers } from "./lock-file-managers.ts";

const minutes = z.number().positive().max(525_600);
const name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    "must be 1 to 64 letters, digits, '.', '_' or '-', and start with a letter or digit",
  );
const insidePath = z.string().min(1).max(4096);

/** A place in the repository, without anything that leads out of it. */
const ownPath = insidePath.refine(
  (path) =>
    !/^([/\\]|[A-Za-z]:)/.test(path) && !path.split(/[/\\]/).some((name) => name === ".." || /^\.git$/i.test(name)),
  "must be a path inside the repository, without '..' and not in .git",
);
const fixtures = z.array(ownPath).max(100).default([]);
const report = insidePath.refine((path) => "pattern" in parsePattern(path), {
  error: ({ input }) => `is not a path or pattern: ${problemOf(String(input))}`,
});

const gate = z.strictObject({
  name: name.describe("What plans call the gate."),
  run: z.string().min(1).max(10_000).describe("The command, run by a shell in the candidate's folder."),
  kind: z
    .enum(["landing", "node"])
    .default("landing")
    .describe("What it judges: the candidate, or what was handed in alone, once for each submission. Both must pass."),
  default: z.boolean().default(false).describe("Whether nodes that name no gates must pass it."),
  timeout_minutes: minutes.default(20),
  parallel_safe: z.boolean().default(true).describe("Whether it may run beside other gates."),
  weight: z.number().min(0).max(1000).default(1),
  score: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe("Points that it counts for: it may fail if the others reach gates.threshold. Without, it must pass."),
  env: z.record(z.string(), z.string()).default({}).describe("Added to its environment."),
  uses: z.array(z.string().min(1)).default([]).describe("Pools and named things that it holds while it runs."),
  report: report
    .optional()
    .describe("Where it writes JUnit XML or TAP, as a path or pattern; TAP on its standard output is read anyway."),
  fixtures: fixtures.describe("As gates.fixtures, for this gate alone."),
});

const range = z
  .string()
  .regex(/^\d{1,6}-\d{1,6}$/, "must be two numbers with a '-' between, such as 4100-4199")
  .transform((text) => {
    const [from = 0, to = 0] = text.split("-").map(Number);
    return { from, to };
  })
  .refine(({ from, to }) => from <= to && to - from < 100_000, "must go up, over at most 100,000 numbers");

const pool = z
  .strictObject({
    capacity: z.int().min(1).max(100_000).optional().describe("How many may hold it at once."),
    range: range.optional().describe("Numbers that are lent one by one, such as 4100-4199."),
  })
  .refine(
    ({ capacity, range }) => (capacity === undefined) !== (range === undefined),
    "must have either capacity or range",
  );

const ownLockFile = z.strictObject({
  file: z
    .string()
    .regex(/^[^/]+$/, "must be a file's name without folders")
    .describe("The lock file's name."),
  run: z.string().min(1).max(10_000).describe("The command that writes it, run by a shell in its folder."),
});

/** `interlock.yaml` as written, with defaults for what is absent. */
export const configSchema = z.strictObject({
  gates: z
    .strictObject({
      parallel: z.int().min(1).max(64).default(2).describe("How many gates run at once."),
      policy: z
        .enum(["auto", "window", "batch", "serial"])
        .default("auto")
        .describe(
          "How submissions are judged: several at once, many with one run, or one after another. auto chooses by what gates cost and how often they fail.",
        ),
      threshold: z
        .number()
        .min(0)
        .max(1)
        .default(1)
        .describe("The share of the points of a node's gates that must be reached, such as 0.7; 1: all must pass."),
      list: z.array(gate).max(100).default([]),
      fixtures: fixtures.describe(
        "Ignored files or folders of your checkout that every gate gets a copy of, to change as it likes.",
      ),
      sandbox: z.string().optional(),
    })
    .prefault({}),
  worktree: z
    .strictObject({
      root: insidePath.default(".interlock/worktrees").describe("Where worktrees are made."),
      setup: z.string().min(1).max(10_000).optional().describe("Run in a new worktree."),
      setup_when: z
        .union([insidePath, z.array(insidePath)], "must be a path or a list of paths")
        .default([])
        .describe("Files whose change makes setup run again."),
      keep: z
        .array(insidePath)
        .default(["node_modules"])
        .describe("Ignored folders that stay when a worktree is used again."),
      link: z.array(insidePath).default([]).describe("Ignored folders of your checkout that worktrees link to."),
      slots: z.int().min(1).max(1000).default(8).describe("How many worktrees there may be at once."),
    })
    .prefault({}),
  leases: z
    .strictObject({
      ttl_minutes: minutes.default(10).describe("How long an agent may be silent; fractions are allowed."),
      grace_minutes: minutes
        .default(10)
        .describe("How much longer its work is kept for it before the node is free again."),
      client_minutes: minutes.default(60).describe("How long a running client alone keeps a silent lease alive."),
    })
    .prefault({}),
  convergence: z
    .strictObject({
      deadline_minutes: minutes
        .default(10)
        .describe(
          "How long those whom a conflict concerns have to decide; then those present do, or others are asked.",
        ),
      records: insidePath
        .optional()
        .describe("A folder, such as docs/decisions, that gets a file for each decision, landed like other work."),
    })
    .prefault({}),
  plans: z
    .strictObject({
      max_parallel: z.int().min(1).max(1000).default(4),
      mode: z.enum(["parallel", "sequential"]).default("parallel"),
      scope: z.enum(["auto", "strict"]).default("auto"),
    })
    .prefault({}),
  contracts: z
    .array(
      z.strictObject({
        name: name.describe("What agents call the contract."),
        path: ownPath.describe("The file that has its text."),
        kind: z
          .enum(["openapi", "json_schema", "graphql", "protobuf", "asyncapi", "typescript"])
          .optional()
          .describe("Its format, where the file does not show it."),
      }),
    )
    .max(200)
    .default([])
    .describe("Contracts kept as files. When one changes with a landing, its new text is published."),
  merge: z
    .strictObject({
      lock_files: z
        .array(z.union([z.enum(lockFileManagers), ownLockFile]))
        .max(50)
        .default([])
        .describe(
          "Package managers that write their lock files anew when a merge clashes in them, by name or as {file, run}. They run on this machine and may use the network.",
        ),
    })
    .prefault({}),
  pools: z.record(name, pool).default({}),
  agents: z.record(z.string(), z.unknown()).default({}),
  reviews: z.record(z.string(), z.unknown()).default({}),
  approvals: z.record(z.string(), z.unknown()).default({}),
  budgets: z.record(z.string(), z.unknown()).default({}),
  affinity: z.array(z.unknown()).default([]),
  store: z
    .strictObject({ url: z.string().min(1).default("sqlite"), remote: z.string().min(1).optional() })
    .prefault({}),
});

function problemOf(pattern: string): string {
  const parsed = parsePattern(pattern);
  return "problem" in parsed ? parsed.problem : "";
}
