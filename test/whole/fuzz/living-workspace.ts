/** A workspace in the middle of its work, on a real repository, whose every call is checked against the log. */
import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { evolve, settled } from "../../../src/core/evolve.ts";
import { nodeKey } from "../../../src/core/ids.ts";
import { emptyWorkspace } from "../../../src/core/workspace.ts";
import type { Execution } from "../../../src/execution/execution.ts";
import { discoverRepository } from "../../../src/execution/git/discover.ts";
import { readOrMakeKey } from "../../../src/execution/lease-token.ts";
import { openExecution } from "../../../src/execution/open.ts";
import type { Log } from "../../../src/log/port.ts";
import { allTools } from "../../../src/tools/all-tools.ts";
import type { Reply } from "../../../src/tools/reply.ts";
import { runTool } from "../../../src/tools/run-tool.ts";
import { dump } from "../../core/dump.ts";
import { holdsTogether, mayHappen } from "../../core/invariants.ts";
import {
  type TemporaryRepository,
  temporaryRepository,
  whatIsTheUsers,
} from "../../execution/git/temporary-repository.ts";
import { expectValidReply } from "../../tools/valid-reply.ts";
import { ofTheCaller } from "./callers-events.ts";

/** A node as it was handed out; its lease may have ended since. */
export interface Work {
  readonly agent: string;
  readonly lease: string;
  readonly plan: string;
  readonly node: string;
  readonly worktree: string;
}

const config = `gates: {list: [{name: test, run: "! grep -rq oops src"}]}
pools: {build: {capacity: 2}, port: {range: 4100-4101}}
plans: {max_parallel: 6}
`;

const first = {
  id: "first",
  title: "First",
  nodes: [
    { id: "a", writes: ["src/a.txt"], estimate_minutes: 1, token_budget: 10 },
    { id: "b", edits: ["src/shared.txt"], uses: ["build"] },
    { id: "c", edits: ["src/shared.txt"], reads: ["docs/**"], gates: ["test"] },
    { id: "d", depends_on: ["a"], writes: ["src/d/**"], when: "fancy" },
    { id: "e", kind: "sync", depends_on: ["b", "c"] },
    { id: "f", depends_on: ["e"], uses: ["port", "db:main"] },
  ],
  flags: { fancy: true },
};
const second = { id: "second", title: "Second", policy: { scope: "strict" }, nodes: [{ id: "a" }, { id: "b" }] };

/** How long a call may wait; so short that a thousand calls take no minute. */
const mostWaitSeconds = 0.15;

export class LivingWorkspace {
  readonly repository: TemporaryRepository;
  readonly execution: Execution;
  /** Every node that was ever handed out, stale ones too. */
  readonly works: Work[] = [];
  readonly tickets: string[] = ["t99"];
  /** The patterns that were granted, by lease. */
  readonly claims = new Map<string, string[]>();
  readonly transcript: string[] = [];
  readonly seen = new Map<string, number>();
  readonly #log: Log;
  readonly #stream: string;
  readonly #faults: string[];
  readonly #before: Record<string, string>;
  /** Folds what is in the log one event at a time, as another process would. */
  readonly #shadow = emptyWorkspace();

  private constructor(repository: TemporaryRepository, execution: Execution, log: Log, faults: string[]) {
    this.repository = repository;
    this.execution = execution;
    this.#log = log;
    this.#stream = streamOf(repository);
    this.#faults = faults;
    this.#before = whatIsTheUsers(repository);
  }

  static async open(): Promise<LivingWorkspace> {
    const repository = temporaryRepository({
      "interlock.yaml": config,
      "src/a.txt": "a\n",
      "src/shared.txt": "one\ntwo\n",
      "docs/read.md": "read\n",
    });
    const found = await discoverRepository(repository.root);
    if (!found) throw new Error("no repository");
    const faults: string[] = [];
    const report = (fault: unknown, doing: string) =>
      faults.push(`${doing}: ${fault instanceof Error ? `${fault.stack} ${fault.cause ?? ""}` : fault}`);
    let log: Log | undefined;
    const keep = (opened: Log) => {
      log = opened;
      return opened;
    };
    const around = { git: (git: TemporaryRepository["git"]) => git, log: keep };
    const execution = await openExecution({ repository: found, report, around });
    if (!log) throw new Error("no log");
    const it = new LivingWorkspace(repository, execution, log, faults);
    execution.start({ longLived: true });
    await it.#live();
    return it;
  }

  /** What one tool answers to one input; fails the test when the answer or the state is not sound. */
  async call(name: string, input: unknown): Promise<Reply> {
    const tool = allTools.find((one) => one.name === name);
    if (!tool) throw new Error(`there is no tool ${name}`);
    this.transcript.push(`${name} ${short(input)}`);
    const began = this.#shadow.position;
    const reply = await runTool(tool, input, {
      execution: async () => this.execution,
      signal: new AbortController().signal,
      mostWaitSeconds,
      logger: { error: (facts) => this.#faults.push(`${name}: ${faultIn(facts)}`) },
    });
    this.transcript.push(`  -> ${short(reply)}`);
    expect(this.#faults).toEqual([]);
    expectValidReply(tool, reply);
    expect(["internal_error", "store_busy", "store_unusable", "config_unusable", "cancelled"]).not.toContain(
      reply.refused,
    );
    await this.check();
    if (reply.refused !== undefined) await this.#appendedNothing(reply, began);
    this.#learn(reply, input);
    const outcome = `${name} ${reply.refused ?? reply.status ?? "done"}`;
    this.seen.set(outcome, (this.seen.get(outcome) ?? 0) + 1);
    return reply;
  }

  /** Changes a file in a worktree, as its agent would. */
  edit(work: Work, path: string, content: string | undefined): void {
    this.transcript.push(`${work.agent} ${content === undefined ? "removes" : "writes"} ${work.node}: ${path}`);
    try {
      if (content === undefined) rmSync(join(work.worktree, path), { force: true });
      else writeFileSync(join(work.worktree, path), content);
    } catch {
      // The worktree may be gone, or without that folder.
    }
  }

  /** [D1] The log folds to the state, every step of it may happen, and the claim table says what is held. */
  async check(): Promise<void> {
    const workspace = await this.execution.workspace();
    const [state, { position }] = [dump(workspace), workspace];
    const rows = await this.#log.readClaims(this.#stream);
    const missed = await this.execution.events(this.#shadow.position, 10_000);
    for (const recorded of missed.filter((one) => one.position <= position)) {
      settled(this.#shadow);
      mayHappen(this.#shadow, recorded.event);
      evolve(this.#shadow, recorded);
    }
    expect(dump(settled(this.#shadow)), "[D1] the log folds to the state").toBe(state);
    holdsTogether(this.#shadow);
    if (missed.length > 0 && missed.at(-1)?.position !== position) return;
    const held = [...this.#shadow.locks.held.values()].flat();
    const wanted = held.map(({ by, mode, pattern }) => `${nodeKey(by)} ${mode} ${pattern}`).sort();
    expect(rows.map(({ plan, node, mode, pattern }) => `${plan}/${node} ${mode} ${pattern}`).sort()).toEqual(wanted);
  }

  /** [G1] Nothing of the user's has changed, no prototype has, and nothing failed behind the scenes. */
  isUnharmed(): void {
    expect(whatIsTheUsers(this.repository)).toEqual(this.#before);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect("polluted" in {}).toBe(false);
    expect(this.#faults).toEqual([]);
  }

  async close(): Promise<void> {
    await this.execution.close();
    this.repository.remove();
  }

  /** Nodes in every state that agents can bring them into, with claims, a queue, pools and parked work. */
  async #live(): Promise<void> {
    for (const plan of [first, second]) await this.call("submit_plan", { plan });
    for (const agent of ["ann", "bob", "cyd", "dan"]) await this.take(agent);
    const [ann, bob, cyd, dan] = this.works;
    if (!ann || !bob || !cyd || !dan) throw new Error("not all got work");
    this.edit(ann, "src/a.txt", "ann\n");
    await this.call("complete_node", { ...who(ann), summary: "did it", outputs: { port: 1 } });
    await this.call("claim_resources", { ...who(bob), write: ["lib/**"] });
    await this.call("claim_resources", { ...who(cyd), edit: ["lib/x.txt"], wait_seconds: 0 });
    await this.call("fail_node", { ...who(dan), reason: "tired", retryable: true });
    await this.call("share_knowledge", { agent: "bob", topic: "lib", text: "is mine", paths: ["lib/**"] });
    await this.take("eve");
  }

  async take(agent: string): Promise<void> {
    for (let tries = 0; tries < 200; tries += 1) {
      const { status } = await this.call("request_next_node", { agent, wait_seconds: 1 });
      if (status === "assigned") return;
    }
    throw new Error(`${agent} got no work`);
  }

  #learn(reply: Reply, input: unknown): void {
    if (typeof reply["ticket"] === "string") this.tickets.push(reply["ticket"]);
    const by = reply["lease"] ?? (input as { lease?: unknown } | null)?.lease;
    if (Array.isArray(reply["claims"]) && reply["claims"].length > 0 && typeof by === "string") {
      const granted = (reply["claims"] as readonly { pattern: string }[]).map(({ pattern }) => pattern);
      this.claims.set(by, [...(this.claims.get(by) ?? []), ...granted]);
    }
    if (reply.status !== "assigned") return;
    const { lease, worktree, node } = reply as unknown as Work & { node: { id: string; plan_id: string } };
    const { agent } = input as { agent: string };
    if (this.works.some((one) => one.lease === lease)) return;
    this.works.push({ agent, lease, worktree, node: node.id, plan: node.plan_id });
  }

  async #appendedNothing(reply: Reply, after: number): Promise<void> {
    const appended = await this.execution.events(after, 10_000);
    const wrong = appended.filter(({ event }) => ofTheCaller(event)).map(({ event }) => event.type);
    expect(wrong, `${reply.refused} and yet something happened`).toEqual([]);
  }
}

/** As the program names its stream. */
function streamOf({ gitDir }: TemporaryRepository): string {
  const key = readOrMakeKey(join(gitDir, "interlock", "key"));
  return createHash("sha256").update("workspace").update(key).digest("hex").slice(0, 16);
}

export function who({ agent, lease }: Work): { readonly agent: string; readonly lease: string } {
  return { agent, lease };
}

function faultIn(facts: object): string {
  const fault: unknown = "err" in facts ? facts.err : facts;
  return fault instanceof Error ? `${fault.stack} ${fault.cause ?? ""}` : JSON.stringify(fault);
}

function short(value: unknown): string {
  try {
    const text = JSON.stringify(value) ?? "undefined";
    return text.length > 600 ? `${text.slice(0, 600)}... (${text.length})` : text;
  } catch {
    return "something too deep to show";
  }
}
