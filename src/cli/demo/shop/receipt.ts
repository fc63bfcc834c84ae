import type { NodeScript } from "./node-script.ts";

/** The agent that begins this is killed half way; another one goes on from what it had written. */
export const receipt: NodeScript = {
  id: "receipt",
  title: "Print a receipt",
  instructions: "Write a receipt: a line for each of the goods, and the VAT at the end. Test it.",
  depends_on: ["vat"],
  writes: ["src/receipt.js", "test/receipt.test.js"],
  estimate_minutes: 0.06,
  steps: [
    { do: "think", about: "what belongs on a receipt", seconds: 2 },
    {
      do: "write",
      path: "src/receipt.js",
      text: `import { totalOf } from "./checkout.js";
import { goods } from "./goods.js";
import { euros } from "./money.js";
import { vatLine } from "./vat.js";

/** A receipt, line by line. */
export function receiptOf(basket) {
  const lines = Object.entries(basket).map(
    ([id, count]) => \`\${count} x \${goods[id].name.padEnd(12)}\${euros(goods[id].cents * count).padStart(8)}\`,
  );
  const total = totalOf(basket);
  return [...lines, \`\${"To pay".padEnd(16)}\${euros(total).padStart(8)}\`, vatLine(total)];
}
`,
    },
    { do: "half" },
    { do: "think", about: "how to test it", seconds: 3 },
    {
      do: "write",
      path: "test/receipt.test.js",
      text: `import assert from "node:assert/strict";
import { test } from "node:test";
import { receiptOf } from "../src/receipt.js";

test("each of the goods has its line", () => {
  const [first, second] = receiptOf({ mug: 2, tea: 1 });
  assert.equal(first, "2 x Mug            19.80");
  assert.equal(second, "1 x Green tea       4.50");
});
test("the VAT comes last", () => assert.match(receiptOf({ tea: 1 }).at(-1), /^VAT 20 %/));
`,
    },
  ],
};
