import { spawn } from "node:child_process";
import type { GateConfig } from "../../config/config.ts";

/** How one run of a gate's command ended. */
export interface GateRun {
  /** Null when it was killed or could not start; `outputTail` says why. */
  readonly exitCode: number | null;
  readonly outputTail: string;
  readonly seconds: number;
}

/** What a candidate is judged in: a worktree that holds it, and what the command may know of its surroundings. */
export interface GatePlace {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Called with the process group as soon as it runs, so that it can be ended if this process dies. */
  readonly onStart: (group: number) => void;
  readonly signal: AbortSignal;
}

const tailLimit = 6_000;

/** What a killed group gets to put its affairs in order. */
const patienceMs = 2_000;

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
export async function runGate(gate: GateConfig, place: GatePlace): Promise<GateRun> {
  const began = performance.now();
  const child = spawn(gate.run, {
    cwd: place.cwd,
    env: { ...passedOnFrom(process.env), CI: "true", ...place.environment, ...gate.env },
    shell: true,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (child.pid !== undefined) place.onStart(child.pid);
  const tail = new Tail();
  child.stdout.on("data", (chunk: Buffer) => tail.add(chunk));
  child.stderr.on("data", (chunk: Buffer) => tail.add(chunk));
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", (error) => {
      tail.add(Buffer.from(`could not start: ${error.message}\n`));
      resolve(null);
    });
    child.once("exit", resolve);
  });
  const stop = (why: string) => () => {
    tail.add(Buffer.from(`\n[interlock] ended: ${why}\n`));
    endGroup(child.pid);
  };
  const onTimeOut = stop(`it took longer than its ${gate.timeoutMinutes} minutes`);
  const onAbort = stop("the process that ran it is closing");
  const timer = setTimeout(onTimeOut, gate.timeoutMinutes * 60_000);
  place.signal.addEventListener("abort", onAbort, { once: true });
  const exitCode = await ended;
  clearTimeout(timer);
  place.signal.removeEventListener("abort", onAbort);
  endGroup(child.pid);
  child.stdout.destroy();
  child.stderr.destroy();
  return { exitCode, outputTail: tail.text(), seconds: (performance.now() - began) / 1000 };
}

/** Ends a process group, at first politely; a group that is gone already is fine. */
export function endGroup(group: number | undefined): void {
  if (group === undefined || !signalGroup(group, "SIGTERM")) return;
  setTimeout(() => signalGroup(group, "SIGKILL"), patienceMs).unref();
}

function signalGroup(group: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}

function passedOnFrom(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    passedOn.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
}

/** The end of an output of any length, in bounded memory. */
class Tail {
  #kept = Buffer.alloc(0);
  #dropped = false;

  add(chunk: Buffer): void {
    const all = Buffer.concat([this.#kept, chunk]);
    this.#dropped ||= all.length > tailLimit;
    this.#kept = Buffer.from(all.subarray(Math.max(0, all.length - tailLimit)));
  }

  text(): string {
    return `${this.#dropped ? "[...]\n" : ""}${this.#kept.toString("utf8")}`;
  }
}
