/** What is known of work that began before the facts were in. Texts stay in the log and are read by position. */
import type { Conflict, ConflictId } from "./conflicts.ts";
import type { Contract, ContractName } from "./contracts.ts";

export interface Speculation {
  readonly contracts: Map<ContractName, Contract>;
  readonly conflicts: Map<ConflictId, Conflict>;
}

/** The same in a snapshot. */
export interface SpeculationText {
  readonly contracts: readonly Contract[];
  readonly conflicts: readonly Conflict[];
}

export function noSpeculation(): Speculation {
  return { contracts: new Map(), conflicts: new Map() };
}

export function speculationToText({ contracts, conflicts }: Speculation): SpeculationText {
  return { contracts: [...contracts.values()], conflicts: [...conflicts.values()] };
}

export function speculationFromText({ contracts, conflicts }: SpeculationText): Speculation {
  return {
    contracts: new Map(contracts.map((contract) => [contract.name, contract])),
    conflicts: new Map(conflicts.map((conflict) => [conflict.id, conflict])),
  };
}
