import type { Execution } from "../../execution/execution.ts";
import { openScreen } from "../screen.ts";
import type { Terminal } from "../terminal.ts";
import { drawStatus } from "./draw-status.ts";
import { gatherStatus } from "./gather-status.ts";

/** Times on the screen grow by themselves, so it is drawn again at least this often. */
const slowestMs = 1_000;

/** Many events may come at once; nobody reads faster than this. */
const fastestMs = 200;

/** Draws the status again with every event until the signal aborts. Without a terminal, each change is printed below the last. */
export async function watchStatus(
  execution: Execution,
  plan: string | undefined,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const screen = terminal.interactive ? openScreen(terminal) : undefined;
  let last = "";
  for (let position = -1; !signal.aborted; ) {
    const status = await gatherStatus(execution, plan);
    const text = drawStatus(status, Date.now(), terminal);
    if (screen) screen.draw(text);
    else if (status.overview.position !== position && text !== last)
      terminal.print(`${last === "" ? "" : "\n"}${text}`);
    position = status.overview.position;
    last = text;
    await nextEvent(execution, position, signal);
  }
  screen?.done();
}

/** Waits until something happens after a position, or for a second. */
async function nextEvent(execution: Execution, position: number, signal: AbortSignal): Promise<void> {
  const enough = AbortSignal.any([signal, AbortSignal.timeout(slowestMs)]);
  const calm = new Promise((resolve) => setTimeout(resolve, fastestMs));
  for await (const _ of execution.follow(position, enough)) break;
  await calm;
}
