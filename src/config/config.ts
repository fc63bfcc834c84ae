import { defaultSettings, type PoolSize, type Settings, type TrainPolicy } from "../core/settings.ts";
import type { ContractKind } from "../core/speculation/contracts.ts";
import { type LockFileCommand, lockFileCommands } from "./lock-file-managers.ts";
import { notBuiltIn } from "./not-built.ts";
import { type Problem, problemsOf } from "./problems.ts";
import { readYaml } from "./read-yaml.ts";
import { configSchema } from "./schema.ts";
import { scoreProblems } from "./scores.ts";

/** What the operator configured, with defaults filled in. */
export interface Config {
  readonly gates: {
    readonly parallel: number;
    readonly policy: TrainPolicy;
    /** The share of the points of a node's gates that it has to reach; with 1 every gate must pass. */
    readonly threshold: number;
    readonly list: readonly GateConfig[];
  };
  readonly worktree: WorktreeConfig;
  /** Fractions of minutes are meant. */
  readonly leases: { readonly ttlMinutes: number; readonly graceMinutes: number; readonly clientMinutes: number };
  /** `records` is the folder for decisions, if they are to be files. */
  readonly convergence: { readonly deadlineMinutes: number; readonly records?: string };
  readonly plans: {
    readonly maxParallel: number;
    readonly mode: "parallel" | "sequential";
    readonly scope: "auto" | "strict";
  };
  readonly contracts: readonly ContractFile[];
  readonly merge: { readonly lockFiles: readonly LockFileCommand[] };
  readonly pools: Readonly<Record<string, PoolSize>>;
  readonly store: { readonly url: string };
}

export type { LockFileCommand } from "./lock-file-managers.ts";

/** A contract whose text is a file of the repository. */
export interface ContractFile {
  readonly name: string;
  /** As git knows it. */
  readonly path: string;
  /** Absent where the file is to show it. */
  readonly kind?: ContractKind;
}

/** A named check that a candidate must pass. */
export interface GateConfig {
  readonly name: string;
  /** A shell command. */
  readonly run: string;
  /** What it judges: the candidate, or what was handed in alone. */
  readonly kind: "landing" | "node";
  readonly default: boolean;
  readonly timeoutMinutes: number;
  readonly parallelSafe: boolean;
  readonly weight: number;
  /** Points that it counts for; without, it must pass. */
  readonly score?: number;
  readonly env: Readonly<Record<string, string>>;
  /** Pools and named things, held while it runs. */
  readonly uses: readonly string[];
  /** Where it writes reports of its tests, as a pattern. */
  readonly report?: string;
  /** What it gets its own copy of, from the user's checkout; those of all gates among them. */
  readonly fixtures: readonly string[];
}

export interface WorktreeConfig {
  /** Relative to the repository's root, or absolute. */
  readonly root: string;
  readonly setup?: string;
  readonly setupWhen: readonly string[];
  readonly keep: readonly string[];
  readonly link: readonly string[];
  readonly slots: number;
}

/** Where the config is found in a repository. */
export const configFile = "interlock.yaml";

/** Reads `interlock.yaml`; an empty text is the default config. All problems come at once. */
export function parseConfig(text: string): { readonly config: Config } | { readonly problems: readonly Problem[] } {
  const read = readYaml(text);
  if ("problems" in read) return read;
  const written = withoutEmpty(read.value);
  const parsed = configSchema.safeParse(written);
  const problems = [...(parsed.success ? [] : problemsOf(parsed.error.issues, written)), ...notBuiltIn(written)];
  if (!parsed.success || problems.length > 0) return { problems };
  const { gates, worktree, leases, convergence, plans, contracts, merge, pools, store } = parsed.data;
  const repeated = gates.list.flatMap(({ name }, i) =>
    gates.list.findIndex((other) => other.name.toLowerCase() === name.toLowerCase()) < i
      ? [{ code: "duplicate_id", path: `gates.list.${i}.name`, problem: `is the name of another gate: ${name}` }]
      : [],
  );
  const wrong = [...repeated, ...scoreProblems(gates), ...repeatedContracts(contracts)];
  if (wrong.length > 0) return { problems: wrong };
  const { setup_when: when, setup, ...places } = worktree;
  return {
    config: {
      gates: {
        parallel: gates.parallel,
        policy: gates.policy,
        threshold: gates.threshold,
        list: gates.list.map(
          ({ timeout_minutes: timeoutMinutes, parallel_safe: parallelSafe, score, report, fixtures, ...gate }) => ({
            ...gate,
            timeoutMinutes,
            parallelSafe,
            ...(score === undefined ? {} : { score }),
            ...(report === undefined ? {} : { report }),
            fixtures: [...gates.fixtures, ...fixtures],
          }),
        ),
      },
      worktree: {
        ...places,
        ...(setup === undefined ? {} : { setup }),
        setupWhen: typeof when === "string" ? [when] : when,
      },
      leases: {
        ttlMinutes: leases.ttl_minutes,
        graceMinutes: leases.grace_minutes,
        clientMinutes: leases.client_minutes,
      },
      convergence: {
        deadlineMinutes: convergence.deadline_minutes,
        ...(convergence.records === undefined ? {} : { records: convergence.records }),
      },
      plans: { maxParallel: plans.max_parallel, mode: plans.mode, scope: plans.scope },
      contracts: contracts.map(({ kind, path, ...contract }) => ({
        ...contract,
        path: path.normalize("NFC").split("/").filter(isStep).join("/"),
        ...(kind === undefined ? {} : { kind }),
      })),
      merge: { lockFiles: merge.lock_files.flatMap(lockFileCommands) },
      pools: { ...defaultSettings.pools, ...sizes(pools) },
      store: { url: store.url },
    },
  };
}

/** What holds where there is no `interlock.yaml`. */
export const defaultConfig: Config = withDefaults();

/** The part of a config that the state needs to know; `ignoreCase` is git's core.ignorecase. */
export function toSettings({ gates, leases, convergence, pools }: Config, ignoreCase: boolean): Settings {
  const minute = 60_000;
  return {
    pools,
    leases: {
      ttl: Math.round(leases.ttlMinutes * minute),
      grace: Math.round(leases.graceMinutes * minute),
      client: Math.round(leases.clientMinutes * minute),
    },
    gates: { parallel: gates.parallel, policy: gates.policy },
    ...(convergence.deadlineMinutes === defaultConfig.convergence.deadlineMinutes
      ? {}
      : { convergence: { deadline: Math.round(convergence.deadlineMinutes * minute) } }),
    ignoreCase,
  };
}

function repeatedContracts(contracts: readonly { readonly name: string }[]): readonly Problem[] {
  return contracts.flatMap(({ name }, i) =>
    contracts.findIndex((other) => other.name === name) < i
      ? [{ code: "duplicate_id", path: `contracts.${i}.name`, problem: `is the name of another contract: ${name}` }]
      : [],
  );
}

function isStep(segment: string): boolean {
  return segment !== "" && segment !== ".";
}

function withDefaults(): Config {
  const read = parseConfig("");
  if ("problems" in read) throw new Error("The default config has problems");
  return read.config;
}

type WrittenPool = {
  readonly capacity?: number | undefined;
  readonly range?: { from: number; to: number } | undefined;
};

function sizes(pools: Readonly<Record<string, WrittenPool>>): Readonly<Record<string, PoolSize>> {
  return Object.fromEntries(
    Object.entries(pools).map(([name, { capacity = 1, range }]): [string, PoolSize] => [name, range ?? { capacity }]),
  );
}

/** A heading with nothing under it means the same as no heading. */
function withoutEmpty(value: unknown): unknown {
  if (value === null || value === undefined) return {};
  if (typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null));
}
