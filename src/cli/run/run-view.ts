import type { Recorded } from "../../core/recorded.ts";
import type { Workspace } from "../../core/workspace.ts";
import { eventLine, isNews } from "../event-line.ts";
import { openScreen } from "../screen.ts";
import type { Terminal } from "../terminal.ts";
import { drawRun } from "./draw-run.ts";
import type { WorkerState } from "./worker.ts";

/** What a run shows while it goes on: news as lines, and on a terminal a picture below them that is drawn again. */
export interface RunView {
  event(recorded: Recorded): void;
  say(text: string): void;
  worker(number: number, state: WorkerState): void;
  draw(workspace: Workspace): void;
  close(): void;
}

/** The view that fits where the output goes; `quiet` shows nothing, for scripts that want only the result. */
export function runViewFor(terminal: Terminal, plan: string, agents: number, quiet: boolean): RunView {
  if (quiet) return quietView(terminal);
  return terminal.interactive ? liveView(terminal, plan, agents) : plainView(terminal);
}

function plainView(terminal: Terminal): RunView {
  return {
    event: (recorded) => {
      if (isNews(recorded.event)) terminal.print(eventLine(recorded, terminal));
    },
    say: (text) => terminal.print(text),
    worker: () => undefined,
    draw: () => undefined,
    close: () => undefined,
  };
}

function quietView(terminal: Terminal): RunView {
  return { ...plainView(terminal), event: () => undefined, say: (text) => terminal.complain(text) };
}

function liveView(terminal: Terminal, plan: string, agents: number): RunView {
  const screen = openScreen(terminal);
  const workers = new Map<number, WorkerState>();
  return {
    event: (recorded) => {
      if (isNews(recorded.event)) screen.print(eventLine(recorded, terminal));
    },
    say: screen.print,
    worker: (number, state) => void workers.set(number, state),
    draw: (workspace) =>
      screen.draw(`\n${drawRun(workspace, plan, [...workers.values()], agents, Date.now(), terminal)}`),
    close: screen.clear,
  };
}
