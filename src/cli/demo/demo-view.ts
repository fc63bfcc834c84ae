import { openScreen } from "../screen.ts";
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
  const screen = openScreen(terminal);
  return {
    line: (ms, text) => screen.print(stamped(ms, text)),
    picture: (text) => screen.draw(`\n${text}`),
    close: screen.clear,
  };
}
