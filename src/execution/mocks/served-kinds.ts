import type { ContractKind } from "../../core/speculation/contracts.ts";

/** Kinds that something can be asked of over HTTP. */
export const servedKinds: readonly ContractKind[] = ["openapi", "graphql"];
