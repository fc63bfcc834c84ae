import { createHash } from "node:crypto";
import type { AgentName } from "../../core/ids.ts";
import { parsePattern } from "../../core/pattern/parse.ts";
import type { Recorded } from "../../core/recorded.ts";
import { isRefusal } from "../../core/refusal.ts";
import { type ArtifactRef, artifactKey } from "../../core/speculation/artifact.ts";
import {
  type Artifact,
  type ArtifactEvent,
  artifactOf,
  type Link,
  type Requires,
} from "../../core/speculation/artifacts.ts";
import type { AssumptionId } from "../../core/speculation/assumptions.ts";
import { unmetCause } from "../../core/speculation/breaching.ts";
import { type Conflict, conflictId, conflictOf } from "../../core/speculation/conflicts.ts";
import type { Looked } from "../../core/speculation/looking.ts";
import type { RecordCommand } from "../../core/speculation/recording.ts";
import type { CallContext, Refused } from "../answers.ts";
import { attemptBehind, type Hands, markOf } from "../hands.ts";
import { withPlan } from "./assumptions.ts";
import { lookAtContract } from "./looking.ts";
import { invalidatedBy } from "./publish-contract.ts";
import { textDiff } from "./text-diff.ts";

export interface RecordRequest {
  readonly agent: AgentName;
  readonly lease?: string;
  readonly artifact: ArtifactRef;
  /** Of a rollback, the version to go back to. */
  readonly version?: string;
  readonly rollback: boolean;
  readonly content?: string;
  readonly path?: string;
  /** What is not named stays as it was. */
  readonly requires?: readonly Requires[];
  readonly links?: readonly Link[];
}

export interface RecordedArtifact {
  readonly version: string;
  /** What differs from the version before, as a diff of the contents. */
  readonly changes: string;
  readonly invalidated: readonly AssumptionId[];
  readonly conflicts: readonly Conflict[];
}

/** What follows depends on contracts that others may publish meanwhile; so often it is tried once more. */
const tries = 5;

/** Records a version of an artifact, or goes back to an earlier one, after the contracts it asks something of were looked at. */
export async function recordArtifact(
  hands: Hands,
  request: RecordRequest,
  call: CallContext,
): Promise<RecordedArtifact | Refused> {
  const { manager } = hands;
  for (let left = tries; ; left -= 1) {
    await manager.refresh();
    const command = await recording(hands, request);
    if ("refused" in command) return command;
    const answer = await manager.execute(command, markOf(call, request.agent));
    if (!isRefusal(answer)) return receipt(hands, command, answer.events);
    if (answer.refused !== "outdated" || left === 1) return answer;
  }
}

async function recording(hands: Hands, request: RecordRequest): Promise<RecordCommand | Refused> {
  const { agent, lease, artifact, rollback, version } = request;
  const from = lease === undefined ? undefined : attemptBehind(hands, { agent, lease });
  if (from && "refused" in from) return from;
  const parsed = parsePattern(request.path ?? "**");
  if ("problem" in parsed) return { refused: "bad_pattern", pattern: request.path ?? "", problem: parsed.problem };
  const known = artifactOf(hands.manager.workspace, artifact);
  const content = rollback ? await earlier(hands, known, request) : await following(hands, known, request);
  if ("refused" in content) return content;
  const links: Link[] = [];
  for (const { type, ...ref } of content.links) {
    const to = withPlan(hands, ref, from);
    if ("refused" in to) return to;
    links.push({ type, ...to });
  }
  const looked = artifact.kind === "requirement" ? await lookAtAll(hands, artifact.id, content.requires) : [];
  const said = { ...content, links };
  return {
    type: "RecordArtifact",
    agent,
    ...(from ? { from } : {}),
    artifact,
    ...(rollback || version === undefined ? {} : { version }),
    after: known?.versions.at(-1)?.at ?? 0,
    digest: createHash("sha256")
      .update(JSON.stringify([said.content, said.path, said.requires, links]))
      .digest("hex"),
    ...said,
    ...(rollback && version !== undefined ? { back: version } : {}),
    looked,
  };
}

type Content = Pick<ArtifactEvent, "content" | "path" | "requires" | "links">;

/** What is recorded; what the request does not name stays as it was. */
async function following(hands: Hands, known: Artifact | undefined, request: RecordRequest): Promise<Content> {
  const before = known && (await recordedAs(hands, known.versions.at(-1)?.at));
  const content = request.content ?? before?.content;
  const path = request.path ?? before?.path;
  return {
    ...(content === undefined ? {} : { content }),
    ...(path === undefined ? {} : { path }),
    requires: request.requires ?? before?.requires ?? [],
    links: request.links ?? before?.links ?? [],
  };
}

/** The version to go back to, as it was. */
async function earlier(
  hands: Hands,
  known: Artifact | undefined,
  { artifact, version = "" }: RecordRequest,
): Promise<Content | Refused> {
  const at = known?.versions.find((one) => one.version === version)?.at;
  const event = await recordedAs(hands, at);
  if (!event) return { refused: "unknown_artifact", artifact: artifactKey(artifact), version };
  const { content, path, requires, links } = event;
  return { ...(content === undefined ? {} : { content }), ...(path === undefined ? {} : { path }), requires, links };
}

async function recordedAs({ manager }: Hands, at: number | undefined): Promise<ArtifactEvent | undefined> {
  if (at === undefined) return undefined;
  const [recorded] = await manager.log.read(manager.stream, at - 1, 1);
  return recorded?.event.type === "ArtifactRecorded" ? recorded.event : undefined;
}

async function lookAtAll(hands: Hands, id: string, requires: readonly Requires[]): Promise<readonly Looked[]> {
  const found: Looked[] = [];
  for (const contract of new Set(requires.map((one) => one.contract)))
    found.push(await lookAtContract(hands, contract, { next: { id, requires } }));
  return found;
}

async function receipt(
  hands: Hands,
  { artifact, requires }: RecordCommand,
  events: readonly Recorded[],
): Promise<RecordedArtifact | Refused> {
  const { workspace } = hands.manager;
  const recorded = events.find(({ event }) => event.type === "ArtifactRecorded");
  const versions = artifactOf(workspace, artifact)?.versions ?? [];
  const place = recorded ? versions.findIndex(({ at }) => at === recorded.position) : versions.length - 1;
  const version = versions[place];
  if (!version) return { refused: "outdated" };
  const [now, before] = [await recordedAs(hands, version.at), await recordedAs(hands, versions[place - 1]?.at)];
  const causes = [...new Set(requires.map(({ contract }) => unmetCause(contract, artifact.id)))];
  const open = artifact.kind === "requirement" ? causes.flatMap((cause) => conflictOf(workspace, cause) ?? []) : [];
  const opened = events.flatMap(({ position }) => workspace.speculation.conflicts.get(conflictId(position)) ?? []);
  return {
    version: version.version,
    changes: recorded ? textDiff(before?.content ?? "", now?.content ?? "") : "",
    invalidated: invalidatedBy(events),
    conflicts: [...new Set([...opened, ...open])],
  };
}
