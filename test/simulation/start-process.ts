import { basename } from "node:path";
import { toSettings } from "../../src/config/config.ts";
import { branchConfigs } from "../../src/execution/branch-config.ts";
import { GateRooms } from "../../src/execution/gates/gate-rooms.ts";
import type { Git } from "../../src/execution/git/runner.ts";
import type { Hands } from "../../src/execution/hands.ts";
import { leaseTokens } from "../../src/execution/lease-token.ts";
import { LocalExecution } from "../../src/execution/local-execution.ts";
import { Manager } from "../../src/execution/manager.ts";
import { Preparing } from "../../src/execution/preparing.ts";
import type { Slots } from "../../src/execution/slots/slots.ts";
import { Steward } from "../../src/execution/steward/steward.ts";
import { playedContracts } from "../execution/speculation/played-contracts.ts";
import { redFiles } from "./played-gate.ts";
import { askPlayed, runPlayed } from "./played-git/command-lines.ts";
import { mergeCommits } from "./played-git/merge-commits.ts";
import { playedLog } from "./played-log.ts";
import { PlayedProcess } from "./played-process.ts";
import { playedSlots } from "./played-slots.ts";
import { stream, target, type World } from "./world.ts";

/** A process with the real hands, working on what is played. */
export interface Running {
  readonly process: PlayedProcess;
  readonly execution: LocalExecution;
  readonly manager: Manager;
}

const tokens = leaseTokens(new Uint8Array(32).fill(7), stream);

/** Starts a process; resolves once it can be asked, or never if it dies before. */
export async function startProcess(world: World, longLived: boolean): Promise<Running> {
  const process = new PlayedProcess(world, world.processes.size + 1);
  world.processes.set(process.id, process);
  world.trace(`${process.id} starts`);
  const { repository, disk } = world;
  const played = { repository, now: () => Math.floor(world.wall() / 1000) };
  const git: Git = {
    gitDir: "/played/.git",
    run: (command, place) => process.effect("git", () => runPlayed(played, command, place)),
    ask: (question) => process.effect("git", () => askPlayed(played, question)),
    close: () => undefined,
  };
  const configOn = branchConfigs(git);
  const found = await configOn("HEAD");
  if ("problems" in found) throw new Error(`The config of the simulation has problems: ${JSON.stringify(found)}`);
  const { config } = found;
  const log = await world.scheduler.real(() => world.openLog());
  // The sessions and files of a dead process are gone with it.
  process.whenDead(() => {
    world.scheduler.real(() => log.close()).catch((error) => world.mustBePlayed(error, "the end of a process"));
  });
  const manager = await Manager.open(playedLog(world, process, log), stream, process.clock);
  const settings = toSettings(config, false);
  if (JSON.stringify(settings) !== JSON.stringify(manager.workspace.settings))
    await manager.execute({ type: "ConfigureWorkspace", settings });
  const slots = traced(
    world,
    process.id,
    playedSlots({ disk, repository, git, step: (act) => process.effect("slot", act) }),
  );
  const hands: Hands = {
    manager,
    git,
    repository: bare,
    slots,
    merge: (request) => process.effect("merge", () => mergeCommits(repository, request)),
    learn: async () => undefined,
    removeLogs: async () => undefined,
    moveTarget: ({ branch, to }) => process.effect("target", () => moveTarget(world, `refs/heads/${branch}`, to)),
    contractTexts: playedContracts,
    preparing: new Preparing(),
    impact: unknownImpact,
    process: process.id,
    liveness: world.liveness,
    clock: process.clock,
    tokens,
    config,
    configOn,
    folder: "/played/.git/interlock",
    report: (fault, doing) => {
      if (process.alive) world.mustBePlayed(fault, doing);
    },
  };
  const roomOptions: ConstructorParameters<typeof GateRooms>[0] = {
    git,
    slots,
    log: manager.log,
    stream,
    process: process.id,
    liveness: world.liveness,
    keep: [],
    parallel: config.gates.parallel,
    endRun: async () => undefined,
    run: (gate, { cwd, signal }) =>
      process.effect("gate", () => {
        if (signal.aborted) return { exitCode: null, outputTail: "closing", seconds: 0 };
        const red = redFiles(gate.name, disk.files(basename(cwd)) ?? new Map());
        return { exitCode: red.length > 0 ? 1 : 0, outputTail: red.join(), seconds: 1 };
      }),
  };
  const room = new GateRooms(roomOptions);
  const execution = new LocalExecution(hands, room, new Steward(hands, room, roomOptions));
  execution.start({ longLived });
  return { process, execution, manager };
}

/** Nobody asks in the simulation what a change would touch. */
const unknownImpact: Hands["impact"] = {
  impactOf: async () => ({ affected: [], more: 0 }),
  clashesLikely: async () => [],
  clashesWithin: async () => [],
  crossingsWithin: async () => [],
  exportsOf: async () => undefined,
  prepare: async () => undefined,
  close: async () => undefined,
};

/** Nobody has anything checked out in a bare repository. */
const bare: Hands["repository"] = {
  root: "/played",
  mainRoot: undefined,
  commonDir: "/played/.git",
  gitDir: "/played/.git",
  bare: true,
  isLinkedWorktree: false,
  headBranch: target,
  headCommit: undefined,
  ignoreCase: false,
};

function moveTarget(world: World, ref: string, to: string): Awaited<ReturnType<Hands["moveTarget"]>> {
  const { repository } = world;
  const from = repository.refs.get(ref);
  if (from === undefined) return { refused: "unknown_branch" };
  if (!repository.history(to).has(from)) return { refused: "not_fast_forward", actual: from };
  world.move(ref, to);
  return { landed: true, from, checkouts: [] };
}

/** The story tells of every operation on a slot. */
function traced(world: World, id: string, slots: Slots): Slots {
  const tell =
    <R, T>(what: string, act: (request: R) => Promise<T>) =>
    async (request: R): Promise<T> => {
      world.trace(`    ${id} ${what} ${JSON.stringify(request)}`);
      const done = await act(request);
      world.trace(`    ${id} ${what} done ${JSON.stringify(done).slice(0, 200)}`);
      return done;
    };
  return {
    ...slots,
    prepare: tell("prepare", slots.prepare),
    snapshot: tell("snapshot", slots.snapshot),
    park: tell("park", slots.park),
    remove: tell("remove", slots.remove),
    stillHolds: tell("stillHolds", slots.stillHolds),
  };
}
