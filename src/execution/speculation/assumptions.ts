import type { AgentName, AttemptRef, PlanId } from "../../core/ids.ts";
import { escapeName } from "../../core/pattern/escape.ts";
import { parsePattern } from "../../core/pattern/parse.ts";
import { isOpen } from "../../core/plan/plan.ts";
import { isRefusal } from "../../core/refusal.ts";
import type { ArtifactRef } from "../../core/speculation/artifact.ts";
import {
  type AssumptionCheck,
  type AssumptionId,
  assumptionId,
  type FileCheck,
  type Verdict,
} from "../../core/speculation/assumptions.ts";
import { type ConflictId, conflictId } from "../../core/speculation/conflicts.ts";
import { type Affected, impactOf } from "../../core/speculation/impact.ts";
import type { AssumptionCommand } from "../../core/speculation/settling.ts";
import type { CallContext, Refused } from "../answers.ts";
import { attemptBehind, type Hands, markOf } from "../hands.ts";
import { checkFiles, exportsAreRead, readExports } from "./file-checks.ts";
import { lookAtContract } from "./looking.ts";
import { withPlanOf } from "./node-named.ts";

export interface AssumptionRequest {
  readonly agent: AgentName;
  readonly lease?: string;
  readonly text: string;
  readonly about: ArtifactRef;
  readonly depends: readonly ArtifactRef[];
  readonly check?: AssumptionCheck;
  readonly confidence?: number;
}

export interface TrackedAssumption {
  readonly assumption: AssumptionId;
  readonly status: "active" | Verdict;
}

export interface SettleRequest {
  readonly agent: AgentName;
  readonly lease?: string;
  readonly assumption: AssumptionId;
  readonly verdict: Verdict;
  readonly notes: string;
  readonly supersededBy?: AssumptionId;
}

export interface SettledAssumption {
  readonly status: Verdict;
  readonly affected: readonly Affected[];
  readonly conflict?: ConflictId;
}

type Track = AssumptionCommand & { readonly type: "TrackAssumption" };

/** What a check looks at may change while it is looked at; so often it is tried once more. */
const tries = 5;

/** Tracks an assumption, with what its check says right now. */
export async function trackAssumption(
  hands: Hands,
  request: AssumptionRequest,
  call: CallContext,
): Promise<TrackedAssumption | Refused> {
  const { manager } = hands;
  for (let left = tries; ; left -= 1) {
    await manager.refresh();
    const command = await tracking(hands, request);
    if ("refused" in command) return command;
    const answer = await manager.execute(command, markOf(call, request.agent));
    if (!isRefusal(answer)) {
      const assumption = assumptionId(answer.events[0]?.position ?? 0);
      return { assumption, status: manager.workspace.speculation.assumptions.get(assumption)?.state.is ?? "active" };
    }
    if (answer.refused !== "outdated" || left === 1) return answer;
  }
}

/** Settles an assumption, and says what stood on it. */
export async function settleAssumption(
  hands: Hands,
  { agent, lease, ...verdict }: SettleRequest,
  call: CallContext,
): Promise<SettledAssumption | Refused> {
  const { manager } = hands;
  await manager.refresh();
  const from = lease === undefined ? undefined : attemptBehind(hands, { agent, lease });
  if (from && "refused" in from) return from;
  const command = { type: "SettleAssumption", agent, ...(from ? { from } : {}), ...verdict } as const;
  const answer = await manager.execute(command, markOf(call, agent));
  if (isRefusal(answer)) return answer;
  const opened = answer.events.find(({ event }) => event.type === "ConflictOpened");
  const affected = impactOf(manager.workspace, [{ kind: "assumption", id: verdict.assumption }]);
  return { status: verdict.verdict, affected, ...(opened ? { conflict: conflictId(opened.position) } : {}) };
}

async function tracking(hands: Hands, request: AssumptionRequest): Promise<Track | Refused> {
  const { agent, lease, text, check, confidence } = request;
  const from = lease === undefined ? undefined : attemptBehind(hands, { agent, lease });
  if (from && "refused" in from) return from;
  const [about, ...depends] = [request.about, ...request.depends].map((ref) => withPlan(hands, ref, from));
  for (const ref of [about, ...depends]) if (ref && "refused" in ref) return ref;
  const looked = check ? await look(hands, check, from) : {};
  if ("refused" in looked) return looked;
  const refs = { about: about as ArtifactRef, depends: depends as readonly ArtifactRef[] };
  return {
    type: "TrackAssumption",
    agent,
    ...(from ? { from, plan: from.plan } : {}),
    text,
    ...refs,
    ...(confidence === undefined ? {} : { confidence }),
    ...(check ? { check } : {}),
    ...looked,
  };
}

/** A node's id is unique within its plan only. */
export function withPlan({ manager }: Hands, ref: ArtifactRef, from: AttemptRef | undefined): ArtifactRef | Refused {
  return ref.kind === "node" ? withPlanOf(manager.workspace, ref.id, from) : ref;
}

type Sight = Pick<Track, "looked" | "plan" | "onTip"> & { readonly check?: AssumptionCheck };

async function look(hands: Hands, check: AssumptionCheck, from: AttemptRef | undefined): Promise<Sight | Refused> {
  if ("contract" in check) {
    const more = check.is === "contract_has" ? check.fields : [];
    return { looked: await lookAtContract(hands, check.contract, { more }) };
  }
  const path = literal(check.path);
  if ("problem" in path) return problemAt("check.path", path.problem);
  if (check.is === "exports" && !exportsAreRead(path.text))
    return problemAt("check.path", `is no module whose exports are read: those of ${readExports} are`);
  const plan = planMeant(hands, from);
  if (plan === undefined) return problemAt("lease", "is needed: it says whose files the check is about");
  const tip = hands.manager.workspace.plans.get(plan)?.tip ?? "";
  const cleaned: FileCheck = { ...check, path: path.text };
  return { check: cleaned, plan, onTip: { tip, outcome: await checkFiles(hands, tip, cleaned) } };
}

/** The plan of the lease, or the only one that is open. */
function planMeant({ manager }: Hands, from: AttemptRef | undefined): PlanId | undefined {
  if (from) return from.plan;
  const open = [...manager.workspace.plans.values()].filter(isOpen);
  return open.length === 1 ? open[0]?.id : undefined;
}

/** A path as git knows it, or what is wrong with it. */
function literal(path: string): { readonly text: string } | { readonly problem: string } {
  const parsed = parsePattern(escapeName(path));
  if ("problem" in parsed) return parsed;
  const segments = path.normalize("NFC").split("/");
  return { text: segments.filter((segment) => segment !== "" && segment !== ".").join("/") };
}

function problemAt(path: string, problem: string): Refused {
  return { refused: "invalid_input", problems: [{ path, problem }] };
}
