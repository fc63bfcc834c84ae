/** What an agent's time goes into, in the order of a node's life; `waiting` and `work` are not of our making. */
export const parts = ["waiting", "hand-out", "slot", "brief", "work", "apply", "submit", "train", "verdict"];

/**
 * The milliseconds that all nodes together spent in each part, from the agents' own times and the log's.
 * An agent waits while the node that it will get cannot be handed out yet.
 */
export function whereTimeWent(nodes, worked, events, began) {
  const at = (type) => new Map(events.filter(({ event }) => event.type === type).map((e) => [e.event.node, e.at]));
  const [leased, prepared, submitted, landed] = ["NodeLeased", "SlotPrepared", "NodeSubmitted", "NodeLanded"].map(at);
  const specs = new Map(nodes.map((node) => [node.id, node]));
  const totals = Object.fromEntries(parts.map((part) => [part, 0]));
  for (const one of worked) {
    const { id } = one;
    const possible = Math.max(
      began,
      ...hinderedBy(specs.get(id), nodes, leased, landed).map((other) => landed.get(other)),
    );
    const steps = [
      one.asked,
      Math.min(Math.max(one.asked, possible), leased.get(id)),
      leased.get(id),
      prepared.get(id),
      one.assigned,
      one.slept,
      one.worked,
      submitted.get(id),
      landed.get(id),
      one.landed,
    ];
    for (const [i, part] of parts.entries()) totals[part] += steps[i + 1] - steps[i];
  }
  return totals;
}

/** What had to land before the node could be handed out: what it depends on, and earlier writers of its paths. */
function hinderedBy({ id, dependsOn, writes = [] }, nodes, leased, landed) {
  const paths = new Set(writes);
  const writers = nodes.filter(
    (other) =>
      other.id !== id && landed.get(other.id) <= leased.get(id) && (other.writes ?? []).some((path) => paths.has(path)),
  );
  return [...dependsOn, ...writers.map((other) => other.id)];
}
