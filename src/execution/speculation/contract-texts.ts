import type { ContractKind, Finding } from "../../core/speculation/contracts.ts";

/** What can be said of the texts of contracts. What cannot be understood is said to be so, never guessed. */
export interface ContractTexts {
  /** What is wrong with a text, all at once: where (a pointer, a line, a name; empty for all of it), and what. */
  check(kind: ContractKind, text: string): Promise<readonly { readonly where: string; readonly say: string }[]>;
  /** What the next text means to those who rely on the old one; the worst finding first. */
  compare(kind: ContractKind, old: string, next: string): Promise<Compared>;
  /** Which of the fields (names, or pointers into a message) a text lacks; all of them when it cannot be read. */
  lacking(kind: ContractKind, text: string, fields: readonly string[]): Promise<readonly string[]>;
}

export interface Compared {
  readonly change: Finding["change"];
  readonly findings: readonly Finding[];
}

/** Each question is answered by a process of its own; what asks it is loaded with the first one. */
export const contractTexts: ContractTexts = {
  check: async (kind, text) => {
    const { checkContract } = await import("../contracts/contracts.ts");
    const checked = await checkContract(kind, text);
    return "problems" in checked ? checked.problems : [];
  },
  compare: async (kind, old, next) => {
    const { compareContracts } = await import("../contracts/contracts.ts");
    return compareContracts(kind, old, next);
  },
  lacking: async (kind, text, fields) => {
    const { lackingFields } = await import("../contracts/contracts.ts");
    return lackingFields(kind, text, fields);
  },
};
