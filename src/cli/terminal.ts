import picocolors from "picocolors";

export type Colours = ReturnType<typeof picocolors.createColors>;

/** Where a command writes: results to stdout, what went wrong to stderr. */
export interface Terminal {
  /** Whether somebody watches, so that the screen may be drawn again. */
  readonly interactive: boolean;
  readonly columns: number;
  readonly colours: Colours;
  print(text: string): void;
  printJson(value: unknown): void;
  complain(text: string): void;
}

/** The terminal of this process; colours only where a terminal shows them and nobody asked for none. */
export function processTerminal(environment: NodeJS.ProcessEnv = process.env): Terminal {
  const { stdout, stderr } = process;
  const plain = Boolean(environment["NO_COLOR"]) || environment["TERM"] === "dumb";
  const interactive = stdout.isTTY === true && environment["TERM"] !== "dumb";
  return {
    interactive,
    get columns() {
      return stdout.columns || 100;
    },
    colours: picocolors.createColors(stdout.isTTY === true && !plain),
    print: (text) => void stdout.write(`${text}\n`),
    printJson: (value) => void stdout.write(`${jsonText(value, 2)}\n`),
    complain: (text) => void stderr.write(`${text}\n`),
  };
}

/** Text that others wrote, without what could move the cursor, change colours or turn its direction round, on one line. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, " ").trim();
}

/** JSON in which what a terminal would act on is escaped too; it reads as the same value. */
export function jsonText(value: unknown, indent?: number): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value, null, indent).replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, escaped);
}

/** Shortens a text to so many columns and shows that it did. */
export function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}
