/**
 * Contracts that are files: what a landing changes of them is published. Which landing was the last is in the log with what came
 * of it, so that whoever goes on after a death neither forgets one nor publishes it twice. [A13]
 */
import type { ContractFile } from "../../config/config.ts";
import { readYaml } from "../../config/read-yaml.ts";
import { type CommitId, idProblem, type PlanId } from "../../core/ids.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { isRefusal } from "../../core/refusal.ts";
import { type LandContractCommand, lastLanding } from "../../core/speculation/contract-landings.ts";
import { versionOf } from "../../core/speculation/contracts.ts";
import type { Refused } from "../answers.ts";
import { kindTold } from "../contracts/kind-told.ts";
import { findObject, readObject } from "../git/read-object.ts";
import type { Hands } from "../hands.ts";
import { contractFilesOn } from "./places.ts";
import { readVersion, withDigest } from "./publish-contract.ts";

/** The steward's: publishes what has landed of contracts, plan by plan. */
export class ContractLandings {
  readonly #hands: Hands;
  /** What was looked at last of each plan; who takes the office over looks once more. */
  readonly #seen = new Map<PlanId, CommitId>();

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  /** Whether a plan has landed something that was not looked at. */
  isDue(): boolean {
    return this.#due().length > 0;
  }

  async look(): Promise<void> {
    for (const { id, tip } of this.#due()) {
      await publishLanded(this.#hands, id);
      this.#seen.set(id, tip);
    }
  }

  #due(): readonly Plan[] {
    const plans = [...this.#hands.manager.workspace.plans.values()];
    return plans.filter(({ id, tip, landings }) => landings.length > 0 && this.#seen.get(id) !== tip);
  }
}

/** Somebody else may publish while texts are compared; so often it is tried once more. */
const tries = 5;
/** As for a text that an agent sends. */
const longestText = 1_000_000;

/** Publishes all that a plan has landed of contracts and that was not published yet, in order. */
export async function publishLanded(hands: Hands, id: PlanId): Promise<void> {
  const target = hands.manager.workspace.plans.get(id)?.header.target;
  if (target === undefined) return;
  for (const file of await contractFilesOn(hands, target)) {
    for (let left = tries; ; ) {
      await hands.manager.refresh();
      const command = await nextLanding(hands, id, file);
      if (!command) break;
      const answer = await hands.manager.execute(command);
      if (!isRefusal(answer)) continue;
      left -= 1;
      if (left > 0 && answer.refused === "outdated") continue;
      throw new Error(`What landed of contract ${file.name} was not published: ${answer.refused}`);
    }
  }
}

/** The first landing that changed a contract's file and was not published yet. */
async function nextLanding(hands: Hands, id: PlanId, file: ContractFile): Promise<LandContractCommand | undefined> {
  const { git, manager } = hands;
  const plan = manager.workspace.plans.get(id);
  if (!plan) return undefined;
  const after = lastLanding(manager.workspace, id, file.name);
  const { landings } = plan;
  // What is not found is -1, and the first landing comes after what the plan began with.
  const last = landings.findIndex(({ commit }) => commit === after);
  const before = landings[last]?.commit ?? plan.header.base;
  let old = (await findObject(git, `${before}:${file.path}`))?.id;
  for (const { node, commit } of landings.slice(last + 1)) {
    const next = await findObject(git, `${commit}:${file.path}`);
    if (next?.id !== old) return landing(hands, plan, { file, after, node, commit, size: next?.size });
    old = next?.id;
  }
  return undefined;
}

interface Changed {
  readonly file: ContractFile;
  readonly after: CommitId | undefined;
  readonly node: string;
  readonly commit: CommitId;
  /** Of the file in bytes; undefined where it is gone. */
  readonly size: number | undefined;
}

async function landing(
  hands: Hands,
  plan: Plan,
  { file, after, node, commit, size }: Changed,
): Promise<LandContractCommand> {
  const worker = plan.nodes.get(node)?.times.agent;
  const agent = worker === undefined ? {} : { agent: worker };
  const about = { type: "LandContract", plan: plan.id, node, commit, after, contract: file.name, ...agent } as const;
  if (size === undefined) return { ...about, text: { problem: `${file.path} is no longer there.` } };
  if (size > longestText) return { ...about, text: { problem: `${file.path} is longer than ${longestText} bytes.` } };
  const specification = (await readObject(hands.git, `${commit}:${file.path}`))?.body.toString("utf8") ?? "";
  const { versions = [] } = hands.manager.workspace.speculation.contracts.get(file.name) ?? {};
  const kind = file.kind ?? kindTold(file.path, specification) ?? versions.at(-1)?.kind;
  if (!kind) return { ...about, text: { problem: "Its format cannot be told: name its kind in interlock.yaml." } };
  const version = freeOrSame(hands, file.name, withDigest({ kind, specification }).digest, versionTold(specification));
  const request = {
    contract: file.name,
    text: { kind, specification },
    action: "activate" as const,
    ...(version === undefined ? {} : { version }),
  };
  const read = await readVersion(hands, request);
  if ("refused" in read) return { ...about, text: { problem: problemsIn(read) } };
  const from = { plan: plan.id, node, attempt: plan.nodes.get(node)?.attempts ?? 0 };
  const by = { agent: worker ?? nobody, from, contract: file.name, action: request.action };
  const named = version === undefined ? {} : { version };
  return {
    ...about,
    text: { type: "PublishContract", ...by, ...named, consumers: { agents: [], nodes: [] }, ...read },
  };
}

/** Speaks for merges of the target, which nobody worked on. */
const nobody = "interlock";

/** The version that a text says it is, where it says so and can be it. */
function versionTold(specification: string): string | undefined {
  const read = readYaml(specification);
  if ("problems" in read || typeof read.value !== "object" || read.value === null || !("info" in read.value)) return;
  const { info } = read.value;
  const version = typeof info === "object" && info !== null && "version" in info ? info.version : undefined;
  return typeof version === "string" && idProblem(version) === undefined ? version : undefined;
}

/** The version that is to be asked for: none where the latest has this text already, or where another text has that version. */
function freeOrSame({ manager }: Hands, contract: string, digest: string, version: string | undefined) {
  const known = manager.workspace.speculation.contracts.get(contract);
  if (known?.versions.at(-1)?.digest === digest) return undefined;
  const taken = versionOf(known, version ?? "");
  return taken && taken.digest !== digest ? undefined : version;
}

function problemsIn(refused: Refused): string {
  if (!("problems" in refused)) return refused.refused;
  return refused.problems
    .slice(0, mostProblems)
    .map(({ path, problem }) => `${path}: ${problem}`)
    .join("; ");
}

const mostProblems = 5;
