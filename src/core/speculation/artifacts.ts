/**
 * Versions of what a plan is made of, and how they hang together.
 *
 * [A8] Of an artifact every version is kept with its content; going back makes a new version.
 */
import type { AgentName, Position } from "../ids.ts";
import type { Recorded } from "../recorded.ts";
import type { Workspace } from "../workspace.ts";
import { type ArtifactKind, type ArtifactRef, artifactKey } from "./artifact.ts";
import type { ContractName } from "./contracts.ts";

/** What a requirement asks of a contract: fields of its messages, by name or as pointers. */
export interface Requires {
  readonly contract: ContractName;
  readonly fields: readonly string[];
}

/** How an artifact hangs on another one: when that changes, this may have to. */
export interface Link extends ArtifactRef {
  readonly type: "implements" | "tests" | "consumes" | "refines";
}

export interface ArtifactVersion {
  readonly version: string;
  /** The event that has its content. */
  readonly at: Position;
  /** Of all that was recorded with it. */
  readonly digest: string;
}

export interface Artifact extends ArtifactRef {
  /** The file, or the pattern of files, that it is. */
  readonly path?: string;
  /** In the order in which they were recorded. */
  readonly versions: readonly ArtifactVersion[];
  readonly requires: readonly Requires[];
  readonly links: readonly Link[];
}

export type ArtifactEvent = {
  readonly type: "ArtifactRecorded";
  readonly artifact: ArtifactRef & { readonly kind: ArtifactKind };
  readonly version: string;
  readonly digest: string;
  readonly agent: AgentName;
  readonly content?: string;
  readonly path?: string;
  readonly requires: readonly Requires[];
  readonly links: readonly Link[];
  /** The earlier version that it is again. */
  readonly back?: string;
  /** Whom it is news for. */
  readonly tells: readonly AgentName[];
};

export function artifactOf({ speculation }: Workspace, ref: ArtifactRef): Artifact | undefined {
  return speculation.artifacts.get(artifactKey(ref));
}

/** The requirements that ask something of a contract, with the fields. */
export function* requirementsOn(
  { speculation }: Workspace,
  contract: ContractName,
): Generator<{ readonly id: string; readonly fields: readonly string[] }> {
  for (const { kind, id, requires } of speculation.artifacts.values()) {
    const fields = kind === "requirement" ? fieldsFor(requires, contract) : [];
    if (fields.length > 0) yield { id, fields };
  }
}

export function fieldsFor(requires: readonly Requires[], contract: ContractName): readonly string[] {
  return [...new Set(requires.flatMap((one) => (one.contract === contract ? one.fields : [])))];
}

export function evolveArtifacts({ speculation }: Workspace, event: ArtifactEvent, { position }: Recorded): void {
  const { artifact, version, digest, path, requires, links } = event;
  const key = artifactKey(artifact);
  const before = speculation.artifacts.get(key)?.versions ?? [];
  const versions = [...before, { version, at: position, digest }];
  const where = path === undefined ? {} : { path };
  speculation.artifacts.set(key, { kind: artifact.kind, id: artifact.id, ...where, versions, requires, links });
}
