/** What the process that asks and the one that knows say to each other. */
import type { ClaimingNode, ClashOptions, LikelyClash } from "./clashes.ts";
import type { CrossingImport } from "./crossing-imports.ts";
import type { ImpactAnswer, ImpactQuestion } from "./walk.ts";

export interface Questions {
  readonly impact: ImpactQuestion;
  readonly clashes: { readonly nodes: readonly ClaimingNode[]; readonly options: ClashOptions };
  readonly crossings: {
    readonly nodes: readonly ClaimingNode[];
    readonly options: { readonly most: number; readonly ignoreCase: boolean };
  };
  readonly exports: { readonly path: string };
  /** Only to have a commit read. */
  readonly ready: Record<string, never>;
}

export interface Answers {
  readonly impact: ImpactAnswer;
  readonly clashes: readonly LikelyClash[];
  readonly crossings: readonly CrossingImport[];
  readonly exports: readonly string[] | undefined;
  readonly ready: true;
}

/** A question about the tree and history of a commit. */
export interface Question<K extends keyof Questions = keyof Questions> {
  readonly number: number;
  readonly commit: string;
  readonly ask: K;
  readonly about: Questions[K];
}

export type Reply =
  | { readonly number: number; readonly answer: Answers[keyof Answers] }
  | { readonly number: number; readonly fault: string };

/** What the process that knows is started with. */
export interface IndexSetup {
  readonly gitDir: string;
  /** Where it keeps what it has read. */
  readonly folder: string;
  /** It writes the content that it is about to read there, filled up to `readingLength`. */
  readonly readingFile: string;
  readonly readingLength: number;
  readonly unreadable: readonly string[];
}
