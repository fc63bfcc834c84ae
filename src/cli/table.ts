import { stripVTControlCharacters } from "node:util";

interface TableOptions {
  /** How the first row is shown when it is a head. */
  readonly head?: (text: string) => string;
  readonly indent?: number;
}

/** Rows of cells as lines whose columns stand under each other; cells may hold colours. */
export function tableLines(rows: readonly (readonly string[])[], { head, indent = 0 }: TableOptions = {}): string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, widthOf(cell));
  return rows.map((row, line) => {
    const cells = row.map((cell, i) =>
      i === row.length - 1 ? cell : cell + " ".repeat((widths[i] ?? 0) - widthOf(cell)),
    );
    const text = `${" ".repeat(indent)}${cells.join("  ")}`.trimEnd();
    return line === 0 && head ? head(text) : text;
  });
}

function widthOf(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
