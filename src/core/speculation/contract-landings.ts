/**
 * Contracts that are files of the repository: what lands of them is published.
 *
 * [A13] A landing that changes a contract's file publishes its text once, in force; text that is none is told to who landed it, and changes nothing.
 */
import { type AgentName, type CommitId, type NodeRef, nodeKey, type PlanId } from "../ids.ts";
import type { Plan } from "../plan/plan.ts";
import { isRefusal, type Refusal } from "../refusal.ts";
import type { Workspace } from "../workspace.ts";
import type { AssumptionEvent } from "./assumptions.ts";
import type { ConflictEvent } from "./conflicts.ts";
import type { ContractEvent, ContractName } from "./contracts.ts";
import { type PublishCommand, publish } from "./publishing.ts";

/** A landing changed the file of a contract. */
export interface LandContractCommand extends NodeRef {
  readonly type: "LandContract";
  readonly contract: ContractName;
  readonly commit: CommitId;
  /** The last such landing of the plan before it that is known. */
  readonly after: CommitId | undefined;
  /** Whose landing it was; absent where nobody worked on it. */
  readonly agent?: AgentName;
  /** The text as a version, or why it cannot be one. */
  readonly text: PublishCommand | { readonly problem: string };
}

export interface ContractLandingEvent extends NodeRef {
  readonly type: "ContractLanded";
  readonly contract: ContractName;
  readonly commit: CommitId;
  /** Why the text that landed was not published. */
  readonly problem?: string;
  /** Whom it is news for. */
  readonly tells: readonly AgentName[];
}

type Landed = readonly (ContractLandingEvent | ContractEvent | AssumptionEvent | ConflictEvent)[];

/** Publishes what landed of a contract, unless somebody has done so; what it breaks is a conflict like that of any version. [A13] */
export function landContract(workspace: Workspace, plan: Plan, command: LandContractCommand): Landed | Refusal {
  const { contract, commit, after, agent, node, text } = command;
  if (lastLanding(workspace, plan.id, contract) !== after) return { refused: "outdated" };
  if (!plan.landings.some((landing) => landing.commit === commit)) return { refused: "outdated" };
  const landed = { type: "ContractLanded", contract, plan: plan.id, node, commit } as const;
  if ("problem" in text) {
    const tells = agent === undefined ? [] : [agent];
    return [{ ...landed, problem: text.problem, tells }];
  }
  const published = publish(workspace, text);
  return isRefusal(published) ? published : [{ ...landed, tells: [] }, ...published];
}

/** The last landing of a plan that is known to have changed the file of a contract. */
export function lastLanding({ speculation }: Workspace, plan: PlanId, contract: ContractName): CommitId | undefined {
  return speculation.landed.get(nodeKey({ plan, node: contract }));
}

export function evolveContractLandings({ speculation, plans }: Workspace, event: ContractLandingEvent): void {
  const { plan, contract, commit } = event;
  for (const key of speculation.landed.keys())
    if (plans.get(key.split("/")[0] ?? "")?.status.is === "landed") speculation.landed.delete(key);
  speculation.landed.set(nodeKey({ plan, node: contract }), commit);
}
