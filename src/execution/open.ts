import { createHash } from "node:crypto";
import { isAbsolute, join } from "node:path";
import { type Config, defaultConfig, toSettings } from "../config/config.ts";
import type { Log } from "../log/port.ts";
import { branchConfigs } from "./branch-config.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { Execution } from "./execution.ts";
import { removeLogs } from "./gates/gate-logs.ts";
import { GateRooms } from "./gates/gate-rooms.ts";
import { endRun, judgeInWorktree } from "./gates/judge-in-worktree.ts";
import { runGate } from "./gates/run-gate.ts";
import type { Repository } from "./git/discover.ts";
import { createGit, type Git } from "./git/runner.ts";
import type { Hands } from "./hands.ts";
import { openImpact } from "./impact/impact.ts";
import { learnFromLanding, mergeAndResolve } from "./landing/merge-and-resolve.ts";
import { landOnTarget } from "./landing/target.ts";
import { leaseTokens, readOrMakeKey } from "./lease-token.ts";
import { livenessOf, processIdOf } from "./liveness/process-id.ts";
import { LocalExecution } from "./local-execution.ts";
import { Manager } from "./manager.ts";
import { openStore } from "./open-store.ts";
import { Preparing } from "./preparing.ts";
import { settleMovedSlots } from "./slots/moved-slots.ts";
import { SetupFailed } from "./slots/setup-failed.ts";
import { defaultSlotFolder } from "./slots/slot-folder.ts";
import { createSlots } from "./slots/slots.ts";
import { type ContractTexts, contractTexts as readContracts } from "./speculation/contract-texts.ts";
import { Steward } from "./steward/steward.ts";

export interface OpenOptions {
  readonly repository: Repository;
  readonly report: (fault: unknown, doing: string) => void;
  /** Where the log is, if not where the config says: `sqlite` or a PostgreSQL url. */
  readonly store?: string | undefined;
  readonly clock?: Clock;
  /** How much of what a gate prints is kept in its file, in bytes. */
  readonly outputLimit?: number;
  /** Reads and compares contracts. */
  readonly contractTexts?: ContractTexts;
  /** What to put around git and the log, to watch or disturb them. */
  readonly around?: { readonly git: (git: Git) => Git; readonly log: (log: Log) => Log };
}

/** The config at the root's HEAD cannot be used; the message says what to mend. */
export class ConfigUnusable extends Error {
  override readonly name = "ConfigUnusable";
}

/** Setup installs dependencies, which may take long; a hanging one must not hold a hand-out for ever. */
const setupMinutes = 30;

/** Opens the workspace of a repository, and makes its store if there is none yet. */
export async function openExecution({
  repository,
  report,
  store: chosenStore,
  clock = systemClock,
  outputLimit,
  contractTexts = readContracts,
  around,
}: OpenOptions): Promise<Execution> {
  const folder = join(repository.commonDir, "interlock");
  const plainGit = createGit({ gitDir: repository.commonDir });
  const git = around?.git(plainGit) ?? plainGit;
  const configOn = branchConfigs(git);
  const found = await configOn("HEAD");
  if ("problems" in found) {
    const what = found.problems.map(({ path, problem }) => `${path} ${problem}`).join("; ");
    throw new ConfigUnusable(`interlock.yaml at HEAD cannot be used: ${what}. Mend it and commit it.`);
  }
  const { config } = found;
  const key = readOrMakeKey(join(folder, "key"));
  const id = createHash("sha256").update("workspace").update(key).digest("hex").slice(0, 16);
  const url = chosenStore ?? config.store.url;
  const store = await openStore({ url, folder, stream: id, clone: repository.commonDir });
  const log = around?.log(store) ?? store;
  const manager = await Manager.open(log, id, clock);
  const settings = toSettings(config, repository.ignoreCase);
  if (JSON.stringify(settings) !== JSON.stringify(manager.workspace.settings))
    await manager.execute({ type: "ConfigureWorkspace", settings });
  const root = repository.bare ? undefined : (repository.mainRoot ?? repository.root);
  await settleMovedSlots({ commonDir: repository.commonDir, folder: slotFolder(repository, config), root });
  const slots = createSlots({
    git,
    root,
    folder: slotFolder(repository, config),
    link: config.worktree.link,
    setupWhen: config.worktree.setupWhen,
    ...(config.worktree.setup === undefined ? {} : { setup: setupWith(config.worktree.setup) }),
  });
  const process = processIdOf();
  const hands: Hands = {
    manager,
    git,
    repository,
    slots,
    merge: (request) => mergeAndResolve(git, request),
    learn: (conflicted, landed) => learnFromLanding(git, conflicted, landed),
    removeLogs: (isOver) => removeLogs(folder, isOver),
    moveTarget: (landing) => landOnTarget(git, landing),
    contractTexts,
    preparing: new Preparing(),
    impact: openImpact({ git, folder }),
    process,
    liveness: livenessOf,
    clock,
    tokens: leaseTokens(key, id),
    config,
    configOn,
    folder,
    report,
  };
  const { liveness } = hands;
  const { parallel } = config.gates;
  const { keep } = config.worktree;
  const run = judgeInWorktree({ git, root, folder, ...(outputLimit === undefined ? {} : { outputLimit }) });
  const roomOptions = { git, slots, log, stream: id, process, liveness, keep, parallel, run, endRun };
  const room = new GateRooms(roomOptions);
  return new LocalExecution(hands, room, new Steward(hands, room, roomOptions));
}

function slotFolder(repository: Repository, { worktree }: Config): string {
  if (worktree.root === defaultConfig.worktree.root) return defaultSlotFolder(repository);
  return isAbsolute(worktree.root) ? worktree.root : join(repository.root, worktree.root);
}

function setupWith(command: string): (slot: { readonly name: string; readonly path: string }) => Promise<void> {
  const setup = { run: command, timeoutMinutes: setupMinutes, env: {} };
  return async ({ path }) => {
    const place = { cwd: path, environment: {}, onStart: () => undefined, signal: new AbortController().signal };
    const { exitCode, outputTail } = await runGate(setup, place);
    if (exitCode !== 0) throw new SetupFailed(`worktree.setup (${command}) failed: ${outputTail.trim().slice(-500)}`);
  };
}
