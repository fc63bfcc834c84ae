import type { NodeScript } from "./node-script.ts";

/** Finds out on its way that it needs the changelog too, and waits until `search` has landed. */
export const stock: NodeScript = {
  id: "stock",
  title: "Know what is in stock",
  instructions: "Say whether a basket can be sent with what is in stock. Test it, and note it in the changelog.",
  writes: ["src/stock.js", "test/stock.test.js"],
  estimate_minutes: 0.04,
  steps: [
    { do: "think", about: "what is in the cellar", seconds: 1.5 },
    {
      do: "write",
      path: "src/stock.js",
      text: `/** How many pieces there are. */
const stock = { kettle: 4, mug: 20, tea: 0 };

/** What of a basket is missing: { tea: 2 }. */
export function missingFor(basket) {
  const missing = Object.entries(basket).map(([id, count]) => [id, count - stock[id]]);
  return Object.fromEntries(missing.filter(([, count]) => count > 0));
}
`,
    },
    {
      do: "write",
      path: "test/stock.test.js",
      text: `import assert from "node:assert/strict";
import { test } from "node:test";
import { missingFor } from "../src/stock.js";

test("nothing is missing", () => assert.deepEqual(missingFor({ mug: 20 }), {}));
test("what is missing is counted", () => assert.deepEqual(missingFor({ kettle: 5, tea: 2 }), { kettle: 1, tea: 2 }));
`,
    },
    { do: "claim", path: "CHANGELOG.md" },
    { do: "think", about: "who reads the changelog", seconds: 1.5 },
    { do: "add", path: "CHANGELOG.md", line: "- The stock is known.", below: "- Goods have a weight." },
  ],
};
