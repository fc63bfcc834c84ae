/** The consumer of the backend stream and its test, before and after the requirement: the fields beyond the first four. */
export function consumerJs(added: readonly string[]): string {
  const fields = ["id", "timestamp", "amount", ...added].join(", ");
  return `/** The newest alerts, newest first; it stands for a shared store. */
export class AlertStore {
  #alerts = [];
  #watchers = new Set();

  add(alert) {
    this.#alerts = [alert, ...this.#alerts].slice(0, 100);
    for (const tell of this.#watchers) tell(alert);
  }

  newest() {
    return this.#alerts;
  }

  /** Returns how to stop. */
  watch(tell) {
    this.#watchers.add(tell);
    return () => this.#watchers.delete(tell);
  }
}

/** Turns the suspicious transactions of a topic into alerts. */
export function consume(topic, store, reasonFor = ({ amount }) => (amount > 10_000 ? "large amount" : undefined)) {
  return topic.subscribe((transaction) => {
    const { ${fields} } = transaction;
    const reason = reasonFor(transaction);
    if (reason) store.add({ ${[...fields.split(", ").slice(0, 3), "reason", ...added].join(", ")} });
  });
}
`;
}

const values: Readonly<Record<string, string>> = { ip_address: "203.0.113.7", device_id: "d-41" };

export function consumerTest(added: readonly string[]): string {
  const more = added.map((field) => `, ${field}: ${JSON.stringify(values[field])}`).join("");
  return `import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { AlertStore, consume } from "../../src/consumer.js";
import { alertsServer } from "../../src/server.js";
import { Topic } from "../../src/topic.js";

const first = { timestamp: "2026-01-01T00:00:00Z"${more} };

/** What the API answers after a large and a small transaction have come over the topic. */
export async function answerOf(path) {
  const [topic, store] = [new Topic(), new AlertStore()];
  consume(topic, store);
  topic.publish({ id: "t1", amount: 12_000, ...first });
  topic.publish({ id: "t2", amount: 12, ...first });
  const server = alertsServer(store).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await (await fetch(\`http://127.0.0.1:\${server.address().port}\${path}\`)).json();
  } finally {
    server.close();
  }
}

test("the API answers with the suspicious transaction alone", async () => {
  assert.deepEqual(await answerOf("/alerts"), [{ id: "t1", amount: 12_000, reason: "large amount", ...first }]);
});
`;
}
