/**
 * The mocks that agents asked this process for: one for each contract and version, shared by all who ask, and gone with the attempts
 * under way here when it was asked for, with the workspace, and with the process.
 */
import { type AttemptRef, nodeKey } from "../../core/ids.ts";
import { workedOn } from "../../core/node/node.ts";
import type { ContractKind, ContractName } from "../../core/speculation/contracts.ts";
import { findNode, nodeByKey, type Workspace } from "../../core/workspace.ts";
import type { Refused } from "../answers.ts";
import type { Hands } from "../hands.ts";
import { textAt } from "../speculation/looking.ts";
import type { Example, Examples } from "./examples.ts";
import { type Playing, playContract, versionMeant } from "./playing.ts";
import { seedFrom } from "./seed.ts";
import { servedKinds } from "./served-kinds.ts";

/** Somewhere to ask, or examples where there is nothing to ask. */
export type MockOffer =
  | { readonly version: string; readonly url: string; readonly operations: readonly string[] }
  | { readonly version: string; readonly examples: readonly Example[] };

export interface MockQuestion {
  readonly contract: ContractName;
  readonly version?: string;
  readonly seed?: number;
}

interface Offered {
  readonly playing: Promise<Playing | Refused>;
  /** The attempts that it is for; for none, it is for as long as the process lives. */
  readonly attempts: Map<string, AttemptRef>;
}

/** Each is a process; nobody works with so many interfaces at once. */
const mostAtOnce = 16;

export class Mocks {
  readonly #hands: Hands;
  readonly #offered = new Map<string, Offered>();
  #isClosed = false;

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  /** The same for whoever asks for the same version. */
  async of(question: MockQuestion): Promise<MockOffer | Refused> {
    const { contract, version, seed = 0 } = question;
    const workspace = await this.#hands.manager.refresh();
    const meant = versionMeant(workspace.speculation.contracts.get(contract), version);
    if (!meant) return { refused: "unknown_contract", contract, ...(version === undefined ? {} : { version }) };
    if (!servedKinds.includes(meant.kind)) {
      const text = await textAt(this.#hands, meant.at);
      const specification = text?.specification ?? "";
      const found = await examplesFor(meant.kind, specification, seedFrom(meant.digest, seed));
      return "problem" in found
        ? { refused: "no_mock", contract, problem: found.problem }
        : { version: meant.version, examples: found.examples };
    }
    const playing = await this.#playing(question, workspace);
    if ("refused" in playing) return playing;
    return { version: playing.version, url: playing.url, operations: playing.operations };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const all = await Promise.allSettled([...this.#offered.values()].map(({ playing }) => playing));
    const open = all.flatMap((one) => (one.status === "fulfilled" && "close" in one.value ? [one.value] : []));
    await Promise.all(open.map((one) => one.close()));
  }

  #playing({ contract, version }: MockQuestion, workspace: Workspace): Promise<Playing | Refused> {
    if (this.#isClosed) throw new Error("The workspace is closed");
    const key = JSON.stringify([contract, version]);
    const known = this.#offered.get(key);
    const live = attemptsHere(workspace, this.#hands.process);
    if (known) {
      // What is for the process stays so; else it is for those at work now, too.
      if (known.attempts.size > 0) for (const one of live) known.attempts.set(attemptKey(one), one);
      return known.playing;
    }
    if (this.#offered.size >= mostAtOnce)
      return Promise.resolve({ refused: "no_mock", contract, problem: `There are ${mostAtOnce} mocks already.` });
    const attempts = new Map(live.map((one) => [attemptKey(one), one]));
    const isOver = (now: Workspace) =>
      attempts.size > 0 && ![...attempts.values()].some((attempt) => isUnderWay(now, attempt));
    const asked = { contract, ...(version === undefined ? {} : { version }), isOver };
    const playing = playContract(this.#hands, asked);
    this.#offered.set(key, { playing, attempts });
    const forget = () => {
      if (this.#offered.get(key)?.playing === playing) this.#offered.delete(key);
    };
    playing.then((one) => ("over" in one ? one.over.then(forget) : forget()), forget);
    return playing;
  }
}

/** Examples of what travels; each question is answered by a process of its own. */
async function examplesFor(kind: ContractKind, text: string, seed: number): Promise<Examples> {
  const { contractExamples } = await import("../contracts/contracts.ts");
  return contractExamples(kind, text, seed);
}

/** The attempts of agents that act through a process. */
function attemptsHere(workspace: Workspace, process: Hands["process"]): readonly AttemptRef[] {
  return [...workspace.agents.values()].flatMap(({ nodes }) =>
    [...nodes].flatMap((key) => {
      const node = nodeByKey(workspace, key);
      const attempt = node && workedOn(node);
      return attempt?.process === process ? [attempt] : [];
    }),
  );
}

function isUnderWay(workspace: Workspace, { plan, node, attempt }: AttemptRef): boolean {
  const found = findNode(workspace, plan, node);
  return found !== undefined && workedOn(found)?.attempt === attempt;
}

function attemptKey(attempt: AttemptRef): string {
  return `${nodeKey(attempt)}/${attempt.attempt}`;
}
