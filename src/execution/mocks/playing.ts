/** A contract of the workspace, played: the version that is meant, the next one as soon as it is in force, on a port that nobody else was lent. */
import {
  type Contract,
  type ContractName,
  type ContractVersion,
  inForce,
  versionOf,
} from "../../core/speculation/contracts.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { Refused } from "../answers.ts";
import type { Hands } from "../hands.ts";
import { textAt } from "../speculation/looking.ts";
import type { Answered, MockSetup } from "./messages.ts";
import { type MockServer, startMockServer } from "./mock-server.ts";
import { isLent, portsFor } from "./ports.ts";
import { seedFrom } from "./seed.ts";
import { servedKinds } from "./served-kinds.ts";

export interface PlayRequest {
  readonly contract: ContractName;
  /** Without it, what is in force is played, whatever that is in future. */
  readonly version?: string;
  /** Other numbers give other data. */
  readonly seed?: number;
  /** Instead of one from the pool. */
  readonly port?: number;
  readonly tell?: (news: MockNews) => void;
  /** Asked after each event; true ends it. */
  readonly isOver?: (workspace: Workspace) => boolean;
}

/** What those who look at a mock are told. */
export type MockNews =
  | ({ readonly is: "answered" } & Answered)
  | { readonly is: "version"; readonly version: string; readonly operations: readonly string[] }
  | { readonly is: "unplayable"; readonly version: string; readonly say: string }
  | { readonly is: "moved"; readonly url: string };

export interface Playing {
  readonly url: string;
  readonly version: string;
  readonly operations: readonly string[];
  /** Resolves once nothing is served any more. */
  readonly over: Promise<void>;
  close(): Promise<void>;
}

/** The version that is meant: what was named, else what is in force, else the latest draft. */
export function versionMeant(contract: Contract | undefined, version: string | undefined): ContractVersion | undefined {
  return version === undefined ? (inForce(contract) ?? contract?.versions.at(-1)) : versionOf(contract, version);
}

/** Serves a contract that something can be asked of until it is closed or over. */
export async function playContract(hands: Hands, request: PlayRequest): Promise<Playing | Refused> {
  const { contract, version } = request;
  const workspace = await hands.manager.refresh();
  const meant = versionMeant(workspace.speculation.contracts.get(contract), version);
  if (!meant) return { refused: "unknown_contract", contract, ...(version === undefined ? {} : { version }) };
  if (!servedKinds.includes(meant.kind))
    return { refused: "no_mock", contract, problem: `Nobody can ask anything of a contract of kind ${meant.kind}.` };
  const served = await serve(request, workspace, await setupOf(hands, request, meant));
  if ("problems" in served) return { refused: "no_mock", contract, problem: saidOf(served) };
  return new Played(hands, request, served, { version: meant, position: workspace.position });
}

class Played implements Playing {
  readonly #hands: Hands;
  readonly #request: PlayRequest;
  readonly #closing = new AbortController();
  #server: MockServer;
  #version: ContractVersion;
  operations: readonly string[];
  readonly over: Promise<void>;

  constructor(
    hands: Hands,
    request: PlayRequest,
    server: MockServer,
    { version, position }: { readonly version: ContractVersion; readonly position: number },
  ) {
    this.#hands = hands;
    this.#request = request;
    this.#server = server;
    this.#version = version;
    this.operations = server.operations;
    this.#endWith(server);
    this.over = this.#follow(position).catch((fault) => hands.report(fault, "following a mock's contract"));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  get version(): string {
    return this.#version.version;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.over;
  }

  async #follow(position: number): Promise<void> {
    const { manager } = this.#hands;
    const { signal } = this.#closing;
    try {
      for await (const _ of manager.log.follow(manager.stream, position, signal)) {
        const workspace = await manager.refresh();
        if (this.#request.isOver?.(workspace)) return;
        await this.#keepUp(workspace);
      }
    } finally {
      this.#closing.abort();
      await this.#server.close();
    }
  }

  async #keepUp(workspace: Workspace): Promise<void> {
    const { contract, version, port, tell } = this.#request;
    const meant = versionMeant(workspace.speculation.contracts.get(contract), version);
    if (meant && meant.at !== this.#version.at) await this.#play(meant);
    if (port !== undefined || !isLent(workspace, this.#server.port)) return;
    const setup = await setupOf(this.#hands, this.#request, this.#version);
    const before = this.#server;
    const other = await serve(this.#request, workspace, setup);
    if ("problems" in other) return;
    this.#server = other;
    this.#endWith(other);
    await before.close();
    tell?.({ is: "moved", url: this.url });
  }

  async #play(meant: ContractVersion): Promise<void> {
    const { contract, tell } = this.#request;
    this.#version = meant;
    const played = servedKinds.includes(meant.kind)
      ? await this.#server.replace(await setupOf(this.#hands, this.#request, meant))
      : { problems: [{ where: "", say: `Nobody can ask anything of ${contract} any more: it is ${meant.kind} now.` }] };
    if ("problems" in played) tell?.({ is: "unplayable", version: meant.version, say: saidOf(played) });
    else {
      this.operations = played.operations;
      tell?.({ is: "version", version: meant.version, operations: played.operations });
    }
  }

  /** A process that was ended from outside is not started again behind anybody's back; the next who asks gets a new one. */
  #endWith(server: MockServer): void {
    void server.gone.then(() => {
      if (this.#server === server) this.#closing.abort();
    });
  }
}

function serve({ port, tell }: PlayRequest, workspace: Workspace, setup: MockSetup) {
  const ports = port === undefined ? portsFor(workspace) : [port];
  const onAnswered = (answered: Answered) => tell?.({ is: "answered", ...answered });
  return startMockServer(setup, { ports, ...(tell ? { onAnswered } : {}) });
}

async function setupOf(
  hands: Hands,
  { contract, seed = 0 }: PlayRequest,
  { at, version, kind, digest }: ContractVersion,
): Promise<MockSetup> {
  const text = await textAt(hands, at);
  if (!text) throw new Error(`The log has no text of ${contract} at ${at}`);
  return { title: `${contract} ${version}`, kind, text: text.specification, seed: seedFrom(digest, seed) };
}

function saidOf({ problems }: { readonly problems: readonly { readonly say: string }[] }): string {
  return problems[0]?.say ?? "It cannot be played.";
}
