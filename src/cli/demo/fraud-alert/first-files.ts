/** The repository as the scenario begins: its gates, and nothing to show yet. */
export const firstFiles: Readonly<Record<string, string>> = {
  "package.json": `{
  "name": "fraud-alert-dashboard",
  "private": true,
  "type": "module",
  "scripts": { "test": "node --test" }
}
`,
  "interlock.yaml": `gates:
  parallel: 2
  list:
    - {name: api, run: node --test test/api/*.test.js}
    - {name: page, run: node --test test/page/*.test.js}
    - {name: contract, run: node --test test/contract/*.test.js}
    - {name: docs, run: node --test test/docs/*.test.js}
plans: {max_parallel: 8}
`,
  "README.md": "# Fraud alert dashboard\n\nShows suspicious transactions as they happen.\n",
  "test/docs/docs.test.js": `import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const namesIn = (folder) => (existsSync(folder) ? readdirSync(folder) : []);
const texts = (folder, end) =>
  namesIn(folder).filter((name) => name.endsWith(end)).map((name) => [name, readFileSync(folder + "/" + name, "utf8")]);

test("each document has a title and says something", () => {
  for (const [name, text] of texts("docs", ".md")) assert.match(text, /^# .+\\n\\n./, name);
});
test("each contract is an OpenAPI document with paths", () => {
  for (const [name, text] of texts("contracts", ".json")) {
    const { openapi, paths } = JSON.parse(text);
    assert.match(openapi, /^3\\./, name);
    assert.ok(Object.keys(paths).length > 0, name);
  }
});
`,
};
