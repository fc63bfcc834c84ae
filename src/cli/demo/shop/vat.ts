import type { NodeScript } from "./node-script.ts";

/** Claims the numbers and then the words, while `weight` claims them the other way round: a deadlock that is refused. */
export const vat: NodeScript = {
  id: "vat",
  title: "Show the VAT in a price",
  instructions: "Say how much of a price is VAT (20 %). Numbers belong into src/rates.js and words into src/labels.js.",
  writes: ["src/vat.js", "test/vat.test.js"],
  estimate_minutes: 0.06,
  steps: [
    { do: "claim", path: "src/rates.js" },
    { do: "think", about: "the rate", seconds: 0.8 },
    { do: "meet", holds: "src/labels.js" },
    { do: "claim", path: "src/labels.js" },
    { do: "replace", path: "src/rates.js", text: "vatPercent: 0,", with: "vatPercent: 20," },
    { do: "replace", path: "src/labels.js", text: 'vat: "",', with: 'vat: "VAT",' },
    { do: "think", about: "how to round", seconds: 2 },
    {
      do: "write",
      path: "src/vat.js",
      text: `import { labels } from "./labels.js";
import { euros } from "./money.js";
import { rates } from "./rates.js";

/** The VAT that a price holds, in cents. */
export function vatIn(cents) {
  return Math.round(cents - cents / (1 + rates.vatPercent / 100));
}

export function vatLine(cents) {
  return \`\${labels.vat} \${rates.vatPercent} %: \${euros(vatIn(cents))}\`;
}
`,
    },
    {
      do: "write",
      path: "test/vat.test.js",
      text: `import assert from "node:assert/strict";
import { test } from "node:test";
import { vatIn, vatLine } from "../src/vat.js";

test("a sixth of the price is VAT", () => assert.equal(vatIn(1200), 200));
test("the line says rate and amount", () => assert.equal(vatLine(1200), "VAT 20 %: 2.00"));
`,
    },
  ],
};
