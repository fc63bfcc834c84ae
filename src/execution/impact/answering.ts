import type { Git } from "../git/runner.ts";
import { clashesLikely } from "./clashes.ts";
import { crossingImports } from "./crossing-imports.ts";
import { ImpactIndex, type IndexOptions, type Known } from "./impact-index.ts";
import type { Answers, Questions } from "./questions.ts";
import { impactOf } from "./walk.ts";

/** Answers questions one after another, in the process that it is in. */
export class Answering {
  readonly #index: Promise<ImpactIndex>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: IndexOptions & { readonly git: Git }) {
    this.#index = ImpactIndex.open(options);
    // Whoever asks hears of it.
    this.#index.catch(() => undefined);
  }

  ask<K extends keyof Questions>(commit: string, ask: K, about: Questions[K]): Promise<Answers[K]> {
    const answer = this.#last.then(async () => answers[ask](about, await (await this.#index).at(commit)));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async save(): Promise<void> {
    await (await this.#index).save();
  }
}

const answers: { readonly [K in keyof Questions]: (about: Questions[K], known: Known) => Answers[K] } = {
  impact: (about, known) => impactOf(about, known),
  clashes: ({ nodes, options }, known) => clashesLikely(nodes, known, options),
  crossings: ({ nodes, options }, known) => crossingImports(nodes, known, options),
  exports: ({ path }, { graph }) => {
    const names = graph.exportsOf(path);
    return names && [...names];
  },
  ready: () => true,
};
