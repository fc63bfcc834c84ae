import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import type { Readable } from "node:stream";
import { OutputTail } from "./output-tail.ts";

/** One run of the command that does a node. */
export interface CommandRun {
  readonly command: string;
  readonly worktree: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What the command reads on stdin. */
  readonly input: string;
  /** All that it writes is kept here. */
  readonly logFile: string;
  /** Ends the command and everything that it started. */
  readonly signal: AbortSignal;
}

/** How a command ended. */
export interface CommandEnd {
  /** Null when it was killed or could not start. */
  readonly exitCode: number | null;
  /** The signal that killed it. */
  readonly killedBy?: string;
  /** Set when it could not even start. */
  readonly problem?: string;
  /** The last lines of its stdout. */
  readonly lastWords: string;
  /** The last lines of both outputs. */
  readonly lastOutput: string;
}

/** What a command gets to put its affairs in order before it is killed. */
const patienceMs = 5_000;

/** Runs a command by the shell in a process group of its own, so that Ctrl-C reaches only us and we reach all of it. */
export async function runAgentCommand(run: CommandRun): Promise<CommandEnd> {
  const child = spawn(run.command, {
    cwd: run.worktree,
    env: { ...withoutGit(process.env), ...run.environment },
    shell: true,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const log = createWriteStream(run.logFile, { flags: "a", mode: 0o600 });
  log.on("error", () => undefined);
  const words = new OutputTail();
  const output = new OutputTail();
  child.stdout.on("data", (chunk: Buffer) => {
    words.add(chunk);
    output.add(chunk);
    log.write(chunk);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output.add(chunk);
    log.write(chunk);
  });
  // A command need not read what it is given.
  child.stdin.on("error", () => undefined);
  child.stdin.end(run.input);
  const ended = new Promise<Pick<CommandEnd, "exitCode" | "killedBy" | "problem">>((resolve) => {
    child.once("error", (error) => resolve({ exitCode: null, problem: error.message }));
    child.once("exit", (exitCode, signal) => resolve({ exitCode, ...(signal ? { killedBy: signal } : {}) }));
  });
  let last: NodeJS.Timeout | undefined;
  const stop = () => {
    signalGroup(child.pid, "SIGTERM");
    last = setTimeout(() => signalGroup(child.pid, "SIGKILL"), patienceMs);
  };
  if (run.signal.aborted) stop();
  run.signal.addEventListener("abort", stop, { once: true });
  const end = await ended;
  run.signal.removeEventListener("abort", stop);
  clearTimeout(last);
  // What it left running would go on changing the worktree after it was handed in.
  signalGroup(child.pid, "SIGKILL");
  await outputsEnd(child.stdout, child.stderr);
  log.end();
  return { ...end, lastWords: words.text(), lastOutput: output.text() };
}

/** The group is gone, so its outputs end too, unless something left the group and holds on to them. */
async function outputsEnd(...streams: readonly Readable[]): Promise<void> {
  const open = streams.filter((stream) => !stream.closed);
  const closed = open.map((stream) => new Promise((resolve) => stream.once("close", resolve)));
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise((resolve) => {
    timer = setTimeout(resolve, 500);
  });
  await Promise.race([Promise.all(closed), enough]);
  clearTimeout(timer);
  for (const stream of streams) stream.destroy();
}

/** Where we were started from (a git hook, say) must not make the command's git look at another repository. */
function withoutGit(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const places = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY"];
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !places.includes(name)));
}

function signalGroup(group: number | undefined, signal: NodeJS.Signals): void {
  if (group === undefined) return;
  try {
    process.kill(-group, signal);
  } catch {
    // The whole group has ended.
  }
}
