/** Lines of a table for a terminal; columns named in `left` are text, all others numbers. */
export function tableOf(columns, rows, left = []) {
  const cells = [columns, ...rows.map((row) => row.map((cell) => String(cell ?? "")))];
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row) =>
    row
      .map((cell, i) => (left.includes(columns[i]) ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join("  ")
      .trimEnd();
  return cells.map(line).join("\n");
}
