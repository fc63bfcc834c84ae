import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import type { GateConfig } from "../../config/config.ts";
import type { TestCounts } from "../../core/node/node-events.ts";
import { GateOutput, type OutputFile } from "./gate-output.ts";
import { type Begun, endGroup, endLeftovers, markVariable } from "./leftover-processes.ts";
import { TapReader } from "./tap.ts";

/** How one run of a gate's command ended. */
export interface GateRun {
  /** Null when it was killed or could not start; `outputTail` says why. */
  readonly exitCode: number | null;
  readonly outputTail: string;
  readonly seconds: number;
  /** Where its whole output is, if it was kept. */
  readonly outputFile?: string;
  /** What its reports say, if it wrote some. */
  readonly tests?: TestCounts;
  /** The names of the tests that failed. */
  readonly failedTests?: readonly string[];
}

/** What a candidate is judged in: a worktree that holds it, and what the command may know of its surroundings. */
export interface GatePlace {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Called with the process group as soon as it runs, so that it can be ended if this process dies. */
  readonly onStart: (group: number) => void;
  readonly signal: AbortSignal;
  /** Stands in the environment of all that it begins, so that what leaves the process group is found and ended too. */
  readonly mark?: string;
  /** Where all that it prints goes; nowhere if undefined. */
  readonly output?: OutputFile;
}

/** Whoever holds the output open although it was killed cannot be waited for. */
const closingMs = 500;

/** Timers cannot be set for longer. */
const longestMs = 2 ** 31 - 1;

/** Passed on from our own environment; secrets are not, since gates run whatever the branch holds. */
const passedOn = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "LC_ALL",
  "TZ",
  "TMPDIR",
  "TEMP",
  "TMP",
  "SystemRoot",
  "ComSpec",
];

/** Runs a gate's command in a process group of its own; whatever it leaves running is ended with it. */
export async function runGate(
  gate: Pick<GateConfig, "run" | "env" | "timeoutMinutes">,
  place: GatePlace,
): Promise<GateRun> {
  const began = performance.now();
  const output = new GateOutput(place.output);
  const tap = new TapReader();
  const exitCode = await execute(gate, place, output, tap);
  const isKept = await output.close();
  const report = tap.report();
  return {
    exitCode,
    outputTail: output.tail(),
    seconds: (performance.now() - began) / 1000,
    ...(isKept && place.output ? { outputFile: place.output.path } : {}),
    ...(report ? { tests: report.tests, failedTests: report.failed } : {}),
  };
}

async function execute(
  gate: Parameters<typeof runGate>[0],
  place: GatePlace,
  output: GateOutput,
  tap: TapReader,
): Promise<number | null> {
  const say = (text: string) => void output.add(Buffer.from(text));
  const child = start(gate, place, say);
  if (!child) return null;
  if (child.pid !== undefined) place.onStart(child.pid);
  const closed = once(child, "close").catch(() => undefined);
  listen(child.stdout, output, tap);
  listen(child.stderr, output);
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", (error) => {
      say(`could not start: ${error.message}\n`);
      resolve(null);
    });
    child.once("exit", resolve);
  });
  let stopped = false;
  const stop = (why: string) => () => {
    stopped = true;
    say(`\n[interlock] ended: ${why}\n`);
    endGroup(child.pid);
  };
  const onAbort = stop("the process that ran it is closing");
  const onTimeOut = stop(`it took longer than its ${gate.timeoutMinutes} minutes`);
  const timer = setTimeout(onTimeOut, Math.min(gate.timeoutMinutes * 60_000, longestMs));
  place.signal.addEventListener("abort", onAbort, { once: true });
  if (place.signal.aborted) onAbort();
  const exitCode = await ended;
  clearTimeout(timer);
  place.signal.removeEventListener("abort", onAbort);
  await endLeftovers({ group: child.pid, mark: place.mark } satisfies Begun);
  const patience = new AbortController();
  await Promise.race([closed, pause(closingMs, undefined, { signal: patience.signal }).catch(() => undefined)]);
  patience.abort();
  child.stdout.destroy();
  child.stderr.destroy();
  // What ends well after it was told to end has not judged anything.
  return stopped ? null : exitCode;
}

function start(
  gate: Parameters<typeof runGate>[0],
  { cwd, environment, mark }: GatePlace,
  say: (text: string) => void,
): ChildProcessByStdio<null, Readable, Readable> | undefined {
  try {
    return spawn(gate.run, {
      cwd,
      env: {
        ...passedOnFrom(process.env),
        CI: "true",
        ...environment,
        ...gate.env,
        ...(mark === undefined ? {} : { [markVariable]: mark }),
      },
      shell: true,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    say(`could not start: ${error instanceof Error ? error.message : error}\n`);
    return undefined;
  }
}

/** A gate that prints faster than the disk takes it waits for the disk. */
function listen(stream: Readable, output: GateOutput, tap?: TapReader): void {
  stream.on("data", (chunk: Buffer) => {
    tap?.add(chunk);
    const written = output.add(chunk);
    if (!written) return;
    stream.pause();
    void written.then(() => stream.resume());
  });
  stream.on("error", () => undefined);
}

function passedOnFrom(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    passedOn.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
}
