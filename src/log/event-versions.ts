import type { WorkspaceEvent } from "../core/event.ts";
import { createUpcaster, type StoredBody } from "./upcast.ts";

// A new event type starts at 1. Whoever changes what stored fields mean adds one here, writes the step
// from the old version below, and leaves the golden event of the old version where it is.
const versions = {
  ArtifactRecorded: 1,
  AssumptionHeld: 1,
  AssumptionSettled: 1,
  AssumptionTracked: 1,
  AttemptFenced: 1,
  BaseGateDropped: 1,
  BaseGateJudged: 1,
  BaseGateStarted: 1,
  CandidateBuilt: 1,
  CandidateClashed: 1,
  ClaimsGranted: 1,
  ClaimsQueued: 1,
  ClaimsReleased: 1,
  ClashCleared: 1,
  ClashFound: 1,
  ConflictOpened: 1,
  ConsumersNamed: 1,
  ContractActivated: 1,
  ContractDeprecated: 1,
  ContractLanded: 1,
  ContractPublished: 1,
  ConflictResolved: 1,
  ConvergenceCompleted: 1,
  ConvergenceDecided: 1,
  ConvergenceEscalated: 1,
  ConvergenceJoined: 1,
  ConvergenceOpened: 1,
  FirstCompletionAwaited: 1,
  GateDoubted: 1,
  GateDropped: 1,
  GateHeldUp: 1,
  GateJudged: 1,
  GateLent: 1,
  GateRepaid: 1,
  GateStarted: 2,
  IntegrationAdopted: 1,
  KnowledgeShared: 1,
  LandingIntended: 2,
  LeaseRenewed: 1,
  LeasesRefreshed: 1,
  NodeAdded: 1,
  NodeCancelled: 1,
  NodeChanged: 1,
  NodeFailed: 1,
  NodeGivenUp: 1,
  NodeLanded: 1,
  NodeLeased: 1,
  NodeReached: 1,
  NodeRetried: 1,
  NodeReturned: 1,
  NodeSubmitted: 1,
  NodeWithdrawn: 1,
  ParkedAccepted: 1,
  PlanChanged: 1,
  PlanFinished: 1,
  PlanLanded: 1,
  PlanPaused: 1,
  PlanResumed: 1,
  PlanSubmitted: 1,
  ProgressReported: 1,
  ReworkOrdered: 1,
  SlotFreed: 1,
  SlotPrepared: 1,
  SlotQuarantined: 1,
  SlotRemoved: 1,
  SlotReplaced: 1,
  TicketEnded: 1,
  TrainReordered: 1,
  VoteCast: 1,
  WorkParked: 1,
  WorkspaceConfigured: 2,
} satisfies Record<WorkspaceEvent["type"], number>;

const upcasts: readonly (readonly [from: string, step: (body: StoredBody) => StoredBody])[] = [
  // Gates ran one after another, and nobody had to be told who ran them.
  ["GateStarted@1", (body) => ({ process: "", until: 0, weight: 1, ...body })],
  ["LandingIntended@1", (body) => ({ carries: [], ...body })],
  [
    "WorkspaceConfigured@1",
    (body) => ({ ...body, settings: { gates: { parallel: 1, policy: "auto" }, ...Object(body["settings"]) } }),
  ],
];

/** Every event type that is written today, with its version. */
export const eventVersions: ReadonlyMap<string, number> = new Map(Object.entries(versions));

/** Reads events of every age that this program knows. */
export const currentEvents = createUpcaster(eventVersions, new Map(upcasts));
