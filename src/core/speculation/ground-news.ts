/**
 * Whoever begins on what has not landed takes something for granted: that it lands as it was handed in, or that the version of the
 * contract stands until then. That is an assumption like any other, but what becomes of it follows from the events themselves.
 *
 * [A17] Starting on a soft edge records an assumption, which is settled when what it is about has landed, came back or was broken.
 */
import type { WorkspaceEvent } from "../event.ts";
import { type Ground, groundsAfter, groundsOf, isBrokenBy, isOutOfTheWay, isTakenBy } from "../grounds.ts";
import { type AttemptRef, nodeKey } from "../ids.ts";
import { attemptOf, type Node } from "../node/node.ts";
import type { Plan } from "../plan/plan.ts";
import { findNode, refOf, type Workspace } from "../workspace.ts";
import type { ArtifactRef } from "./artifact.ts";
import { artifactKey } from "./artifact.ts";
import type { Assumption, AssumptionEvent, Verdict } from "./assumptions.ts";

/** What an event means for those who stand on what it is about. Call before the event is applied. */
export function groundNews(workspace: Workspace, event: WorkspaceEvent): readonly AssumptionEvent[] {
  switch (event.type) {
    case "NodeLeased":
      return (event.grounds ?? []).map((ground) => tracked(event, event.agent, ground));
    case "NodeLanded": {
      const plan = workspace.plans.get(event.plan);
      const node = plan?.nodes.get(event.node);
      if (!plan || !node) return [];
      const stood = standing(plan, node.dependents, (ground) => ground.node === node.id && !ground.lost);
      return [
        ...stood.flatMap((one) => settled(workspace, one, "validated", wordHeld(one.ground))),
        ...atAnEnd(workspace, node),
      ];
    }
    case "NodeReturned": {
      const plan = workspace.plans.get(event.plan);
      const node = plan?.nodes.get(event.node);
      const attempt = node && attemptOf(node);
      if (!plan || !node) return [];
      const kept = attempt ? groundsAfter(plan, node, event) : [];
      const anew = kept.filter((ground) => !groundsOf(node).includes(ground) && !isOutOfTheWay(plan, ground.node));
      return [
        ...cameBack(workspace, plan, node),
        ...(attempt ? anew.map((ground) => tracked(attempt, attempt.agent, ground)) : []),
      ];
    }
    case "NodeWithdrawn":
      return leftTrain(workspace, event);
    case "NodeGivenUp":
    case "AttemptFenced":
    case "NodeFailed":
    case "NodeCancelled": {
      const node = findNode(workspace, event.plan, event.node);
      return node ? [...leftTrain(workspace, event), ...atAnEnd(workspace, node)] : [];
    }
    case "ContractPublished":
    case "ContractActivated": {
      const contract = workspace.speculation.contracts.get(event.contract);
      const hit = [...workspace.plans.values()].flatMap((plan) =>
        standing(plan, plan.nodes.keys(), (ground) => isBrokenBy(contract, event, ground)),
      );
      const notes = `Version ${event.version} of contract ${event.contract} is in force.`;
      return hit.flatMap((one) => settled(workspace, one, "invalidated", notes));
    }
    default:
      return [];
  }
}

interface Standing {
  readonly by: AttemptRef;
  readonly ground: Ground;
}

/** The attempts under way among some nodes that stand on what is meant, each once for what it took for granted. */
function standing(plan: Plan, ids: Iterable<string>, picks: (ground: Ground) => boolean): readonly Standing[] {
  return [...ids].flatMap((id) => {
    const node = plan.nodes.get(id);
    const by = node && attemptOf(node);
    if (!by) return [];
    const about = new Map(
      groundsOf(node)
        .filter(picks)
        .map((ground) => [artifactKey(aboutOf(plan.id, ground)), ground]),
    );
    return [...about.values()].map((ground) => ({ by, ground }));
  });
}

function leftTrain(workspace: Workspace, { plan: id, node: of }: { readonly plan: string; readonly node: string }) {
  const plan = workspace.plans.get(id);
  const node = plan?.nodes.get(of);
  return plan && node ? cameBack(workspace, plan, node) : [];
}

function cameBack(workspace: Workspace, plan: Plan, node: Node): readonly AssumptionEvent[] {
  if (node.state.is !== "submitted") return [];
  const stood = standing(plan, node.dependents, (ground) => isTakenBy(node, ground));
  const notes = `What was handed in for ${nodeKey(refOf(node))} came back.`;
  return stood.flatMap((one) => settled(workspace, one, "invalidated", notes));
}

/** What an attempt took for granted that is over has nothing more to show. */
function atAnEnd(workspace: Workspace, node: Node): readonly AssumptionEvent[] {
  const by = attemptOf(node);
  if (!by) return [];
  const notes = "The work that stood on it is over.";
  const about = new Map(groundsOf(node).map((ground) => [artifactKey(aboutOf(by.plan, ground)), ground]));
  return [...about.values()].flatMap((ground) => settled(workspace, { by, ground }, "superseded", notes));
}

function tracked(by: AttemptRef, agent: string, ground: Ground): AssumptionEvent {
  const { plan, node, attempt } = by;
  const about = aboutOf(plan, ground);
  const text =
    ground.edge === "submit"
      ? `${about.id} lands as it was handed in.`
      : `Version ${ground.version} of contract ${ground.contract} stands until ${plan}/${ground.node} has landed.`;
  const from = { plan, node };
  return { type: "AssumptionTracked", agent, from, plan, text, about, depends: [], start: attempt, outcome: "open" };
}

/** Settles the assumption of an attempt about a ground; one that was validated can still turn out wrong. [A4] */
function settled(
  { speculation }: Workspace,
  { by, ground }: Standing,
  verdict: Verdict,
  notes: string,
): readonly AssumptionEvent[] {
  const about = artifactKey(aboutOf(by.plan, ground));
  const isMeant = ({ start, from, state, ...one }: Assumption) =>
    start === by.attempt &&
    from?.plan === by.plan &&
    from.node === by.node &&
    artifactKey(one.about) === about &&
    (state.is === "active" || (state.is === "validated" && verdict === "invalidated"));
  const found = [...speculation.assumptions.values()].findLast(isMeant);
  if (!found) return [];
  return [
    {
      type: "AssumptionSettled",
      assumption: found.id,
      verdict,
      notes,
      tells: verdict === "superseded" ? [] : [found.by],
    },
  ];
}

function aboutOf(plan: string, ground: Ground): ArtifactRef {
  return ground.edge === "submit"
    ? { kind: "node", id: nodeKey({ plan, node: ground.node }) }
    : { kind: "contract", id: ground.contract };
}

function wordHeld(ground: Ground): string {
  return ground.edge === "submit"
    ? `${ground.node} landed as it was handed in.`
    : `${ground.node} landed while version ${ground.version} of contract ${ground.contract} stood.`;
}
