import { runFraudAlert } from "../demo/fraud-alert/run-fraud-alert.ts";
import { runDemo } from "../demo/run-demo.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { Problem } from "../problem.ts";
import type { Terminal } from "../terminal.ts";

/** A scenario minute of the Fraud Alert Dashboard, so that its four hours take less than one. */
const defaultMinuteMs = 180;

/** Lets scripted agents work a plan in a repository of its own: a small shop's, or a scenario that is named. */
export async function demo(
  scenario: string | undefined,
  options: { readonly minuteMs?: number; readonly json?: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  if (scenario === undefined) {
    if (options.json || options.minuteMs !== undefined)
      throw new Problem("bad_usage", exitCodes.badUsage, "--json and --minute-ms go with the scenario fraud-alert.");
    return runDemo(terminal);
  }
  if (scenario === "fraud-alert")
    return runFraudAlert({ minuteMs: options.minuteMs ?? defaultMinuteMs, json: options.json ?? false }, terminal);
  throw new Problem("bad_usage", exitCodes.badUsage, `There is no scenario ${scenario}; there is fraud-alert.`);
}
