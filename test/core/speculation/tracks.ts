import type { ArtifactRef } from "../../../src/core/speculation/artifact.ts";
import { artifactOf } from "../../../src/core/speculation/artifacts.ts";
import type { CheckOutcome } from "../../../src/core/speculation/assumptions.ts";
import type { RecordCommand } from "../../../src/core/speculation/recording.ts";
import type { AssumptionCommand } from "../../../src/core/speculation/settling.ts";
import type { Scenario } from "../scenario.ts";
import { contractName, lookAgain } from "./publishes.ts";

type Track = AssumptionCommand & { readonly type: "TrackAssumption" };

export const contract: ArtifactRef = { kind: "contract", id: contractName };

/** Tracks an assumption; a check of a contract is looked at, one of files says what the test says. */
export function tracks(agent: string, more: Partial<Track> = {}, outcome: CheckOutcome = "open") {
  return (s: Scenario): Track => {
    const { check } = more;
    const fields = check?.is === "contract_has" ? check.fields : [];
    const looked = check && "contract" in check ? { looked: lookAgain(s, check.contract, { more: fields }) } : {};
    const tip = s.workspace.plans.get(more.plan ?? "")?.tip ?? "";
    const onTip = check && "path" in check ? { onTip: { tip, outcome } } : {};
    return {
      type: "TrackAssumption",
      agent,
      text: "it is enough",
      about: contract,
      depends: [],
      ...looked,
      ...onTip,
      ...more,
    };
  };
}

/** Settles the assumption that was tracked last. */
export function settles(agent: string, verdict: "validated" | "invalidated" | "superseded", more: object = {}) {
  return (s: Scenario): AssumptionCommand => ({
    type: "SettleAssumption",
    agent,
    assumption: [...s.workspace.speculation.assumptions.keys()].at(-1) ?? "none",
    verdict,
    notes: "now we know",
    ...more,
  });
}

/** Records a requirement that asks fields of a contract. */
export function requires(fields: readonly string[], more: Partial<RecordCommand> = {}) {
  return (s: Scenario): RecordCommand => {
    const artifact = more.artifact ?? { kind: "requirement", id: "r1" };
    const asked = more.requires ?? (fields.length > 0 ? [{ contract: contractName, fields }] : []);
    const next = { id: artifact.id, requires: asked };
    return {
      type: "RecordArtifact",
      agent: "ana",
      artifact,
      after: artifactOf(s.workspace, artifact)?.versions.at(-1)?.at ?? 0,
      digest: JSON.stringify([asked, more.content, more.links]),
      requires: asked,
      links: [],
      looked: asked.map((one) => lookAgain(s, one.contract, { next })),
      ...more,
    };
  };
}
