import type { WorkspaceEvent } from "../../../core/event.ts";

/** What Interlock does by itself in this scenario, in a sentence; nothing for what agents tell of themselves. */
export function engineLine(event: WorkspaceEvent): string | undefined {
  switch (event.type) {
    case "PlanSubmitted":
      return "has the product owner's plan; every role waits for work already";
    case "ContractPublished":
      return event.change === "initial"
        ? `has ${event.contract} ${event.version} in force`
        : `finds ${event.contract} ${event.version} ${event.change} with the version before; it is in force`;
    case "AssumptionSettled":
      return event.verdict === "invalidated" ? `finds an assumption wrong: ${event.notes}` : undefined;
    case "ConflictOpened":
      return `opens a conflict, ${event.conflict.replace("_", " ")}, severity ${event.severity}: ${event.description}`;
    case "ConvergenceOpened": {
      const who = event.participants.map(({ agent }) => agent).join(", ");
      const paused = event.nodes.map(({ node }) => node).join(", ");
      return `brings together ${who}; until they have decided, these do not go on: ${paused}`;
    }
    case "ReworkOrdered":
      return event.made ? `makes a node of the rework: ${event.node}` : `gives ${event.node} back for rework, as it is`;
    case "ConvergenceCompleted":
      return "has the decision; all nodes go on";
    case "AttemptFenced":
      return `has ended the lease on ${event.node}; what was written is parked`;
    default:
      return undefined;
  }
}
