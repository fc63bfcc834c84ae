import type { BaseEvent } from "./base-runs.ts";
import type { KnowledgeEvent } from "./knowledge.ts";
import type { LeaseEvent } from "./lease.ts";
import type { ClaimEvent } from "./locks/claim-events.ts";
import type { LoanEvent } from "./locks/loans.ts";
import type { NodeEvent } from "./node/node-events.ts";
import type { PlanEvent } from "./plan/plan-events.ts";
import type { RadarEvent } from "./radar.ts";
import type { SettingsEvent } from "./settings.ts";
import type { SlotEvent } from "./slots.ts";
import type { ArtifactEvent } from "./speculation/artifacts.ts";
import type { AssumptionEvent } from "./speculation/assumptions.ts";
import type { ConflictEvent } from "./speculation/conflicts.ts";
import type { ContractLandingEvent } from "./speculation/contract-landings.ts";
import type { ContractEvent } from "./speculation/contracts.ts";
import type { ConvergenceEvent } from "./speculation/convergences.ts";
import type { TrainEvent } from "./train.ts";

/** Everything that can happen in a workspace; the log holds these and nothing else. */
export type WorkspaceEvent =
  | SettingsEvent
  | PlanEvent
  | NodeEvent
  | LeaseEvent
  | ClaimEvent
  | LoanEvent
  | SlotEvent
  | TrainEvent
  | BaseEvent
  | RadarEvent
  | KnowledgeEvent
  | ConflictEvent
  | ContractEvent
  | ContractLandingEvent
  | ConvergenceEvent
  | AssumptionEvent
  | ArtifactEvent;
