import { consumerJs, consumerTest } from "./consumer-files.ts";
import { contractFile } from "./contract-text.ts";
import type { Stream } from "./role-script.ts";

/** Builds the consumer and the API against the contract, and later pushes alerts to whoever looks. */
export const backend: Stream = {
  role: "backend",
  nodes: [
    {
      id: "topic",
      title: "A topic for transactions",
      instructions: "Write the in-process topic that transactions come over. Test it.",
      writes: ["src/topic.js", "test/api/topic.test.js"],
      gates: ["api"],
      steps: [
        { do: "work", on: "the topic", minutes: 12 },
        {
          do: "write",
          path: "src/topic.js",
          text: `/** Hands each message to all subscribers, in order; it stands for a broker. */
export class Topic {
  #subscribers = new Set();

  publish(message) {
    for (const hear of this.#subscribers) hear(message);
  }

  /** Returns how to stop. */
  subscribe(hear) {
    this.#subscribers.add(hear);
    return () => this.#subscribers.delete(hear);
  }
}
`,
        },
        {
          do: "write",
          path: "test/api/topic.test.js",
          text: `import assert from "node:assert/strict";
import { test } from "node:test";
import { Topic } from "../../src/topic.js";

test("a subscriber hears what is published until it stops", () => {
  const topic = new Topic();
  const heard = [];
  const stop = topic.subscribe((message) => heard.push(message));
  topic.publish(1);
  stop();
  topic.publish(2);
  assert.deepEqual(heard, [1]);
});
`,
        },
      ],
    },
    {
      id: "consumer",
      title: "Consumer, store and API",
      instructions: "Turn suspicious transactions into alerts, and serve the newest as FraudAlertsAPI says. Test both.",
      dependsOn: ["topic"],
      buildsOnContract: true,
      writes: ["src/consumer.js", "src/server.js", "test/api/server.test.js", "test/contract/**"],
      gates: ["api", "contract"],
      steps: [
        { do: "work", on: "the consumer", minutes: 15 },
        { do: "write", path: "src/consumer.js", text: consumerJs([]) },
        { do: "work", on: "the API", minutes: 15 },
        {
          do: "write",
          path: "src/server.js",
          text: `import { createServer } from "node:http";

/** Serves what the contract FraudAlertsAPI says. */
export function alertsServer(store) {
  return createServer((request, response) => {
    if (request.method !== "GET" || request.url !== "/alerts") return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(store.newest()));
  });
}
`,
        },
        { do: "write", path: "test/api/server.test.js", text: consumerTest([]) },
        {
          do: "write",
          path: "test/contract/contract.test.js",
          text: `import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { answerOf } from "../api/server.test.js";

/** The API must keep the contract that lies beside it, whichever version that is. */
test("each alert that the API answers is as the contract says", async () => {
  const contract = JSON.parse(readFileSync("${contractFile}", "utf8"));
  const { required, properties } = contract.components.schemas.Alert;
  const alerts = await answerOf("/alerts");
  assert.ok(alerts.length > 0);
  for (const alert of alerts)
    for (const field of required) assert.equal(typeof alert[field], properties[field].type, field);
});
`,
        },
      ],
      rework: [
        { do: "work", on: "the new fields in consumer and store", minutes: 60 },
        { do: "write", path: "src/consumer.js", text: consumerJs(["ip_address", "device_id"]) },
        { do: "write", path: "test/api/server.test.js", text: consumerTest(["ip_address", "device_id"]) },
      ],
    },
    {
      id: "delivery",
      title: "Alerts as they happen",
      instructions: "Push each new alert to whoever is connected. Test it.",
      dependsOn: ["consumer", "criteria"],
      writes: ["src/delivery.js", "test/api/delivery.test.js"],
      gates: ["api", "contract"],
      priority: 3,
      steps: [
        { do: "work", on: "the delivery", minutes: 45 },
        {
          do: "write",
          path: "src/delivery.js",
          text: `/** Writes each new alert to a response as an event of a stream, until the connection closes. */
export function deliver(store, response) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.on("close", store.watch((alert) => response.write(\`data: \${JSON.stringify(alert)}\\n\\n\`)));
}
`,
        },
        {
          do: "write",
          path: "test/api/delivery.test.js",
          text: `import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { AlertStore } from "../../src/consumer.js";
import { deliver } from "../../src/delivery.js";

test("who is connected gets each alert, and no more once it is gone", () => {
  const store = new AlertStore();
  const written = [];
  const response = Object.assign(new EventEmitter(), { writeHead: () => {}, write: (text) => written.push(text) });
  deliver(store, response);
  store.add({ id: "1" });
  response.emit("close");
  store.add({ id: "2" });
  assert.deepEqual(written, ['data: {"id":"1"}\\n\\n']);
});
`,
        },
      ],
    },
  ],
  opinion: {
    minutes: 4,
    decision: "The consumer keeps IP address and device ID of each transaction, and the store hands them out.",
    rework: [{ node: "consumer", minutes: 60 }],
  },
};
