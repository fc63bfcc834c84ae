import { isUtf8 } from "node:buffer";

/** The three texts of a path in a merge; a file that both sides added has no base. */
export interface Sides {
  readonly base: string | undefined;
  readonly ours: string;
  readonly theirs: string;
}

/** The lines of a text without their ends; `ended` says whether the last one had an end. */
export interface Lines {
  readonly lines: readonly string[];
  readonly ended: boolean;
  readonly lineEnd: "\n" | "\r\n";
}

/** The lines of the three sides; an absent base has none. */
export interface LineSides {
  readonly base: readonly string[];
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

/** Beyond this size a text is left to people: 4 MB. */
const MOST_BYTES = 4 * 1024 * 1024;

/** A blob as text, or undefined when it is binary, too big, or no UTF-8. */
export function textOf(blob: Uint8Array): string | undefined {
  if (blob.length > MOST_BYTES || blob.includes(0) || !isUtf8(blob)) return undefined;
  return Buffer.from(blob).toString("utf8");
}

/** Splits a text; only texts whose every line ends with CRLF count as such, so that a mixed one keeps its carriage returns. */
export function linesOf(text: string): Lines {
  const ended = text.endsWith("\n");
  const body = ended ? text.slice(0, -1) : text;
  const lines = text === "" ? [] : body.split("\n");
  const breaks = ended ? lines : lines.slice(0, -1);
  if (breaks.length === 0 || !breaks.every((line) => line.endsWith("\r"))) return { lines, ended, lineEnd: "\n" };
  return { lines: lines.map((line) => line.replace(/\r$/, "")), ended, lineEnd: "\r\n" };
}

/** The lines of three texts, with the line ends and the last end that merging those of the sides gives. */
export function splitSides(texts: Readonly<Record<keyof LineSides, string>>): LineSides & Omit<Lines, "lines"> {
  const [base, ours, theirs] = [texts.base, texts.ours, texts.theirs].map(linesOf) as [Lines, Lines, Lines];
  const ended = pick(base.ended, ours.ended, theirs.ended);
  // Where one text has both kinds of line ends, a line's end is part of the line.
  if ([texts.base, texts.ours, texts.theirs].some(isMixed)) {
    const raw = (text: string, { ended }: Lines) => (text === "" ? [] : (ended ? text.slice(0, -1) : text).split("\n"));
    const lines = { base: raw(texts.base, base), ours: raw(texts.ours, ours), theirs: raw(texts.theirs, theirs) };
    return { ...lines, ended, lineEnd: "\n" };
  }
  // A text of one line without an end says nothing about line ends.
  const endOf = (text: string, own: Lines) => (text.includes("\n") ? own.lineEnd : base.lineEnd);
  const lineEnd = pick(base.lineEnd, endOf(texts.ours, ours), endOf(texts.theirs, theirs));
  return { base: base.lines, ours: ours.lines, theirs: theirs.lines, ended, lineEnd };
}

function isMixed(text: string): boolean {
  return /\r\n/.test(text) && /(?:^|[^\r])\n/.test(text);
}

/** Of three values of which the third can only be one of the others. */
function pick<T>(base: T, ours: T, theirs: T): T {
  return ours === base ? theirs : ours;
}

/** The text of lines; the inverse of `linesOf`. */
export function textOfLines({ lines, ended, lineEnd }: Lines): string {
  return lines.length === 0 ? "" : lines.join(lineEnd) + (ended ? lineEnd : "");
}
