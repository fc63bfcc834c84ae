import type { NodeScript } from "./node-script.ts";

export const command: NodeScript = {
  id: "command",
  title: "A command for the till",
  instructions:
    "Print receipt and parcel weight for the goods that are named on the command line. Test it as it is used.",
  depends_on: ["together"],
  writes: ["bin/till.js", "test/till.test.js"],
  estimate_minutes: 0.04,
  steps: [
    { do: "think", about: "what to print", seconds: 4 },
    {
      do: "write",
      path: "bin/till.js",
      text: `import { receiptOf } from "../src/receipt.js";
import { find } from "../src/search.js";
import { parcelLine } from "../src/weight.js";

const basket = {};
for (const [id] of process.argv.slice(2).map(find)) basket[id] = (basket[id] ?? 0) + 1;
console.log([...receiptOf(basket), parcelLine(basket)].join("\\n"));
`,
    },
    {
      do: "write",
      path: "test/till.test.js",
      text: `import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

test("two mugs and a tea", () => {
  const printed = execFileSync(process.execPath, ["bin/till.js", "mug", "tea", "mug"], { encoding: "utf8" });
  assert.match(printed, /^2 x Mug +19\\.80\\n1 x Green tea +4\\.50\\nTo pay +28\\.20\\n/);
  assert.match(printed, /Parcel: 970 g\\n$/);
});
`,
    },
  ],
};
