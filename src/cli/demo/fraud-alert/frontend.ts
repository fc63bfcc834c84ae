import { tableJs, tableTest } from "./page-files.ts";
import type { Stream } from "./role-script.ts";

/** Builds the page against data of the contract's mock: there is no API yet. */
export const frontend: Stream = {
  role: "frontend",
  nodes: [
    {
      id: "frame",
      title: "The page around the table",
      instructions: "Write the page, and a function that makes text safe in it. Test that.",
      writes: ["public/index.html", "public/text.js", "test/page/text.test.js"],
      gates: ["page"],
      steps: [
        { do: "work", on: "the page", minutes: 12 },
        {
          do: "write",
          path: "public/index.html",
          text: `<!doctype html>
<title>Fraud alerts</title>
<h1>Fraud alerts</h1>
<table id="alerts"></table>
<script type="module">
  import { tableOf } from "./table.js";
  const alerts = await (await fetch("/alerts")).json();
  document.querySelector("#alerts").innerHTML = tableOf(alerts);
</script>
`,
        },
        {
          do: "write",
          path: "public/text.js",
          text: `const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text that stays text inside a page. */
export const safe = (value) => String(value ?? "").replace(/[&<>"]/g, (sign) => entities[sign]);
`,
        },
        {
          do: "write",
          path: "test/page/text.test.js",
          text: `import assert from "node:assert/strict";
import { test } from "node:test";
import { safe } from "../../public/text.js";

test("text stays text", () => assert.equal(safe('<b a="1">&'), "&lt;b a=&quot;1&quot;&gt;&amp;"));
`,
        },
      ],
    },
    {
      id: "page",
      title: "The table of alerts",
      instructions: "Show the alerts as FraudAlertsAPI describes them, a row each. Work with mocked data. Test it.",
      dependsOn: ["frame"],
      buildsOnContract: true,
      writes: ["public/table.js", "test/page/table.test.js", "test/page/mocked.json"],
      gates: ["page"],
      steps: [
        { do: "mock", path: "test/page/mocked.json" },
        { do: "work", on: "the columns", minutes: 20 },
        { do: "write", path: "public/table.js", text: tableJs([]) },
        { do: "write", path: "test/page/table.test.js", text: tableTest([]) },
        { do: "work", on: "how it looks", minutes: 30 },
      ],
      rework: [
        { do: "work", on: "two more columns", minutes: 60 },
        { do: "write", path: "public/table.js", text: tableJs(["ip_address", "device_id"]) },
        { do: "mock", path: "test/page/mocked.json" },
        { do: "write", path: "test/page/table.test.js", text: tableTest(["ip_address", "device_id"]) },
      ],
    },
    {
      id: "filter",
      title: "Find an alert",
      instructions: "Show only alerts that hold what somebody types. Test it.",
      dependsOn: ["page"],
      writes: ["public/filter.js", "test/page/filter.test.js"],
      gates: ["page"],
      steps: [
        { do: "work", on: "the filter", minutes: 35 },
        {
          do: "write",
          path: "public/filter.js",
          text: `/** The alerts of which some field holds the text, in whichever case. */
export const holding = (alerts, text) =>
  alerts.filter((alert) => Object.values(alert).some((value) => String(value).toLowerCase().includes(text.toLowerCase())));
`,
        },
        {
          do: "write",
          path: "test/page/filter.test.js",
          text: `import assert from "node:assert/strict";
import { test } from "node:test";
import { holding } from "../../public/filter.js";

test("an alert is found by any of its fields", () => {
  const alerts = [{ id: "a1", amount: 5 }, { id: "b2", amount: 70 }];
  assert.deepEqual(holding(alerts, "B"), [alerts[1]]);
  assert.deepEqual(holding(alerts, "5"), [alerts[0]]);
});
`,
        },
      ],
    },
    {
      id: "live",
      title: "Alerts appear by themselves",
      instructions: "Add alerts to the table as they are pushed. Test it.",
      dependsOn: ["filter", "delivery"],
      writes: ["public/live.js", "test/page/live.test.js"],
      gates: ["page"],
      priority: 3,
      steps: [
        { do: "work", on: "the live table", minutes: 45 },
        {
          do: "write",
          path: "public/live.js",
          text: `import { rowOf } from "./table.js";

/** Puts each alert of a stream of events on top of a table. */
export function showLive(events, table) {
  events.onmessage = ({ data }) => table.insertAdjacentHTML("afterbegin", rowOf(JSON.parse(data)));
}
`,
        },
        {
          do: "write",
          path: "test/page/live.test.js",
          text: `import assert from "node:assert/strict";
import { test } from "node:test";
import { showLive } from "../../public/live.js";

test("what is pushed becomes a row", () => {
  const rows = [];
  const events = {};
  showLive(events, { insertAdjacentHTML: (where, html) => rows.push(where, html) });
  events.onmessage({ data: '{"id":"a1","reason":"large amount"}' });
  assert.equal(rows[0], "afterbegin");
  assert.match(rows[1], /^<tr><td>a1<\\/td>.*large amount/);
});
`,
        },
      ],
    },
  ],
  opinion: {
    minutes: 3,
    decision: "The table gets two columns, for IP address and device ID.",
    rework: [{ node: "page", minutes: 60 }],
  },
};
