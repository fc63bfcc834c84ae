import type { Git } from "../../../src/execution/git/runner.ts";

/** What a killed process shows to the one that comes after it. */
export class Died extends Error {}

/** A git whose process dies before or after its n-th command; commands that were under way end first. */
export function dyingGit(git: Git, death: { readonly at: number; readonly after: boolean }) {
  let commands = 0;
  const underWay = new Set<Promise<unknown>>();
  const mortal = async <T>(command: () => Promise<T>): Promise<T> => {
    commands += 1;
    const here = commands;
    if (here > death.at || (here === death.at && !death.after)) throw new Died();
    const running = command();
    underWay.add(running);
    const result = await running.finally(() => underWay.delete(running));
    if (here === death.at) throw new Died();
    return result;
  };
  const dying: Git = {
    gitDir: git.gitDir,
    run: (command, place) => mortal(() => git.run(command, place)),
    ask: (question) => mortal(() => git.ask(question)),
    close: () => git.close(),
  };
  return { git: dying, settled: () => Promise.allSettled(underWay) };
}

/** Kills an operation at each of its steps, in turn, until it survives; `retry` comes after each death. Returns the deaths. */
export async function dieAtEachStep(
  git: Git,
  operation: (git: Git) => Promise<unknown>,
  retry: (death: string) => Promise<void>,
): Promise<number> {
  for (let at = 1; ; at += 1) {
    for (const after of [false, true]) {
      const mortal = dyingGit(git, { at, after });
      const survived = await operation(mortal.git).then(
        () => true,
        (error: unknown) => {
          if (isDeath(error)) return false;
          throw error;
        },
      );
      await mortal.settled();
      if (survived) return at - 1;
      await retry(`${after ? "after" : "before"} command ${at}`);
    }
  }
}

function isDeath(error: unknown): boolean {
  return error instanceof Died || (error instanceof Error && isDeath(error.cause));
}
