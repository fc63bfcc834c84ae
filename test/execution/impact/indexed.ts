import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ImpactIndex, type IndexOptions, type Known } from "../../../src/execution/impact/impact-index.ts";
import { type TemporaryRepository, temporaryRepository } from "../git/temporary-repository.ts";

/** A repository and an index of it. */
export interface Indexed {
  readonly repository: TemporaryRepository;
  readonly index: ImpactIndex;
  /** What is known of the newest commit. */
  readonly known: () => Promise<Known>;
  /** A new index of the same repository, with or without what was kept. */
  readonly anew: (
    options?: { readonly kept?: boolean } & Pick<IndexOptions, "onReading" | "unreadable">,
  ) => Promise<ImpactIndex>;
  readonly remove: () => void;
}

/** Makes a repository of these files. */
export async function indexed(files: Readonly<Record<string, string>>): Promise<Indexed> {
  const repository = temporaryRepository(files);
  const { git, folder } = repository;
  const kept = join(folder, "kept");
  const index = await ImpactIndex.open({ git, folder: kept });
  const others: string[] = [];
  return {
    repository,
    index,
    known: () => index.at("HEAD"),
    anew: ({ kept: isKept = false, ...options } = {}) => {
      const own = mkdtempSync(join(tmpdir(), "interlock-index-"));
      others.push(own);
      return ImpactIndex.open({ git, folder: isKept ? kept : own, ...options });
    },
    remove: () => {
      git.close();
      repository.remove();
      for (const other of others) rmSync(other, { recursive: true, force: true });
    },
  };
}

/** Who imports whom, as `a > b` in order. */
export function edgesOf({ graph }: Pick<Known, "graph">): readonly string[] {
  return [...graph.paths].flatMap((path) => graph.importsOf(path).map((other) => `${path} > ${other}`)).sort();
}
