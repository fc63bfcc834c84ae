import type { WorkspaceEvent } from "../../../src/core/event.ts";

/**
 * Whether an event happens only because somebody asked for it. The rest may come while a call is answered: the steward
 * lands and empties slots, a lease is renewed by any sign of life, and what waited goes on.
 */
export function ofTheCaller(event: WorkspaceEvent): boolean {
  switch (event.type) {
    case "WorkspaceConfigured":
    case "PlanSubmitted":
    case "NodeAdded":
    case "NodeChanged":
    case "NodeRetried":
    case "PlanChanged":
    case "PlanResumed":
    case "PlanLanded":
    case "IntegrationAdopted":
    case "NodeLeased":
    case "ProgressReported":
    case "NodeSubmitted":
    case "NodeGivenUp":
    case "ParkedAccepted":
    case "NodeCancelled":
    case "ClaimsQueued":
    case "KnowledgeShared":
      return true;
    case "PlanPaused":
      return event.why === "asked";
    case "ClaimsGranted":
      return event.ticket === undefined;
    case "TicketEnded":
      return event.why === "withdrawn";
    default:
      return false;
  }
}
