/**
 * Git commands that answer one question after another. Starting a process costs more than most answers, so these are
 * started once, kept while they are being asked, and ended when nobody has asked for a while.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { gitEnvironment, pinnedConfig } from "./environment.ts";
import { GitFault } from "./git-fault.ts";

/** One question to a command that answers many, one after another. */
export interface GitQuestion<T> {
  /** The command; questions with the same arguments go to one process. */
  readonly args: readonly string[];
  /** What is written to the command; a content is put into a file first, and its path asked. */
  readonly ask: string | { readonly content: string };
  /** Reads the answer off the start of what came; a number says how many bytes there must be before it is worth another look. */
  readonly parse: (output: Buffer) => { readonly answer: T; readonly length: number } | number;
}

/** The talks with one repository. */
export class Conversations {
  readonly #gitDir: string;
  readonly #executable: () => string;
  readonly #open = new Map<string, Conversation>();

  constructor(options: { readonly gitDir: string; readonly executable: () => string }) {
    this.#gitDir = options.gitDir;
    this.#executable = options.executable;
  }

  /** Answers a question; throws GitFault when the command ends instead of answering. */
  async ask<T>(question: GitQuestion<T>): Promise<T> {
    if (typeof question.ask === "string") return this.#askLine(question, question.ask);
    const draft = join(this.#gitDir, "interlock", "tmp", `asked-${randomUUID()}`);
    mkdirSync(join(draft, ".."), { recursive: true });
    writeFileSync(draft, question.ask.content);
    try {
      return await this.#askLine(question, `${draft}\n`);
    } finally {
      rmSync(draft, { force: true });
    }
  }

  /** Ends all processes once they have answered what they were asked; a later question starts a new one. */
  close(): void {
    for (const conversation of this.#open.values()) conversation.end();
  }

  #askLine<T>({ args, parse }: GitQuestion<T>, line: string): Promise<T> {
    return new Promise((settle, fail) => this.#put({ args, line, parse, settle, fail, tries: 0 }));
  }

  #put(asked: Asked): void {
    const { args } = asked;
    const key = args.join(" ");
    let conversation = this.#open.get(key);
    if (!conversation) {
      const opened = new Conversation(this.#start(args), {
        closed: () => {
          if (this.#open.get(key) === opened) this.#open.delete(key);
        },
        unanswered: (left) => {
          for (const one of left) this.#put(one);
        },
      });
      conversation = opened;
      this.#open.set(key, opened);
    }
    conversation.ask(asked);
  }

  #start(args: readonly string[]): Talking {
    const all = [...pinnedConfig({}), `--git-dir=${this.#gitDir}`, ...args];
    return spawn(this.#executable(), all, {
      cwd: this.#gitDir,
      env: gitEnvironment({}),
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
    });
  }
}

type Talking = ChildProcessByStdio<Writable, Readable, Readable>;

interface Asked {
  readonly args: readonly string[];
  readonly line: string;
  readonly parse: GitQuestion<unknown>["parse"];
  readonly settle: (answer: never) => void;
  readonly fail: (fault: unknown) => void;
  tries: number;
}

interface Listener {
  /** Nothing more may be asked here. */
  readonly closed: () => void;
  /** What the process had not come to when it ended. */
  readonly unanswered: (left: readonly Asked[]) => void;
}

/** Nobody waits long for a process that starts in milliseconds, and none should outlive its use. */
const idleMs = 30_000;

/** A process that somebody killed may be started once more for a question. */
const mostTries = 2;

class Conversation {
  readonly #process: Talking;
  readonly #listener: Listener;
  readonly #idle: NodeJS.Timeout;
  #asked: Asked[] = [];
  #chunks: Buffer[] = [];
  #length = 0;
  #worthLookingAt = 1;
  #stderr = "";

  constructor(process: Talking, listener: Listener) {
    this.#process = process;
    this.#listener = listener;
    this.#idle = setTimeout(() => this.end(), idleMs).unref();
    process.stdout.on("data", (chunk: Buffer) => this.#hear(chunk));
    process.stderr.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString("utf8")).slice(-4_000);
    });
    // A write that comes too late is heard of when the process has closed.
    process.stdin.on("error", () => undefined);
    process.on("error", (cause) => this.#over(undefined, false, cause));
    process.on("close", (code, signal) => this.#over(code ?? undefined, signal !== null));
  }

  ask(asked: Asked): void {
    this.#asked.push(asked);
    this.#keepAlive(true);
    this.#idle.refresh();
    this.#process.stdin.write(asked.line);
  }

  end(): void {
    clearTimeout(this.#idle);
    this.#listener.closed();
    this.#process.stdin.end();
  }

  #hear(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= this.#worthLookingAt) {
      const [asked] = this.#asked;
      if (!asked) return;
      const heard = Buffer.concat(this.#chunks);
      const parsed = asked.parse(heard);
      if (typeof parsed === "number") {
        this.#chunks = [heard];
        this.#worthLookingAt = Math.max(parsed, heard.length + 1);
        return;
      }
      this.#chunks = [heard.subarray(parsed.length)];
      this.#length = heard.length - parsed.length;
      this.#worthLookingAt = 1;
      this.#asked.shift();
      asked.settle(parsed.answer as never);
    }
    if (this.#asked.length === 0) this.#keepAlive(false);
  }

  /** It ended at the first question; it never came to the others. */
  #over(exitCode: number | undefined, killed: boolean, cause?: unknown): void {
    this.end();
    const [first, ...others] = this.#asked;
    this.#asked = [];
    if (!first) return;
    first.tries += 1;
    const again = killed && first.tries < mostTries;
    if (!again) first.fail(new GitFault(first.args, exitCode, this.#stderr, cause));
    this.#listener.unanswered(again ? [first, ...others] : others);
  }

  /** A process that nobody is asking anything must not keep ours from ending. */
  #keepAlive(wanted: boolean): void {
    const { stdin, stdout, stderr } = this.#process;
    for (const held of [this.#process, stdin, stdout, stderr] as Partial<NodeJS.RefCounted>[]) {
      if (wanted) held.ref?.();
      else held.unref?.();
    }
  }
}
