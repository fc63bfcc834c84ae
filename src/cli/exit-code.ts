/** What a command's exit code tells a script. */
export const exitCodes = {
  done: 0,
  /** It finished, but something failed or was refused. */
  failed: 1,
  /** It was called wrongly, or what it was given (options, config, plan) is wrong. */
  badUsage: 2,
  /** It could not begin: no repository, or a store that cannot be used. */
  cannotStart: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
