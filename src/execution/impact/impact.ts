/**
 * What changes touch and which nodes are likely to clash, asked of a process of its own that is started with the first question
 * and ended when nobody has asked for a while. One that dies while it reads a content is started again and passes that content by.
 */
import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Git } from "../git/runner.ts";
import { Answering } from "./answering.ts";
import type { ClaimingNode, ClashOptions, LikelyClash } from "./clashes.ts";
import type { CrossingImport } from "./crossing-imports.ts";
import type { Answers, IndexSetup, Question, Questions, Reply } from "./questions.ts";
import type { ImpactAnswer, ImpactQuestion } from "./walk.ts";

/** Answers are about the tree of a commit and the history up to it. They throw when nothing can be known. */
export interface Impact {
  /** What a change touches, each with the steps that lead there. */
  impactOf(commit: string, question: ImpactQuestion): Promise<ImpactAnswer>;
  /** Pairs of nodes that may run at the same time and are likely to change the same files. */
  clashesLikely(
    commit: string,
    nodes: readonly ClaimingNode[],
    options?: ClashOptions,
  ): Promise<readonly LikelyClash[]>;
  /** The same, or undefined where it is not known within so many milliseconds; what was begun goes on for who asks next. */
  clashesWithin(
    ms: number,
    commit: string,
    nodes: readonly ClaimingNode[],
    options?: ClashOptions,
  ): Promise<readonly LikelyClash[] | undefined>;
  /** Imports across the claims of nodes that may run at the same time; undefined where they are not known within so many milliseconds. */
  crossingsWithin(
    ms: number,
    commit: string,
    nodes: readonly ClaimingNode[],
    options: { readonly most: number; readonly ignoreCase: boolean },
  ): Promise<readonly CrossingImport[] | undefined>;
  /** The names that others can import from a module; undefined when it is not there or no source that is read. */
  exportsOf(commit: string, path: string): Promise<readonly string[] | undefined>;
  /** Reads a commit, so that later answers come at once. */
  prepare(commit: string): Promise<void>;
  /** Ends the process; nothing of it touches the disk afterwards. */
  close(): Promise<void>;
}

/**
 * The impact of a repository. `folder` is where we keep things in its git common dir. Run from its sources, the program has no
 * script to start a process with, and answers in the process that asks.
 */
export function openImpact(options: { readonly git: Git; readonly folder: string }): Impact {
  const office = existsSync(script) ? new Office(options) : new OwnProcess(options);
  const clashesLikely: Impact["clashesLikely"] = (commit, nodes, asked = {}) =>
    office.ask(commit, "clashes", { nodes, options: asked });
  return {
    impactOf: (commit, question) => office.ask(commit, "impact", question),
    clashesLikely,
    clashesWithin: (ms, ...asked) => within(ms, clashesLikely(...asked)),
    crossingsWithin: (ms, commit, nodes, options) => within(ms, office.ask(commit, "crossings", { nodes, options })),
    exportsOf: (commit, path) => office.ask(commit, "exports", { path }),
    prepare: async (commit) => void (await office.ask(commit, "ready", {})),
    close: () => office.close(),
  };
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((go) => {
    timer = setTimeout(go, ms, undefined);
  });
  // Nobody may be left to hear of it.
  answer.catch(() => undefined);
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** Whoever asked is leaving, so that nobody misses the answer. */
export class ImpactClosed extends Error {
  override readonly name = "ImpactClosed";
}

const script = fileURLToPath(new URL("index-process.js", import.meta.url));

class OwnProcess {
  readonly #options: { readonly git: Git; readonly folder: string };
  #answering: Answering | undefined;

  constructor({ git, folder }: { readonly git: Git; readonly folder: string }) {
    this.#options = { git, folder: join(folder, "impact") };
  }

  ask<K extends keyof Questions>(commit: string, ask: K, about: Questions[K]): Promise<Answers[K]> {
    this.#answering ??= new Answering(this.#options);
    return this.#answering.ask(commit, ask, about);
  }

  async close(): Promise<void> {}
}

/** Nobody wants to wait for a large repository to be read again, and nobody wants its memory held for ever. */
const idleMs = 10 * 60_000;
/** A process that has not come back from one content in that time will not. */
const mostSilentMs = 60_000;
/** Enough for a repository with hostile files in it, and an end to it when it is the machine that is at fault. */
const mostStarts = 20;
const readingLength = 120;

interface Asked {
  readonly question: Question;
  readonly settle: (answer: never) => void;
  readonly fail: (fault: unknown) => void;
}

class Office {
  readonly #setup: Pick<IndexSetup, "gitDir" | "folder">;
  readonly #readingFile: string;
  readonly #waiting = new Map<number, Asked>();
  readonly #unreadable: string[] = [];
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #asked = 0;
  #starts = 0;
  #isClosed = false;

  constructor({ git, folder }: { readonly git: Git; readonly folder: string }) {
    this.#setup = { gitDir: git.gitDir, folder: join(folder, "impact") };
    this.#readingFile = join(folder, "tmp", `reading-${randomUUID()}`);
  }

  ask<K extends keyof Questions>(commit: string, ask: K, about: Questions[K]): Promise<Answers[K]> {
    return new Promise((settle, fail) => {
      if (this.#isClosed) return fail(new ImpactClosed("It is closed"));
      const asked = { question: { number: this.#asked, commit, ask, about }, settle, fail };
      this.#asked += 1;
      this.#waiting.set(asked.question.number, asked);
      this.#put(asked);
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#failAll(new ImpactClosed("It was closed before it could answer"));
    await this.#end();
  }

  #put({ question }: Asked): void {
    this.#child ??= this.#start();
    this.#watch();
    this.#child.send(question);
  }

  #start(): ChildProcess {
    mkdirSync(join(this.#readingFile, ".."), { recursive: true });
    const setup: IndexSetup = {
      ...this.#setup,
      readingFile: this.#readingFile,
      readingLength,
      unreadable: this.#unreadable,
    };
    const child = fork(script, [JSON.stringify(setup)], { stdio: ["ignore", "ignore", "ignore", "ipc"], execArgv: [] });
    this.#starts += 1;
    child.on("message", (reply: Reply) => this.#hear(reply));
    child.on("error", (fault) => this.#over(child, fault));
    child.on("exit", () => this.#over(child, new Error("It ended while it was asked")));
    return child;
  }

  #hear(reply: Reply): void {
    const asked = this.#waiting.get(reply.number);
    this.#waiting.delete(reply.number);
    if ("fault" in reply) asked?.fail(new Error(reply.fault));
    else asked?.settle(reply.answer as never);
    this.#watch();
  }

  /** It died: what it was reading is passed by from now on, and what it was asked is asked again. */
  #over(child: ChildProcess, fault: Error): void {
    if (this.#child !== child) return;
    const culprit = this.#contentBeingRead();
    void this.#end();
    const isNew = culprit !== undefined && !this.#unreadable.includes(culprit);
    if (!isNew || this.#starts >= mostStarts) {
      this.#failAll(fault);
      return;
    }
    this.#unreadable.push(culprit);
    for (const asked of this.#waiting.values()) this.#put(asked);
  }

  #contentBeingRead(): string | undefined {
    try {
      return readFileSync(this.#readingFile, "utf8").trim() || undefined;
    } catch {
      return undefined;
    }
  }

  #failAll(fault: Error): void {
    for (const { fail } of this.#waiting.values()) fail(fault);
    this.#waiting.clear();
  }

  /** While somebody waits it must not fall silent, and keeps us alive; else it may be ended after a while, and never does. */
  #watch(): void {
    clearTimeout(this.#timer);
    const child = this.#child;
    if (!child) return;
    if (this.#waiting.size === 0) {
      child.unref();
      child.channel?.unref();
      this.#timer = setTimeout(() => void this.#end(), idleMs).unref();
      return;
    }
    child.ref();
    child.channel?.ref();
    const before = this.#contentBeingRead();
    this.#timer = setTimeout(() => {
      if (before !== undefined && this.#contentBeingRead() === before) child.kill("SIGKILL");
      else this.#watch();
    }, mostSilentMs).unref();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#timer);
    const child = this.#child;
    this.#child = undefined;
    if (child && child.exitCode === null && child.signalCode === null) {
      child.removeAllListeners();
      child.on("error", () => undefined);
      child.ref();
      // It keeps nothing that cannot be read again.
      child.kill("SIGKILL");
      if (child.pid !== undefined) await new Promise((gone) => child.once("exit", gone));
    }
    rmSync(this.#readingFile, { force: true });
  }
}
