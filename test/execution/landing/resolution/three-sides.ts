import { afterAll } from "vitest";
import { askGit, type GitMerge } from "../../../../src/execution/landing/resolution/git-regions.ts";
import { type ResolveOptions, resolveText } from "../../../../src/execution/landing/resolution/resolve-text.ts";
import { temporaryRepository } from "../../git/temporary-repository.ts";

/** Resolves texts with the help of a real git; the repository is gone after the tests of the file. */
export function chain(): {
  readonly merge: GitMerge;
  readonly resolve: (
    path: string,
    base: string,
    ours: string,
    theirs: string,
    options?: ResolveOptions,
  ) => ReturnType<typeof resolveText>;
} {
  const repository = temporaryRepository();
  afterAll(() => repository.remove());
  const merge = askGit(repository.git);
  return {
    merge,
    resolve: (path, base, ours, theirs, options) => resolveText(path, { base, ours, theirs }, merge, options),
  };
}

/** Lines as a text. */
export function text(...lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
