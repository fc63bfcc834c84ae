import { openScreen } from "../screen.ts";
import type { Terminal } from "../terminal.ts";

/** What the demo shows: lines that stay and, on a terminal, a picture below them that is drawn again and again. */
export interface DemoView {
  /** Milliseconds since the demo began go before the line. */
  line(ms: number, text: string): void;
  /** A line without a time, which goes on with the one before it. */
  more(text: string): void;
  picture(text: string): void;
  close(): void;
}

/** The view that fits where the output goes; `stamp` words the time before a line. */
export function demoViewFor(terminal: Terminal, stamp: (ms: number) => string = secondsStamp): DemoView {
  const stamped = (ms: number, text: string) => `${terminal.colours.dim(stamp(ms))}  ${text}`;
  if (!terminal.interactive || process.env["CI"]) {
    const line = (ms: number, text: string) => terminal.print(stamped(ms, text));
    return { line, more: (text) => terminal.print(text), picture: () => undefined, close: () => undefined };
  }
  const screen = openScreen(terminal);
  return {
    line: (ms, text) => screen.print(stamped(ms, text)),
    more: screen.print,
    picture: (text) => screen.draw(`\n${text}`),
    close: screen.clear,
  };
}

function secondsStamp(ms: number): string {
  return `${(ms / 1000).toFixed(1).padStart(5)} s`;
}
