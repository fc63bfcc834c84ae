import { analyzeImpact } from "./analyze-impact.ts";
import { claimResources } from "./claim-resources.ts";
import { completeNode } from "./complete-node.ts";
import { converge } from "./converge.ts";
import type { Tool } from "./define-tool.ts";
import { failNode } from "./fail-node.ts";
import { getStatus } from "./get-status.ts";
import { publishContract } from "./publish-contract.ts";
import { readContract } from "./read-contract.ts";
import { recordArtifact } from "./record-artifact.ts";
import { releaseResources } from "./release-resources.ts";
import { reportConflict } from "./report-conflict.ts";
import { reportProgress } from "./report-progress.ts";
import { requestNextNode } from "./request-next-node.ts";
import { resolveConflict } from "./resolve-conflict.ts";
import { revisePlan } from "./revise-plan.ts";
import { settleAssumption } from "./settle-assumption.ts";
import { shareKnowledge } from "./share-knowledge.ts";
import { submitPlan } from "./submit-plan.ts";
import { trackAssumption } from "./track-assumption.ts";

export type Profile = "worker" | "planner" | "all";

/** Every tool, in the order in which clients see them; the order never depends on anything else. */
export const allTools: readonly Tool[] = [
  submitPlan,
  revisePlan,
  analyzeImpact,
  getStatus,
  requestNextNode,
  reportProgress,
  completeNode,
  failNode,
  claimResources,
  releaseResources,
  shareKnowledge,
  trackAssumption,
  settleAssumption,
  publishContract,
  readContract,
  reportConflict,
  resolveConflict,
  converge,
  recordArtifact,
];

/** The tools of a profile, in the same order. */
export function toolsFor(profile: Profile): readonly Tool[] {
  return profile === "worker" ? allTools.filter((tool) => tool.profile === "worker") : allTools;
}
