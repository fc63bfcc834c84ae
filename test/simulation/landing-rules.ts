import type { WorkspaceEvent } from "../../src/core/event.ts";
import { heldBy, patternOf } from "../../src/core/locks/locks.ts";
import { matches } from "../../src/core/pattern/match.ts";
import { integrationRef } from "../../src/core/plan/plan.ts";
import { findNode, type Workspace } from "../../src/core/workspace.ts";
import { gatesThatMayFail } from "../core/invariants.ts";
import { redFiles } from "./played-gate.ts";
import { missing, ofAgents, tokensIn } from "./tokens.ts";
import type { World } from "./world.ts";

type Of<T extends WorkspaceEvent["type"]> = WorkspaceEvent & { readonly type: T };

/** [S1] What is handed in is what differs from the base, and all of it was claimed. */
export function checkHandedIn({ repository, breaks }: World, before: Workspace, event: Of<"NodeSubmitted">): void {
  const { locks } = before;
  const claims = heldBy(locks, event).filter(
    ({ kind, mode }) => kind === "path" && (mode === "write" || mode === "edit"),
  );
  // Who merges the target brings in what others changed there.
  const merges = findNode(before, event.plan, event.node)?.spec.merges !== undefined;
  const outside = (merges ? [] : event.paths).filter(
    (path) => !claims.some(({ pattern }) => matches(patternOf(pattern, locks.ignoreCase), path)),
  );
  if (outside.length > 0) breaks(`[S1] ${event.node} hands in ${outside.join()} without a claim`);
  const [old, next] = [repository.entries(event.base), repository.entries(event.commit)];
  const changed = [...new Set([...(old?.keys() ?? []), ...(next?.keys() ?? [])])].filter(
    (path) => old?.get(path) !== next?.get(path),
  );
  if (changed.sort().join() !== [...event.paths].sort().join())
    breaks(`[S1] ${event.node} hands in ${changed.join()} and says ${event.paths.join()}`);
  const base = findNode(before, event.plan, event.node)?.state;
  if (base?.is === "leased" && base.attempt.base !== event.base)
    breaks(`[S1] ${event.node} is handed in on another base`);
}

/** [T2] [T11] The tree that is about to land passes the gates it needs, but for those that may fail. */
export function checkIntended(world: World, before: Workspace, event: Of<"LandingIntended">): void {
  const { repository, breaks } = world;
  const landing = [...event.carries, event.node].flatMap((id) => findNode(before, event.plan, id) ?? []);
  for (const [path, text] of repository.files(event.candidate))
    if (/^(<{7} |>{7} )/m.test(text)) breaks(`[T2] ${event.node} lands with the markers of a conflict in ${path}`);
  const files = repository.files(event.candidate);
  const plan = before.plans.get(event.plan);
  const needed = new Set(landing.flatMap(({ spec }) => [...spec.gates, ...(spec.redGates ?? [])]));
  const passed = new Set([...needed].filter((gate) => redFiles(gate, files).length === 0));
  const specs = landing.map(({ spec }) => spec);
  const mayFail = plan ? gatesThatMayFail(plan, specs, passed) : [];
  for (const gate of needed) {
    const red = redFiles(gate, files);
    if (red.length > 0 && mayFail.includes(gate)) world.count("landed with a gate that may fail");
    else if (red.length > 0) breaks(`[T2] ${event.node} lands although ${gate} is red for ${red.join()}`);
  }
}

/** [T1] The branch holds what landed; it contains the node's work, and everything that landed before. */
export function checkLanded(world: World, before: Workspace, event: Of<"NodeLanded">): void {
  const { repository, breaks } = world;
  const plan = before.plans.get(event.plan);
  const node = plan?.nodes.get(event.node);
  if (!plan || !node) return;
  const tip = repository.refs.get(integrationRef(plan.id));
  if (
    event.commit !== plan.tip &&
    (tip === undefined || !repository.history(tip).has(event.commit)) &&
    !world.movedByHand.has(plan.id)
  )
    breaks(`[T1] ${event.node} landed, but the branch does not contain it`);
  checkKept(world, plan.tip, event.commit);
  if (node.state.is !== "submitted" || !node.state.submission) return;
  const { commit, base } = node.state.submission;
  const [own, old] = [tokensIn(repository.files(commit)), tokensIn(repository.files(base))];
  const added = new Set([...own].filter((token) => !old.has(token)));
  const lost = missing(added, tokensIn(repository.files(event.commit)));
  if (lost.length > 0) breaks(`[X3] ${event.node} landed without its own ${lost.join("; ")}`);
}

/** [X3] What was there is still there: nothing that lands undoes what landed before. */
export function checkKept({ repository, breaks }: World, old: string | undefined, next: string): void {
  if (old === undefined || old === next) return;
  const lost = missing(ofAgents(tokensIn(repository.files(old))), tokensIn(repository.files(next)));
  if (lost.length > 0) breaks(`[X3] ${next} undoes ${lost.join("; ")}`);
}
