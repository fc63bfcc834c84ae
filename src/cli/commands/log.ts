import type { Recorded } from "../../core/recorded.ts";
import { timelineView } from "../../tools/views/timeline.ts";
import { eventFacts, eventLine, isAbout } from "../event-line.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { untilInterrupted } from "../interruption.ts";
import { type CommonOptions, withWorkspace } from "../open-workspace.ts";
import { jsonText, type Terminal } from "../terminal.ts";

export interface LogOptions extends CommonOptions {
  readonly follow?: boolean;
  /** A position; without it the latest events are shown. */
  readonly since?: number;
  readonly limit: number;
  readonly plan?: string;
  readonly node?: string;
}

/** Shows what happened, one event a line, oldest first; with `--json` each line is one JSON object. */
export async function log(options: LogOptions, terminal: Terminal): Promise<ExitCode> {
  return withWorkspace(options, terminal, async ({ execution }) => {
    const print = (recorded: Recorded) => {
      if (!isAbout(recorded.event, options)) return;
      if (options.json) terminal.print(jsonText(eventFacts(recorded)));
      else terminal.print(eventLine(recorded, terminal));
    };
    const { position } = await execution.workspace();
    const after = options.since ?? (await startOfLatest(execution, position, options));
    await untilInterrupted(async (signal) => {
      const last = await printPages(execution, after, print, signal);
      if (!options.follow) return;
      for await (const recorded of execution.follow(last, signal)) print(recorded);
    });
    return exitCodes.done;
  });
}

const pageSize = 1_000;

/** Prints what has happened after a position so far; returns the last position. */
async function printPages(
  execution: Parameters<typeof timelineView>[0],
  after: number,
  print: (recorded: Recorded) => void,
  signal: AbortSignal,
): Promise<number> {
  for (let last = after; ; ) {
    const page = signal.aborted ? [] : await execution.events(last, pageSize);
    for (const recorded of page) print(recorded);
    last = page.at(-1)?.position ?? last;
    if (page.length < pageSize) return last;
  }
}

/** The position after which the latest so many events stand that are asked for. */
async function startOfLatest(
  execution: Parameters<typeof timelineView>[0],
  position: number,
  { limit, plan, node }: LogOptions,
): Promise<number> {
  const asked = { ...(plan === undefined ? {} : { plan }), ...(node === undefined ? {} : { node }) };
  const { timeline } = await timelineView(execution, position, { ...asked, limit, detailed: false });
  return timeline[0] === undefined ? position : timeline[0].position - 1;
}
