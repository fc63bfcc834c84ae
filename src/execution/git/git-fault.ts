/** Git failed in a way that nobody expected: the arguments, the exit code and what it wrote to stderr. */
export class GitFault extends Error {
  override readonly name = "GitFault";
  readonly args: readonly string[];
  readonly exitCode: number | undefined;
  readonly stderr: string;

  constructor(args: readonly string[], exitCode: number | undefined, stderr: string, cause?: unknown) {
    super(`git ${args.join(" ")} ended with ${exitCode ?? "a signal"}: ${stderr.trim()}`, { cause });
    this.args = args;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}
