import { resolutionMemory } from "./memory.ts";
import { findMergiraf } from "./mergiraf.ts";
import type { ResolveOptions } from "./resolve-text.ts";

/** All that the chain may use on this machine: mergiraf when it is installed, and what a repository remembers. */
export function resolutionChain(gitDir: string | undefined): ResolveOptions {
  const mergiraf = findMergiraf();
  return {
    ...(mergiraf ? { mergiraf } : {}),
    ...(gitDir === undefined ? {} : { memory: resolutionMemory(gitDir) }),
  };
}
