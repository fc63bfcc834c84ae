import { createLogUpdate } from "log-update";
import type { Terminal } from "../terminal.ts";

/** What the demo shows: lines that stay and, on a terminal, a picture below them that is drawn again and again. */
export interface DemoView {
  /** Milliseconds since the demo began go before the line. */
  line(ms: number, text: string): void;
  picture(text: string): void;
  close(): void;
}

/** The view that fits where the output goes. */
export function demoViewFor(terminal: Terminal): DemoView {
  const stamped = (ms: number, text: string) =>
    `${terminal.colours.dim(`${(ms / 1000).toFixed(1).padStart(5)} s`)}  ${text}`;
  if (!terminal.interactive || process.env["CI"]) {
    return { line: (ms, text) => terminal.print(stamped(ms, text)), picture: () => undefined, close: () => undefined };
  }
  const screen = createLogUpdate(process.stdout);
  let last = "";
  return {
    line: (ms, text) => {
      screen.clear();
      terminal.print(stamped(ms, text));
      screen(last);
    },
    picture: (text) => {
      last = `\n${text}`;
      screen(last);
    },
    close: () => {
      screen.clear();
      screen.done();
    },
  };
}
