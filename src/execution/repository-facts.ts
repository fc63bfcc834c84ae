import { inForce } from "../core/speculation/contracts.ts";
import { listTree } from "./git/objects.ts";
import { resolveCommit } from "./git/refs.ts";
import type { Hands } from "./hands.ts";

/** What somebody who cuts work into nodes wants to know before reading any file. */
export interface RepositoryFacts {
  /** The branch that a plan lands on when it names none; absent where none is checked out. */
  readonly target?: string;
  readonly gates: readonly { readonly name: string; readonly isDefault: boolean }[];
  readonly files: number;
  /** Folders, at most two levels deep, with the number of files below each; the fullest first. */
  readonly folders: readonly { readonly path: string; readonly files: number }[];
  readonly contracts: readonly { readonly name: string; readonly version: string; readonly kind: string }[];
  /** Plans that have not landed, with the paths that their open nodes mean to change. */
  readonly plans: readonly { readonly id: string; readonly target: string; readonly changes: readonly string[] }[];
}

const mostFolders = 40;
const mostPaths = 40;

/** Reads them from the checked-out commit and the state. */
export async function repositoryFacts({ manager, git, repository, configOn }: Hands): Promise<RepositoryFacts> {
  await manager.refresh();
  const target = repository.headBranch?.replace("refs/heads/", "");
  const found = await configOn(target ?? "HEAD");
  const commit = await resolveCommit(git, "HEAD");
  const paths = commit === undefined ? [] : (await listTree(git, commit)).map(({ path }) => path);
  const { plans, speculation } = manager.workspace;
  return {
    ...(target === undefined ? {} : { target }),
    gates:
      "problems" in found
        ? []
        : found.config.gates.list.map(({ name, default: isDefault }) => ({ name, isDefault: isDefault === true })),
    files: paths.length,
    folders: foldersOf(paths),
    contracts: [...speculation.contracts.values()].flatMap((contract) => {
      const current = inForce(contract);
      return current ? [{ name: contract.name, version: current.version, kind: current.kind }] : [];
    }),
    plans: [...plans.values()].flatMap(({ id, status, header, nodes }) => {
      if (status.is === "landed") return [];
      const open = [...nodes.values()].filter(({ state }) => state.is !== "landed" && state.is !== "cancelled");
      const changes = new Set(open.flatMap(({ spec }) => [...spec.writes, ...spec.edits]));
      return [{ id, target: header.target, changes: [...changes].slice(0, mostPaths) }];
    }),
  };
}

function foldersOf(paths: readonly string[]): RepositoryFacts["folders"] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const parts = path.split("/").slice(0, -1);
    for (const depth of [1, 2]) {
      if (parts.length < depth) break;
      const folder = parts.slice(0, depth).join("/");
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
  }
  const all = [...counts].map(([path, files]) => ({ path, files }));
  return all.sort((a, b) => b.files - a.files || (a.path < b.path ? -1 : 1)).slice(0, mostFolders);
}
