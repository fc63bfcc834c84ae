import type { ContractKind, Problem } from "../contracts/contract-kind.ts";

/** What a mock is made of. */
export interface MockSetup {
  /** The contract and its version, as people read it. */
  readonly title: string;
  readonly kind: ContractKind;
  readonly text: string;
  readonly seed: number;
  /** So long may an answer take, if not as long as usual. */
  readonly mostMs?: number;
}

/** What the process of a mock is told: play this, in place of what it played; the first time on the first port that is free. */
export interface ToMock {
  readonly setup: MockSetup;
  readonly ports: readonly number[];
}

/** A request that was answered. */
export interface Answered {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly ms: number;
}

/** What the process of a mock says. */
export type FromMock =
  | { readonly is: "playing"; readonly port: number; readonly operations: readonly string[] }
  | { readonly is: "refused"; readonly problems: readonly Problem[] }
  | ({ readonly is: "answered" } & Answered);
