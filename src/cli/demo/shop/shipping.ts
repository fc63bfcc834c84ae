import type { NodeScript } from "./node-script.ts";

/** Edits src/checkout.js beside `discount`. */
export const shipping: NodeScript = {
  id: "shipping",
  title: "Shipping costs",
  instructions:
    "Add 3.90 for shipping, but nothing from 50 euros on. Put it into the parts in src/checkout.js, and test it.",
  writes: ["src/shipping.js", "test/shipping.test.js"],
  edits: ["src/checkout.js"],
  estimate_minutes: 0.06,
  steps: [
    { do: "meet", worksOn: "discount" },
    { do: "think", about: "what a parcel costs", seconds: 3.5 },
    {
      do: "write",
      path: "src/shipping.js",
      text: `import { goodsPrice } from "./goods.js";

/** A parcel costs 3.90; large baskets are sent for nothing, and empty ones not at all. */
export function shipping(basket) {
  const cents = goodsPrice(basket);
  return cents === 0 || cents >= 5000 ? 0 : 390;
}
`,
    },
    { do: "add", path: "src/checkout.js", line: `import { shipping } from "./shipping.js";`, below: `"./goods.js";` },
    { do: "add", path: "src/checkout.js", line: "  shipping,", below: "  goodsPrice," },
    {
      do: "write",
      path: "test/shipping.test.js",
      text: `import assert from "node:assert/strict";
import { test } from "node:test";
import { totalOf } from "../src/checkout.js";
import { shipping } from "../src/shipping.js";

test("a small parcel costs 3.90", () => assert.equal(totalOf({ tea: 1 }), 840));
test("large baskets are sent for nothing", () => assert.equal(shipping({ kettle: 2 }), 0));
`,
    },
  ],
};
