/** What is known of work that began before the facts were in. Texts stay in the log and are read by position. */
import type { Position } from "../ids.ts";
import type { Conflict, ConflictId } from "./conflicts.ts";
import type { Contract, ContractName } from "./contracts.ts";
import type { Convergence, ConvergenceId } from "./convergences.ts";

export interface Speculation {
  readonly contracts: Map<ContractName, Contract>;
  readonly conflicts: Map<ConflictId, Conflict>;
  readonly convergences: Map<ConvergenceId, Convergence>;
  /** Nodes whose rework was ordered while somebody had them, by key, with the event that did. */
  readonly rework: Map<string, Position>;
}

/** The same in a snapshot. */
export interface SpeculationText {
  readonly contracts: readonly Contract[];
  readonly conflicts: readonly Conflict[];
  readonly convergences: readonly Convergence[];
  readonly rework: readonly (readonly [string, Position])[];
}

export function noSpeculation(): Speculation {
  return { contracts: new Map(), conflicts: new Map(), convergences: new Map(), rework: new Map() };
}

export function speculationToText({ contracts, conflicts, convergences, rework }: Speculation): SpeculationText {
  return {
    contracts: [...contracts.values()],
    conflicts: [...conflicts.values()],
    convergences: [...convergences.values()],
    rework: [...rework],
  };
}

export function speculationFromText({ contracts, conflicts, convergences, rework }: SpeculationText): Speculation {
  return {
    contracts: new Map(contracts.map((contract) => [contract.name, contract])),
    conflicts: new Map(conflicts.map((conflict) => [conflict.id, conflict])),
    convergences: new Map(convergences.map((convergence) => [convergence.id, convergence])),
    rework: new Map(rework),
  };
}
