/** The repository as the demo begins: a small till without dependencies, with tests that are fast. */
export const firstFiles: Readonly<Record<string, string>> = {
  "package.json": `{
  "name": "till",
  "private": true,
  "type": "module",
  "scripts": { "test": "node --test test/*.test.js" }
}
`,
  "interlock.yaml": `# What Interlock may run here, and how patient it is. This is read from the branch that a plan lands on.
gates:
  list:
    - name: test
      run: node --test test/*.test.js
      default: true
# Very short, so that the demo need not wait minutes for an agent that was killed.
leases: {ttl_minutes: 0.06, grace_minutes: 0.03, client_minutes: 1}
`,
  "README.md": `# Till

Adds up what somebody buys.
`,
  "CHANGELOG.md": `# Changelog

## For customers

- Prices are shown in euros.

## For the shop

- Goods have a weight.
`,
  "src/money.js": `/** Cents as people write them: 1234 becomes "12.34". */
export function euros(cents) {
  return (cents / 100).toFixed(2);
}
`,
  "src/goods.js": `/** What the shop sells, with cents and grams for a piece. */
export const goods = {
  kettle: { name: "Kettle", cents: 4900, grams: 1400 },
  mug: { name: "Mug", cents: 990, grams: 350 },
  tea: { name: "Green tea", cents: 450, grams: 120 },
};

/** The price of the goods alone. A basket says how many of what: { tea: 2 }. */
export function goodsPrice(basket) {
  return Object.entries(basket).reduce((cents, [id, count]) => cents + goods[id].cents * count, 0);
}
`,
  "src/checkout.js": `import { goodsPrice } from "./goods.js";

/** Each adds its cents to the price of a basket. */
const parts = [
  goodsPrice,
];

/** What somebody has to pay, in cents. */
export function totalOf(basket) {
  return parts.reduce((cents, part) => cents + part(basket), 0);
}
`,
  "src/rates.js": `/** Numbers that change now and then. */
export const rates = {
  /** Percent of the price that are VAT. */
  vatPercent: 0,

  /** Grams of an empty box. */
  boxGrams: 0,
};
`,
  "src/labels.js": `/** Words that customers read. */
export const labels = {
  /** Before the VAT. */
  vat: "",

  /** Before the weight of a parcel. */
  parcel: "",
};
`,
  "test/money.test.js": `import assert from "node:assert/strict";
import { test } from "node:test";
import { euros } from "../src/money.js";

test("cents become euros", () => {
  assert.equal(euros(1234), "12.34");
  assert.equal(euros(5), "0.05");
});
`,
  "test/checkout.test.js": `import assert from "node:assert/strict";
import { test } from "node:test";
import { totalOf } from "../src/checkout.js";

test("an empty basket costs nothing", () => assert.equal(totalOf({}), 0));
`,
};
