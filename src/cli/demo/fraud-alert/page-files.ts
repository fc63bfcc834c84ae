/** The table of the frontend stream and its test, before and after the requirement: the columns beyond the first four. */
export function tableJs(added: readonly string[]): string {
  return `import { safe } from "./text.js";

const columns = ${JSON.stringify(["id", "timestamp", "amount", "reason", ...added]).replaceAll(",", ", ")};

/** One alert as a row. */
export const rowOf = (alert) => \`<tr>\${columns.map((name) => \`<td>\${safe(alert[name])}</td>\`).join("")}</tr>\`;

/** All alerts under a head. */
export const tableOf = (alerts) =>
  \`<tr>\${columns.map((name) => \`<th>\${name}</th>\`).join("")}</tr>\${alerts.map(rowOf).join("")}\`;
`;
}

export function tableTest(added: readonly string[]): string {
  const columns = 4 + added.length;
  const shown = added.length > 0 ? added : ["id", "reason"];
  return `import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { rowOf, tableOf } from "../../public/table.js";
import { safe } from "../../public/text.js";

const alerts = JSON.parse(readFileSync("test/page/mocked.json", "utf8"));

test("each mocked alert has a row of ${columns} cells under a head of ${columns}", () => {
  assert.ok(alerts.length > 0);
  assert.equal(tableOf(alerts).match(/<th>/g).length, ${columns});
  for (const alert of alerts) {
    const row = rowOf(alert);
    assert.equal(row.match(/<td>/g).length, ${columns});
    for (const name of ${JSON.stringify(shown)}) assert.ok(alert[name] && row.includes(safe(alert[name])), name);
  }
});
`;
}
