/** What is known of work that began before the facts were in. Texts stay in the log and are read by position. */
import type { CommitId, Position } from "../ids.ts";
import { artifactKey } from "./artifact.ts";
import type { Artifact } from "./artifacts.ts";
import type { Assumption, AssumptionId } from "./assumptions.ts";
import type { Conflict, ConflictId } from "./conflicts.ts";
import type { Contract, ContractName } from "./contracts.ts";
import type { Convergence, ConvergenceId } from "./convergences.ts";

export interface Speculation {
  /** By kind and id. */
  readonly artifacts: Map<string, Artifact>;
  readonly contracts: Map<ContractName, Contract>;
  readonly assumptions: Map<AssumptionId, Assumption>;
  readonly conflicts: Map<ConflictId, Conflict>;
  readonly convergences: Map<ConvergenceId, Convergence>;
  /** Assumptions, conflicts and convergences that are not settled, oldest first: what is over must not make anything slow. */
  readonly unsettled: Set<string>;
  /** Nodes whose rework was ordered while somebody had them, by key, with the event that did. */
  readonly rework: Map<string, Position>;
  /** By plan and contract, the last landing that changed the contract's file. */
  readonly landed: Map<string, CommitId>;
}

/** The same in a snapshot. */
export interface SpeculationText {
  readonly artifacts: readonly Artifact[];
  readonly contracts: readonly Contract[];
  readonly assumptions: readonly Assumption[];
  readonly conflicts: readonly Conflict[];
  readonly convergences: readonly Convergence[];
  readonly rework: readonly (readonly [string, Position])[];
  readonly landed: readonly (readonly [string, CommitId])[];
}

export function noSpeculation(): Speculation {
  return {
    artifacts: new Map(),
    contracts: new Map(),
    assumptions: new Map(),
    conflicts: new Map(),
    convergences: new Map(),
    unsettled: new Set(),
    rework: new Map(),
    landed: new Map(),
  };
}

export function speculationToText(speculation: Speculation): SpeculationText {
  const { artifacts, contracts, assumptions, conflicts, convergences, rework, landed } = speculation;
  return {
    artifacts: [...artifacts.values()],
    contracts: [...contracts.values()],
    assumptions: [...assumptions.values()],
    conflicts: [...conflicts.values()],
    convergences: [...convergences.values()],
    rework: [...rework],
    landed: [...landed],
  };
}

export function speculationFromText(text: SpeculationText): Speculation {
  const { artifacts, contracts, assumptions, conflicts, convergences, rework, landed } = text;
  return {
    artifacts: new Map(artifacts.map((artifact) => [artifactKey(artifact), artifact])),
    contracts: new Map(contracts.map((contract) => [contract.name, contract])),
    assumptions: new Map(assumptions.map((assumption) => [assumption.id, assumption])),
    conflicts: new Map(conflicts.map((conflict) => [conflict.id, conflict])),
    convergences: new Map(convergences.map((convergence) => [convergence.id, convergence])),
    unsettled: new Set(unsettledIn(text)),
    rework: new Map(rework),
    landed: new Map(landed),
  };
}

function unsettledIn({ assumptions, conflicts, convergences }: SpeculationText): readonly string[] {
  const open = [
    ...assumptions.filter(({ state }) => state.is === "active"),
    ...conflicts.filter(({ state }) => state.is === "open"),
    ...convergences.filter(({ state }) => state.is === "open"),
  ];
  // An id is a letter and a position.
  return open.map(({ id }) => id).sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
}
