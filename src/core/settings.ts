/** What the operator fixed for the whole workspace: pools, lease times and how paths compare. */
export interface Settings {
  readonly pools: Readonly<Record<string, PoolSize>>;
  readonly leases: LeaseTimes;
  readonly gates: {
    /** How many gates run at once, counted by their weight. */
    readonly parallel: number;
    readonly policy: TrainPolicy;
  };
  /** How long those who converge have at each level, in milliseconds; ten minutes if nothing is said. */
  readonly convergence?: { readonly deadline: number };
  /** git's core.ignorecase: whether `A.ts` and `a.ts` are one file. */
  readonly ignoreCase: boolean;
}

/** How trains judge: a window of candidates at once, many with one run, one after another, or what pays best. */
export type TrainPolicy = "auto" | "window" | "batch" | "serial";

/** A pool lends either numbered places or the numbers of a range, both ends included. */
export type PoolSize = { readonly capacity: number } | { readonly from: number; readonly to: number };

/** How many values a pool has; none if nobody configured it. */
export function sizeOf(pool: PoolSize | undefined): number {
  if (!pool) return 0;
  return "capacity" in pool ? pool.capacity : pool.to - pool.from + 1;
}

/** All in milliseconds. */
export interface LeaseTimes {
  readonly ttl: number;
  readonly grace: number;
  /** How long a running client process alone keeps a silent lease alive. */
  readonly client: number;
}

export type SettingsEvent = { readonly type: "WorkspaceConfigured"; readonly settings: Settings };

export type SettingsCommand = { readonly type: "ConfigureWorkspace"; readonly settings: Settings };

const minute = 60_000;

/** What holds until somebody configures something else. */
export const defaultSettings: Settings = {
  pools: { build: { capacity: 2 }, port: { from: 4100, to: 4199 } },
  leases: { ttl: 10 * minute, grace: 10 * minute, client: 60 * minute },
  gates: { parallel: 2, policy: "auto" },
  ignoreCase: false,
};

/** Records new settings, and nothing when they are what holds already. */
export function configure(current: Settings, wanted: Settings): readonly SettingsEvent[] {
  return JSON.stringify(current) === JSON.stringify(wanted) ? [] : [{ type: "WorkspaceConfigured", settings: wanted }];
}
