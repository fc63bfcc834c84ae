import { stripVTControlCharacters } from "node:util";
import { createLogUpdate } from "log-update";
import type { Terminal } from "./terminal.ts";

/** A picture at the end of the output that is drawn again in place, below lines that stay. */
export interface Screen {
  draw(text: string): void;
  /** Prints above the picture. */
  print(text: string): void;
  /** Leaves the last picture; nothing is drawn afterwards. */
  done(): void;
  /** Takes the picture away; nothing is drawn afterwards. */
  clear(): void;
}

export function openScreen(terminal: Terminal): Screen {
  const screen = createLogUpdate(process.stdout);
  let last = "";
  let over = false;
  const draw = (text: string) => {
    if (over) return;
    // log-update writes only what changed, and loses its place where lines came or went.
    if (heightOf(text, terminal.columns) !== heightOf(last, terminal.columns)) screen.clear();
    last = text;
    screen(text);
  };
  return {
    draw,
    print: (text) => {
      screen.clear();
      terminal.print(text);
      if (last !== "") draw(last);
    },
    done: () => {
      over = true;
      screen.done();
    },
    clear: () => {
      over = true;
      screen.clear();
      screen.done();
    },
  };
}

function heightOf(text: string, columns: number): number {
  const widths = text.split("\n").map((line) => stripVTControlCharacters(line).length);
  return widths.reduce((rows, width) => rows + Math.max(1, Math.ceil(width / columns)), 0);
}
