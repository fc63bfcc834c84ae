/** What speculative work is about; an id is unique within its kind. */
export interface ArtifactRef {
  readonly kind: ArtifactKind;
  readonly id: string;
}

export type ArtifactKind = "requirement" | "design" | "contract" | "code" | "test" | "task" | "node";

/** The key under which an artifact is found in maps. */
export function artifactKey({ kind, id }: ArtifactRef): string {
  return `${kind}:${id}`;
}
