import type { ExitCode } from "./exit-code.ts";

/** Ends a command with a sentence for the person who called it. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly exitCode: ExitCode;
  /** For scripts; stable, snake_case. */
  readonly code: string;

  constructor(code: string, exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.exitCode = exitCode;
  }
}
