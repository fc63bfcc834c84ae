import type { WorkspaceEvent } from "../../src/core/event.ts";
import { nodeKey } from "../../src/core/ids.ts";
import type { GrantedClaim, Wish } from "../../src/core/locks/claim-events.ts";
import { wishesOf } from "../../src/core/locks/claiming.ts";
import { judge } from "../../src/core/locks/granting.ts";
import { type Held, namesHeld } from "../../src/core/locks/locks.ts";
import { isThere, ticketInAdvance } from "../../src/core/locks/obstacle.ts";
import { attemptOf, isOver, type Node, workedOn } from "../../src/core/node/node.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { byRank } from "../../src/core/plan/ranking.ts";
import { mayBuildOn } from "../../src/core/red-nodes.ts";
import { groundOf } from "../../src/core/train-ground.ts";
import { betterOrder } from "../../src/core/train-order.ts";
import { why } from "../../src/core/why.ts";
import { nodeByKey, refOf, type Workspace } from "../../src/core/workspace.ts";
import { expect } from "./expect.ts";
import { excludes, neverGranted, sizeOf } from "./queue-oracle.ts";

/** Everything that must be true of a settled workspace, whatever happened before. */
export function holdsTogether(workspace: Workspace): void {
  claimsAreApart(workspace);
  claimsHaveOwners(workspace);
  ticketsHaveOwners(workspace);
  queueMoves(workspace);
  slotsHaveOneHolder(workspace);
  agentsKnowTheirNodes(workspace);
  for (const plan of workspace.plans.values()) {
    countersAreRight(plan);
    whoWaitsIsRight(workspace, plan);
    trainIsRight(workspace, plan);
    lanesAreSound(workspace, plan);
    everybodyIsExplained(workspace, plan);
  }
  pausesAreRight(workspace);
}

/** A node is paused by the open convergences about it, and each of these has something to decide. */
function pausesAreRight({ plans, speculation }: Workspace): void {
  const expected = new Map<string, string[]>();
  for (const { id, conflicts, nodes, state } of speculation.convergences.values()) {
    if (state.is !== "open") continue;
    const left = conflicts.filter((one) => speculation.conflicts.get(one)?.state.is === "open");
    expect(left.length, `[K4] ${id} has nothing to decide`).toBeGreaterThan(0);
    for (const ref of nodes) expected.set(nodeKey(ref), [...(expected.get(nodeKey(ref)) ?? []), id]);
  }
  for (const { id: plan, nodes } of plans.values())
    for (const { id: node, pausedBy = [] } of nodes.values())
      expect([...pausedBy].sort(), `[K3] what pauses ${plan}/${node}`).toEqual(
        (expected.get(nodeKey({ plan, node })) ?? []).sort(),
      );
  const { conflicts } = speculation;
  const causes = [...conflicts.values()].filter(({ state }) => state.is === "open").map(({ cause }) => cause);
  expect(new Set(causes).size, "[K1] open conflicts of one cause").toBe(causes.length);
}

function claimsAreApart(workspace: Workspace): void {
  const { locks } = workspace;
  const all = [...locks.held.values()].flat();
  for (const [i, a] of all.entries())
    for (const b of all.slice(i + 1))
      if (nodeKey(a.by) !== nodeKey(b.by) && excludes(locks, a, b) && !isCeded(workspace, a, b))
        expect.fail(
          `[L1] ${a.mode} ${a.pattern} of ${nodeKey(a.by)} beside ${b.mode} ${b.pattern} of ${nodeKey(b.by)}`,
        );
  const loans = [...locks.loans.values()].flatMap(({ lent }) => lent);
  for (const pool of new Set([...locks.names.keys(), ...loans.map(({ pattern }) => pattern)])) {
    const lent = namesHeld(locks, pool).filter(({ kind }) => kind === "pool");
    const values = lent.map(({ value }) => value);
    expect(new Set(values).size, `[L6] ${pool} lent a value twice: ${values.join()}`).toBe(lent.length);
    for (const value of values) expect(value, `[L6] ${pool} lent no value`).toBeTypeOf("number");
  }
}

/** Between what was handed in and who may begin on that. */
function isCeded(workspace: Workspace, a: Held, b: Held): boolean {
  const [one, other] = [nodeByKey(workspace, nodeKey(a.by)), nodeByKey(workspace, nodeKey(b.by))];
  if (!one || !other || one.plan !== other.plan || a.kind !== "path") return false;
  const begins = (node: Node, before: Node) =>
    before.state.is === "submitted" && node.spec.soft?.some((edge) => edge.node === before.id) === true;
  return begins(one, other) || begins(other, one);
}

function claimsHaveOwners(workspace: Workspace): void {
  const counted = new Map<string, number>();
  for (const [key, claims] of workspace.locks.held) {
    const node = nodeByKey(workspace, key);
    const attempt = node && attemptOf(node);
    expect(claims.length, `${key} is listed with no claims`).toBeGreaterThan(0);
    for (const claim of claims) {
      expect(claim.by.attempt, `${key} holds ${claim.pattern} of an attempt that ended`).toBe(attempt?.attempt);
      const what = `${claim.kind} ${claim.mode} ${claim.pattern}`;
      counted.set(what, (counted.get(what) ?? 0) + 1);
      if (node?.state.is !== "submitted") continue;
      const ended = claim.kind === "pool" || claim.mode === "read" || claim.mode === "watch";
      expect(ended && claim.kind !== "name", `[L7] ${key} holds ${what} after it was handed in`).toBe(false);
    }
  }
  expect(new Map([...workspace.locks.holders].sort()), "holders are counted").toEqual(new Map([...counted].sort()));
}

function ticketsHaveOwners(workspace: Workspace): void {
  const { queue, settled, lastTicket } = workspace.locks;
  const places = queue.map(({ place }) => place);
  expect(places, "places grow along the queue").toEqual([...new Set(places)].sort((a, b) => a - b));
  expect(new Set(queue.map(({ id }) => id)).size).toBe(queue.length);
  for (const { id, by } of queue) {
    expect(Number(id.slice(1))).toBeLessThanOrEqual(lastTicket);
    const node = nodeByKey(workspace, nodeKey(by));
    if (by.attempt === 0) expect(node?.state.is, `${id} keeps a place for ${nodeKey(by)}`).toBe("ready");
    else expect(node && workedOn(node)?.attempt, `${id} waits for an attempt that ended`).toBe(by.attempt);
  }
  for (const [id, { by }] of settled) {
    const node = nodeByKey(workspace, nodeKey(by));
    expect(node && attemptOf(node)?.attempt, `${id} is remembered for an attempt that ended`).toBe(by.attempt);
  }
}

function queueMoves({ locks, settings }: Workspace): void {
  const stuck = neverGranted(locks, settings, locks.queue);
  expect(
    stuck.map(({ id, by }) => `${id} of ${nodeKey(by)}`),
    "[L5] wait for ever",
  ).toEqual([]);
  for (const { id, by, wants, place } of locks.queue) {
    if (by.attempt === 0) continue;
    expect("claims" in judge(locks, settings, by, wants, place), `[W2] ${id} waits for nothing`).toBe(false);
  }
}

function slotsHaveOneHolder(workspace: Workspace): void {
  const { byName, lastNumber } = workspace.slots;
  const inHands = new Map<string, string>();
  for (const [slot, state] of byName) {
    expect(Number(slot.slice(1))).toBeLessThanOrEqual(lastNumber);
    if (state.is !== "preparing" && state.is !== "held") continue;
    inHands.set(slot, nodeKey(state.by));
    const node = nodeByKey(workspace, nodeKey(state.by));
    const attempt = node && attemptOf(node);
    expect([attempt?.attempt, attempt?.slot], `${slot} is held for an attempt that ended`).toEqual([
      state.by.attempt,
      slot,
    ]);
  }
  const used = new Set<string>();
  for (const plan of workspace.plans.values()) {
    for (const node of plan.nodes.values()) {
      const attempt = attemptOf(node);
      if (!attempt) continue;
      expect(used.has(attempt.slot), `${attempt.slot} has two holders`).toBe(false);
      used.add(attempt.slot);
      const state = byName.get(attempt.slot);
      expect(state?.is === "free", `${attempt.slot} is free and in use`).toBe(false);
      if (attempt.slotReady && node.state.is === "leased" && state?.is !== "quarantined")
        expect(state?.is).toBe("held");
    }
  }
}

function agentsKnowTheirNodes(workspace: Workspace): void {
  const expected = new Map([...workspace.agents.keys()].map((agent): [string, string[]] => [agent, []]));
  for (const plan of workspace.plans.values())
    for (const node of plan.nodes.values()) {
      const agent = attemptOf(node)?.agent;
      if (agent !== undefined) expected.get(agent)?.push(nodeKey(refOf(node)));
    }
  for (const [agent, nodes] of expected)
    expect([...(workspace.agents.get(agent)?.nodes ?? [])].sort(), `the nodes of ${agent}`).toEqual(nodes.sort());
}

function countersAreRight(plan: Plan): void {
  const nodes = [...plan.nodes.values()];
  const counted = {
    open: nodes.filter((node) => !isOver(node)).length,
    live: nodes.filter((node) => workedOn(node)).length,
    failed: nodes.filter(({ state }) => state.is === "failed").length,
    reached: plan.reached.size,
  };
  const { open, live, failed } = plan;
  expect({ open, live, failed, reached: 0 }, `counters of ${plan.id}`).toEqual(counted);
  for (const node of nodes)
    expect(attemptOf(node)?.attempt ?? node.attempts, `[N2] the attempt of ${node.id}`).toBe(node.attempts);
}

function whoWaitsIsRight(workspace: Workspace, plan: Plan): void {
  const ready: Node[] = [];
  for (const node of plan.nodes.values()) {
    const unmet = node.spec.dependsOn.filter((id) => !letsBegin(workspace, plan, node, id)).length;
    if (node.state.is === "ready" && !node.pausedBy) ready.push(node);
    if (node.state.is === "pending" || node.state.is === "ready") {
      expect(node.unmet, `[H2] what ${node.id} waits for`).toBe(unmet);
      expect(node.state.is, node.id).toBe(unmet > 0 ? "pending" : "ready");
    }
  }
  expect([...plan.ready].map(({ id }) => id)).toEqual(ready.sort(byRank).map(({ id }) => id));
}

/** Whether a dependency holds nobody up; a skipped one passes on what it stands on. */
export function lets(plan: Plan, id: string): boolean {
  const node = plan.nodes.get(id);
  if (node?.state.is === "landed") return true;
  return node?.state.is === "skipped" && node.spec.dependsOn.every((before) => lets(plan, before));
}

/** Whether a node may be begun as far as this dependency goes: a red one is there to be built on. */
function letsBegin(workspace: Workspace, plan: Plan, node: Node, id: string): boolean {
  const before = plan.nodes.get(id);
  if (lets(plan, id)) return true;
  if (!before) return false;
  return mayBuildOn(node, before) || isAgreed(workspace, plan, node, id) || isMerged(workspace, plan, node, before);
}

/** Whether there is no red node about, which has ways of its own, and the node is one that somebody begins on. */
function mayBeEarly(plan: Plan, node: Node): boolean {
  const isRed = ({ spec }: Node) => (spec.redGates?.length ?? 0) > 0;
  const about = [node, ...node.spec.dependsOn.flatMap((id) => plan.nodes.get(id) ?? [])];
  return node.spec.kind === "work" && node.state.is !== "skipped" && !about.some(isRed);
}

/** On what is handed in and merged, where nothing else holds it up. */
function isMerged(workspace: Workspace, plan: Plan, node: Node, { id, state }: Node): boolean {
  const isThere = state.is === "submitted" && state.submission !== undefined && state.candidate !== undefined;
  const isSoft = node.spec.soft?.some((edge) => edge.node === id && edge.edge === "submit") === true;
  const others = node.spec.dependsOn.filter((other) => other !== id);
  const isOpen = (other: string) => lets(plan, other) || isAgreed(workspace, plan, node, other);
  return mayBeEarly(plan, node) && isSoft && isThere && others.every(isOpen);
}

/** On a contract that is ACTIVE, or was when somebody began. */
function isAgreed({ speculation }: Workspace, plan: Plan, node: Node, id: string): boolean {
  const before = plan.nodes.get(id);
  const edge = node.spec.soft?.find((one) => one.node === id);
  if (!mayBeEarly(plan, node) || !before || isOver(before) || edge?.edge !== "contract") return false;
  const versions = speculation.contracts.get(edge.contract)?.versions ?? [];
  return attemptOf(node) !== undefined || versions.some(({ status }) => status === "ACTIVE");
}

function trainIsRight(workspace: Workspace, plan: Plan): void {
  const submitted = [...plan.nodes.values()].filter(({ state }) => state.is === "submitted").map(({ id }) => id);
  expect([...plan.train].sort(), `the train of ${plan.id}`).toEqual(submitted.sort());
  expect(betterOrder(workspace, plan) ?? plan.train, `[T6] the order of ${plan.id}`).toEqual(plan.train);
  for (const node of plan.nodes.values())
    if (node.state.is === "submitted" && node.state.candidate?.intended)
      expect(groundOf(plan, node) !== undefined, `[T5] ${node.id} lands with all that it stands on`).toBe(true);
}

function lanesAreSound({ locks, settings }: Workspace, plan: Plan): void {
  for (const { behind, nodes } of plan.ready.lanes()) {
    if (!behind || !isThere(locks, settings, behind)) continue;
    for (const node of nodes) {
      const place = ticketInAdvance(locks, refOf(node))?.place;
      const verdict = judge(locks, settings, refOf(node), wishesOf(node, settings), place);
      expect("claims" in verdict, `${node.id} is passed by although nothing is in its way`).toBe(false);
    }
  }
}

function everybodyIsExplained(workspace: Workspace, plan: Plan): void {
  const explained = new Set(why(workspace, { plan: plan.id }).map(({ node }) => node));
  for (const node of plan.nodes.values()) {
    const isWaiting = !["landed", "skipped", "cancelled"].includes(node.state.is);
    expect(explained.has(node.id), `[W1] why ${node.id} is ${node.state.is}`).toBe(isWaiting);
  }
}

/** Whether it stands on the tip and belongs to what a landing in progress brings along. */
function isLanding(plan: Plan, node: Node): boolean {
  if (node.state.is !== "submitted" || node.state.candidate?.onto !== plan.tip) return false;
  const last = [...plan.nodes.values()].find(({ state }) => state.is === "submitted" && state.candidate?.intended);
  return last !== undefined && groundOf(plan, last)?.some((built) => built.node === node) === true;
}

/** What must be true when an event comes, seen on the state before it. */
export function mayHappen(before: Workspace, event: WorkspaceEvent): void {
  switch (event.type) {
    case "NodeLeased": {
      const plan = before.plans.get(event.plan);
      const node = plan?.nodes.get(event.node);
      expect(node?.state.is, `[N1] ${event.node} is handed out`).toBe("ready");
      expect(node?.pausedBy, `[K3] ${event.node} is handed out`).toBe(undefined);
      expect(event.attempt, "[N2] epochs grow by one").toBe((node?.attempts ?? 0) + 1);
      expect(
        node?.spec.dependsOn.every((id) => plan && letsBegin(before, plan, node, id)),
        `[H2] ${event.node}`,
      ).toBe(true);
      const slot = before.slots.byName.get(event.slot);
      expect(slot?.is, `${event.slot} is taken`).toBe(event.fresh ? undefined : "free");
      if (event.fresh) expect(Number(event.slot.slice(1))).toBeGreaterThan(before.slots.lastNumber);
      const own = ticketInAdvance(before.locks, event);
      poolsLendWhatTheyHave(before, event.claims);
      nobodyIsOvertaken(before, event, event.claims, own?.id);
      return;
    }
    case "NodeLanded": {
      const plan = before.plans.get(event.plan);
      const node = plan?.nodes.get(event.node);
      expect(
        node?.spec.dependsOn.every((id) => plan && lets(plan, id)),
        `[T3] ${event.node} lands`,
      ).toBe(true);
      if (event.paths.length === 0 || node?.state.is !== "submitted") return;
      expect(plan && isLanding(plan, node), `[T1] ${event.node} lands`).toBe(true);
      return;
    }
    case "LandingIntended": {
      const plan = before.plans.get(event.plan);
      const node = plan?.nodes.get(event.node);
      const { passed, failed } = (node?.state.is === "submitted" && node.state.candidate) || {};
      const paused = [...event.carries, event.node].filter((id) => plan?.nodes.get(id)?.pausedBy);
      expect(paused, "[K3] lands").toEqual([]);
      const specs = [...event.carries, event.node].flatMap((id) => plan?.nodes.get(id)?.spec ?? []);
      const mayFail = plan ? gatesThatMayFail(plan, specs, passed ?? new Set()) : [];
      expect(
        specs
          .flatMap(({ gates, redGates = [] }) => [...gates, ...redGates])
          .filter((gate) => !passed?.has(gate))
          .filter((gate) => !(failed?.has(gate) && (failsOnTip(plan, gate) || mayFail.includes(gate)))),
        `[T2] [T10] [T11] ${event.node} lands`,
      ).toEqual([]);
      return;
    }
    case "ClaimsGranted":
      poolsLendWhatTheyHave(before, event.claims);
      if (event.ticket !== undefined) nobodyIsOvertaken(before, event, event.claims, event.ticket);
      return;
    case "SlotFreed":
      expect(before.slots.byName.get(event.slot)?.is, `${event.slot} is freed`).toBe("retiring");
      return;
    default:
      return;
  }
}

function poolsLendWhatTheyHave({ locks, settings }: Workspace, claims: readonly GrantedClaim[]): void {
  for (const { kind, pattern, value } of claims) {
    if (kind !== "pool") continue;
    const size = settings.pools[pattern] ?? { capacity: 0 };
    const [first, last] = "capacity" in size ? [1, size.capacity] : [size.from, size.to];
    expect(value, `[L6] a value of ${pattern}`).toBeGreaterThanOrEqual(first);
    expect(value, `[L6] a value of ${pattern}`).toBeLessThanOrEqual(last);
    expect(locks.names.get(pattern)?.length ?? 0, `[L6] ${pattern} has one left`).toBeLessThan(
      sizeOf(settings, pattern),
    );
  }
}

function nobodyIsOvertaken(
  { locks }: Workspace,
  by: { readonly plan: string; readonly node: string },
  claims: readonly Wish[],
  ticket: string | undefined,
): void {
  const at = locks.queue.findIndex(({ id }) => id === ticket);
  const older = at < 0 ? locks.queue : locks.queue.slice(0, at);
  for (const other of older)
    if (
      nodeKey(other.by) !== nodeKey(by) &&
      other.wants.some((one) => claims.some((claim) => excludes(locks, one, claim)))
    )
      expect.fail(`[L4] ${nodeKey(by)} overtakes ${other.id} of ${nodeKey(other.by)}`);
}

/** [T11] Gates with points, if each of those that land has enough of them by what has passed. */
export function gatesThatMayFail(
  { header }: Plan,
  landing: readonly Pick<Node["spec"], "gates" | "redGates">[],
  passed: ReadonlySet<string>,
): readonly string[] {
  const { threshold, points } = header.policy.score ?? { threshold: 1, points: {} };
  const worth = (gates: Iterable<string>) => [...gates].reduce((sum, gate) => sum + (points[gate] ?? 0), 0);
  const reaches = landing.every(({ gates }) => {
    const own = new Set(gates);
    return worth([...own].filter((gate) => passed.has(gate))) >= threshold * worth(own) - 1e-9;
  });
  const wanted = landing.flatMap(({ redGates = [] }) => redGates);
  return reaches ? Object.keys(points).filter((gate) => !wanted.includes(gate)) : [];
}

function failsOnTip(plan: Plan | undefined, gate: string): boolean {
  return plan?.header.policy.baseline === "ratchet" && plan.onTip.get(gate)?.passed === false;
}
