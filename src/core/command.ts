import type { BaseCommand } from "./base-runs.ts";
import type { AgentName, AttemptRef, NodeId, NodeRef, PlanId, ProcessId } from "./ids.ts";
import type { LandingCommand } from "./landing.ts";
import type { LeaseCommand } from "./lease-keeping.ts";
import type { ClaimCommand } from "./locks/claiming.ts";
import type { LoanCommand } from "./locks/loans.ts";
import type { GiveUpCommand, SubmitCommand } from "./node/hand-in.ts";
import type { HandOutCommand, ResumeCommand } from "./node/hand-out.ts";
import type { WithdrawCommand } from "./node/withdrawing.ts";
import type { PlanCommand } from "./plan/planning.ts";
import type { RadarCommand } from "./radar.ts";
import type { SettingsCommand } from "./settings.ts";
import type { SlotCommand } from "./slots.ts";
import type { ConflictCommand } from "./speculation/conflict-commands.ts";
import type { LandContractCommand } from "./speculation/contract-landings.ts";
import type { PublishCommand } from "./speculation/publishing.ts";
import type { RecordCommand } from "./speculation/recording.ts";
import type { AssumptionCommand } from "./speculation/settling.ts";

export type WorkCommand =
  | (AttemptRef & {
      readonly type: "ReportProgress";
      readonly process: ProcessId;
      readonly percent?: number;
      readonly note?: string;
      readonly tokens?: number;
    })
  | {
      readonly type: "ShareKnowledge";
      readonly agent: AgentName;
      readonly from?: NodeRef;
      readonly topic: string;
      readonly text: string;
      readonly paths: readonly string[];
    }
  | { readonly type: "DropStarvation"; readonly plan: PlanId; readonly node: NodeId };

/** Everything that can be asked of a workspace. The time comes with each command from outside. */
export type WorkspaceCommand =
  | SettingsCommand
  | PlanCommand
  | HandOutCommand
  | ResumeCommand
  | SubmitCommand
  | BaseCommand
  | GiveUpCommand
  | WithdrawCommand
  | WorkCommand
  | LeaseCommand
  | ClaimCommand
  | LoanCommand
  | SlotCommand
  | LandingCommand
  | RadarCommand
  | PublishCommand
  | LandContractCommand
  | ConflictCommand
  | AssumptionCommand
  | RecordCommand;
