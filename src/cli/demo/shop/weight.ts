import type { NodeScript } from "./node-script.ts";

/** Claims the words and then the numbers, crosswise to `vat`. */
export const weight: NodeScript = {
  id: "weight",
  title: "Weigh a parcel",
  instructions:
    "Say what a parcel weighs, its box included. Numbers belong into src/rates.js and words into src/labels.js.",
  writes: ["src/weight.js", "test/weight.test.js"],
  estimate_minutes: 0.06,
  steps: [
    { do: "claim", path: "src/labels.js" },
    { do: "think", about: "what boxes weigh", seconds: 1 },
    { do: "meet", holds: "src/rates.js" },
    { do: "claim", path: "src/rates.js" },
    { do: "replace", path: "src/rates.js", text: "boxGrams: 0,", with: "boxGrams: 150," },
    { do: "replace", path: "src/labels.js", text: 'parcel: "",', with: 'parcel: "Parcel",' },
    { do: "think", about: "empty boxes", seconds: 2.5 },
    {
      do: "write",
      path: "src/weight.js",
      text: `import { goods } from "./goods.js";
import { labels } from "./labels.js";
import { rates } from "./rates.js";

/** What a basket weighs in its box, in grams. */
export function gramsOf(basket) {
  return Object.entries(basket).reduce((grams, [id, count]) => grams + goods[id].grams * count, rates.boxGrams);
}

export function parcelLine(basket) {
  return \`\${labels.parcel}: \${gramsOf(basket)} g\`;
}
`,
    },
    {
      do: "write",
      path: "test/weight.test.js",
      text: `import assert from "node:assert/strict";
import { test } from "node:test";
import { gramsOf, parcelLine } from "../src/weight.js";

test("goods and box are weighed", () => assert.equal(gramsOf({ tea: 2, mug: 1 }), 740));
test("an empty box weighs something", () => assert.equal(parcelLine({}), "Parcel: 150 g"));
`,
    },
  ],
};
