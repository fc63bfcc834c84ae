import type { WorkspaceCommand } from "../../../src/core/command.ts";
import { artifactOf } from "../../../src/core/speculation/artifacts.ts";
import { inForce } from "../../../src/core/speculation/contracts.ts";
import { fieldsAsked } from "../../../src/core/speculation/looking.ts";
import type { Workspace } from "../../../src/core/workspace.ts";
import { type Move, pick } from "./move.ts";

const fields = ["id", "ip", "time"];
const contract = "API";

/** Somebody publishes, assumes, settles, asks for or checks something; texts are sets of fields. */
export function agreement(workspace: Workspace, agent: string, { a, b, c }: Move): WorkspaceCommand | undefined {
  const current = inForce(workspace.speculation.contracts.get(contract));
  const plan = pick([...workspace.plans.values()], b);
  const node = plan && pick([...plan.nodes.keys()], c);
  const some = fields.filter((_, i) => (c >> i) & 1);
  const about = { kind: "contract", id: contract } as const;
  const depends =
    plan && node !== undefined && b % 2 === 0 ? [{ kind: "node" as const, id: `${plan.id}/${node}` }] : [];
  const looks = (at: number, text: readonly string[]) => ({
    contract,
    at,
    asked: [...fieldsAsked(workspace, contract), ...fields],
    lacks: at === 0 && current === undefined ? [] : fields.filter((field) => !text.includes(field)),
  });
  switch (a % 5) {
    case 0: {
      const change = pick(["compatible", "breaking", "unknown"] as const, b) ?? "unknown";
      const nodes = plan && node !== undefined ? [{ plan: plan.id, node }] : [];
      const text = { kind: "json_schema", specification: some.join(" "), digest: some.join(" ") } as const;
      const action = pick([undefined, "activate", "draft"] as const, c);
      const looked = { ...looks(0, some), lacks: fields.filter((field) => !some.includes(field)) };
      const how = { against: current?.at ?? 0, change, findings: [], looked, ...(action ? { action } : {}) };
      return { type: "PublishContract", agent, contract, text, consumers: { agents: ["eve"], nodes }, ...how };
    }
    case 1: {
      const check = pick(
        [
          { is: "contract_has", contract, fields: some } as const,
          { is: "contract_covers", contract, requirement: "r1" } as const,
          undefined,
        ],
        b,
      );
      const looked = looks(current?.at ?? 0, current?.digest.split(" ") ?? []);
      const how = check ? { check, looked } : {};
      return { type: "TrackAssumption", agent, text: "so", about, depends, ...(plan ? { plan: plan.id } : {}), ...how };
    }
    case 2: {
      const assumption = pick([...workspace.speculation.assumptions.keys()], b);
      const verdict = pick(["validated", "invalidated", "superseded"] as const, c) ?? "validated";
      return assumption === undefined
        ? undefined
        : { type: "SettleAssumption", agent, assumption, verdict, notes: "n" };
    }
    case 3: {
      const artifact = { kind: "requirement", id: "r1" } as const;
      const requires = some.length > 0 ? [{ contract, fields: some }] : [];
      const looked = requires.length > 0 ? [looks(current?.at ?? 0, current?.digest.split(" ") ?? [])] : [];
      const after = artifactOf(workspace, artifact)?.versions.at(-1)?.at ?? 0;
      return { type: "RecordArtifact", agent, artifact, after, digest: some.join(" "), requires, links: [], looked };
    }
    default:
      return plan && { type: "CheckAssumptions", plan: plan.id, tip: plan.tip, found: [] };
  }
}
