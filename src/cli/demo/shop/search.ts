import type { NodeScript } from "./node-script.ts";

/** Is handed in hastily and comes back from a red gate; all the while it holds the changelog, for which `stock` waits. */
export const search: NodeScript = {
  id: "search",
  title: "Find goods by name",
  instructions: "Find goods by a part of their name, in whichever case it is written. Test it, and tell the customers.",
  writes: ["src/search.js", "test/search.test.js", "CHANGELOG.md"],
  estimate_minutes: 0.05,
  steps: [
    { do: "think", about: "what people type", seconds: 3 },
    { do: "add", path: "CHANGELOG.md", line: "- Goods can be found by name.", below: "- Prices are shown in euros." },
    {
      do: "write",
      path: "test/search.test.js",
      text: `import assert from "node:assert/strict";
import { test } from "node:test";
import { find } from "../src/search.js";

test("a part of the name is enough", () => assert.deepEqual(find("ket"), ["kettle"]));
test("upper and lower case are the same", () => assert.deepEqual(find("TEA"), ["tea"]));
`,
    },
    {
      do: "write",
      path: "src/search.js",
      hasty: `import { goods } from "./goods.js";

/** The ids of the goods whose name holds a text. */
export function find(text) {
  return Object.keys(goods).filter((id) => goods[id].name.includes(text));
}
`,
      text: `import { goods } from "./goods.js";

/** The ids of the goods whose name holds a text, in whichever case. */
export function find(text) {
  const wanted = text.toLowerCase();
  return Object.keys(goods).filter((id) => goods[id].name.toLowerCase().includes(wanted));
}
`,
    },
    { do: "meet", waitsFor: "CHANGELOG.md" },
  ],
};
