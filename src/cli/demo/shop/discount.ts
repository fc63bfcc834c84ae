import type { NodeScript } from "./node-script.ts";

/** Adds its line to the same list as `shipping`, at the same place: the second of the two gets a conflict to resolve. */
export const discount: NodeScript = {
  id: "discount",
  title: "Five percent off large baskets",
  instructions: "Take 5 % off the goods from 50 euros on. Put it into the parts in src/checkout.js, and test it.",
  writes: ["src/discount.js", "test/discount.test.js"],
  edits: ["src/checkout.js"],
  estimate_minutes: 0.06,
  steps: [
    { do: "meet", worksOn: "shipping" },
    { do: "think", about: "how large baskets are", seconds: 3 },
    {
      do: "write",
      path: "src/discount.js",
      text: `import { goodsPrice } from "./goods.js";

/** Five percent off from 50 euros on. */
export function discount(basket) {
  const cents = goodsPrice(basket);
  return cents < 5000 ? 0 : -Math.round(cents * 0.05);
}
`,
    },
    { do: "add", path: "src/checkout.js", line: `import { discount } from "./discount.js";`, below: `"./goods.js";` },
    { do: "add", path: "src/checkout.js", line: "  discount,", below: "  goodsPrice," },
    {
      do: "write",
      path: "test/discount.test.js",
      text: `import assert from "node:assert/strict";
import { test } from "node:test";
import { totalOf } from "../src/checkout.js";
import { discount } from "../src/discount.js";

test("small baskets get nothing off", () => assert.equal(discount({ mug: 5 }), 0));
test("large baskets get five percent off", () => assert.equal(totalOf({ kettle: 2 }), 9310));
`,
    },
  ],
};
