/**
 * What follows where a contract's text is not what others count on, whichever of the two came last.
 *
 * [A5] An assumption whose check fails is invalidated by the very decision that learns of it.
 * [A9] A requirement that asks for what the contract in force lacks is a conflict with all who rely on that contract.
 */
import type { AgentName, NodeRef } from "../ids.ts";
import type { Workspace } from "../workspace.ts";
import type { ArtifactRef } from "./artifact.ts";
import type { Assumption, AssumptionEvent } from "./assumptions.ts";
import { type ConflictEvent, openConflict, type Severity } from "./conflicts.ts";
import type { ContractName } from "./contracts.ts";
import type { Judged } from "./looking.ts";
import { invalidate, invalidated } from "./settling.ts";

/** Why a version is a conflict by itself, whatever it lacks. */
export interface Breaking {
  readonly severity: Severity;
  readonly description: string;
  readonly cause: string;
}

export interface Breach {
  readonly contract: ContractName;
  readonly judged: Judged;
  /** Those who rely on the contract, and who published it. */
  readonly nodes: readonly NodeRef[];
  readonly agents: readonly AgentName[];
  readonly breaking?: Breaking | undefined;
}

type Followed = readonly (AssumptionEvent | ConflictEvent)[];

/** Invalidates what no longer holds, notes what does, and opens the conflicts that this makes. */
export function followText(workspace: Workspace, breach: Breach): Followed {
  const { contract, judged, breaking } = breach;
  const held = judged.holding.map(({ id }): AssumptionEvent => ({ type: "AssumptionHeld", assumption: id }));
  const causes = breaking ? [breaking] : judged.unmet.map((unmet) => unmetBy(contract, unmet));
  if (causes.length === 0)
    return [...held, ...judged.failing.flatMap((one) => invalidate(workspace, one, wordLack(one, breach)))];
  const wrong = judged.failing.map((one) => invalidated(workspace, one, wordLack(one, breach)));
  const nodes = [...breach.nodes, ...wrong.flatMap((one) => one.nodes)];
  const agents = [...breach.agents, ...wrong.flatMap((one) => one.agents)];
  const requirements = judged.unmet.map(({ requirement }): ArtifactRef => ({ kind: "requirement", id: requirement }));
  const artifacts: readonly ArtifactRef[] = [{ kind: "contract", id: contract }, ...requirements];
  const conflicts = causes.flatMap((cause) =>
    openConflict(workspace, { type: "contract_breach", ...cause, artifacts, nodes, agents }),
  );
  return [...held, ...wrong.map(({ event }) => event), ...conflicts];
}

/** The cause by which a requirement that a contract does not meet is known again. */
export function unmetCause(contract: ContractName, requirement: string): string {
  return `requirement:${requirement} contract:${contract}`;
}

function unmetBy(contract: ContractName, { requirement, fields }: Judged["unmet"][number]): Breaking {
  const description = `Requirement ${requirement} asks for ${fields.join(", ")}, which contract ${contract} lacks.`;
  return { severity: "high", description, cause: unmetCause(contract, requirement) };
}

function wordLack({ check }: Assumption, { contract, judged }: Breach): string {
  const gone = check?.is === "contract_has" ? check.fields.filter((field) => judged.lacks.includes(field)) : undefined;
  const fields = gone ?? [...new Set(judged.unmet.flatMap((one) => one.fields))];
  return `Contract ${contract} lacks ${fields.join(", ")}.`;
}
