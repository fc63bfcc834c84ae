import type { Change } from "../shop/node-script.ts";

/** The streams of the plan; agents are called like the roles they play. */
export const roles = ["analyst", "architect", "backend", "frontend", "writer"] as const;

export type Role = (typeof roles)[number];

/** One node of a stream, with what its agent does for it, minute by minute. */
export interface RoleNode {
  readonly id: string;
  readonly title: string;
  readonly instructions: string;
  readonly dependsOn?: readonly string[];
  /** Builds on the contract as soon as that is in force, before the node that writes it has landed. */
  readonly buildsOnContract?: boolean;
  readonly writes: readonly string[];
  readonly gates: readonly string[];
  /** 3 for what can wait. */
  readonly priority?: number;
  readonly steps: readonly RoleStep[];
  /** What it takes to bring the node in line with what a convergence decided. */
  readonly rework?: readonly RoleStep[];
}

/** What an agent does: it works for some scenario minutes, changes files, or calls a tool. */
export type RoleStep =
  | Change
  | { readonly do: "work"; readonly on: string; readonly minutes: number }
  | { readonly do: "call"; readonly tool: string; readonly input: object; readonly say: string }
  /** Goes on once others have begun these nodes, however slow the machine is. */
  | { readonly do: "meet"; readonly nodes: readonly string[] }
  /** Asks the contract's mock for alerts, and keeps its answer as the data of a test. */
  | { readonly do: "mock"; readonly path: string };

/** What a role says in the convergence, and how long it thinks about it. */
export interface RoleOpinion {
  readonly minutes: number;
  readonly decision: string;
  readonly rework: readonly { readonly node: string; readonly minutes: number }[];
  /** Done before it says so. */
  readonly steps?: readonly RoleStep[];
  /** Ends the convergence once everybody was heard. */
  readonly concludes?: boolean;
}

/** What a stream consists of. */
export interface Stream {
  readonly role: Role;
  readonly nodes: readonly RoleNode[];
  readonly opinion?: RoleOpinion;
}

/** How long the steps take, in scenario minutes. */
export function minutesOf(steps: readonly RoleStep[]): number {
  return steps.reduce((sum, step) => sum + (step.do === "work" ? step.minutes : 0), 0);
}
