import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type AgentNews, readNews } from "./agent-news.ts";

interface Member {
  readonly process: ChildProcess;
  /** Its MCP server's. */
  serverPid?: number;
  /** Killed or sent home by us, so that nobody comes in its place. */
  dismissed: boolean;
}

export interface CrewOptions {
  readonly names: readonly string[];
  readonly root: string;
  /** What an agent runs, compiled, beside this file. */
  readonly script?: string;
  /** What it is told after its name and the repository: for the first demo's agents, the plan. */
  readonly brief: readonly string[];
  /** Where the agents and their servers write what goes wrong. */
  readonly logFile: string;
  readonly onNews: (news: AgentNews) => void;
  /** An agent ended that nobody sent away; another process has begun under its name. */
  readonly onReplaced: (agent: string) => void;
}

/** However often an agent crashes, it is not started more often than this. */
const mostStarts = 12;

/** The demo's agents: each a process, with an MCP server of its own as another one. */
export class Crew {
  readonly #options: CrewOptions;
  readonly #members = new Map<string, Member>();
  readonly #starts = new Map<string, number>();
  readonly #log: number;

  constructor(options: CrewOptions) {
    this.#options = options;
    this.#log = openSync(options.logFile, "a");
    for (const name of options.names) this.#start(name);
  }

  /** Kills an agent and its server as a crash would, and leaves its place empty. Returns the two process ids. */
  kill(name: string): readonly number[] {
    const member = this.#members.get(name);
    if (!member) return [];
    member.dismissed = true;
    const pids = [member.serverPid, member.process.pid].filter((pid) => pid !== undefined);
    for (const pid of pids) killIfThere(pid);
    return pids;
  }

  /** Waits until the agents have gone home, which they do when there is nothing left; who takes too long is made to. */
  async end(patienceMs: number): Promise<void> {
    const left = [...this.#members.values()].filter(isRunning);
    for (const member of left) member.dismissed = true;
    const impatience = setTimeout(() => this.#sendHome(left), patienceMs);
    await Promise.all(left.map(({ process }) => (isRunning({ process }) ? once(process, "exit") : undefined)));
    clearTimeout(impatience);
  }

  #sendHome(members: readonly Member[]): void {
    for (const { process } of members) process.kill("SIGTERM");
    setTimeout(() => {
      for (const member of members.filter(isRunning)) {
        if (member.serverPid !== undefined) killIfThere(member.serverPid);
        member.process.kill("SIGKILL");
      }
    }, 3_000).unref();
  }

  #start(name: string): void {
    const { root, script = "agent.js", brief, onNews } = this.#options;
    const file = fileURLToPath(new URL(script, import.meta.url));
    const child = spawn(process.execPath, [file, name, root, ...brief], { stdio: ["ignore", "pipe", this.#log] });
    const member: Member = { process: child, dismissed: false };
    this.#members.set(name, member);
    if (child.stdout) {
      createInterface(child.stdout).on("line", (line) => {
        const news = readNews(line);
        if (news?.is === "ready") member.serverPid = news.serverPid;
        if (news) onNews(news);
      });
    }
    child.once("exit", (code) => {
      if (member.dismissed || code === 0) return;
      const starts = (this.#starts.get(name) ?? 1) + 1;
      this.#starts.set(name, starts);
      if (starts > mostStarts) return;
      this.#options.onReplaced(name);
      this.#start(name);
    });
  }
}

function isRunning({ process }: Pick<Member, "process">): boolean {
  return process.exitCode === null && process.signalCode === null;
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
