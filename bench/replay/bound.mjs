/**
 * The minutes that a plan takes when nothing but the work takes time: a list schedule that starts the ready node with the
 * longest chain behind it first, as hand-out does. Nodes that write the same path never run at once.
 */
export function leastMinutes(nodes, agents) {
  const chains = chainMinutes(nodes);
  let waiting = [...nodes].sort((a, b) => chains.get(b.id) - chains.get(a.id));
  const done = new Set();
  const locked = new Set();
  let running = [];
  let now = 0;
  while (waiting.length > 0 || running.length > 0) {
    waiting = waiting.filter((node) => {
      const fits = running.length < agents && isFree(node, done, locked);
      if (!fits) return true;
      for (const path of node.writes ?? []) locked.add(path);
      running.push({ node, end: now + node.estimateMinutes });
      return false;
    });
    now = Math.min(...running.map(({ end }) => end));
    for (const { node } of running.filter(({ end }) => end === now)) {
      done.add(node.id);
      for (const path of node.writes ?? []) locked.delete(path);
    }
    running = running.filter(({ end }) => end > now);
  }
  return now;
}

function isFree({ dependsOn, writes = [] }, done, locked) {
  return dependsOn.every((other) => done.has(other)) && !writes.some((path) => locked.has(path));
}

/** Nodes come after what they depend on. */
function chainMinutes(nodes) {
  const behind = new Map(nodes.map(({ id }) => [id, 0]));
  for (const { id, dependsOn, estimateMinutes } of [...nodes].reverse()) {
    behind.set(id, behind.get(id) + estimateMinutes);
    for (const other of dependsOn) behind.set(other, Math.max(behind.get(other), behind.get(id)));
  }
  return behind;
}
