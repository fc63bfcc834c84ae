/** What the tree's own configuration says of how imports are to be understood. */

import { parse as parseJsonc } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { type PathMappings, readMappings } from "./path-mappings.ts";
import { folderOf, foldersAround, nameOf, pathFrom } from "./paths.ts";

/** A package.json, as far as imports depend on it. */
export interface ScriptPackage {
  readonly folder: string;
  readonly name: string | undefined;
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** A crate: its folder, and the file that its modules hang on. */
export interface Crate {
  readonly folder: string;
  readonly root: string;
}

export interface Projects {
  /** By name; of two with one name the one that is less deep. */
  readonly packages: ReadonlyMap<string, ScriptPackage>;
  /** By folder. */
  readonly packageAt: ReadonlyMap<string, ScriptPackage>;
  /** By folder of the tsconfig.json or jsconfig.json. */
  readonly mappingsAt: ReadonlyMap<string, PathMappings>;
  /** Go modules, folder by module path, the longest first. */
  readonly goModules: readonly (readonly [module: string, folder: string])[];
  /** By name, with underscores. */
  readonly crates: ReadonlyMap<string, Crate>;
  readonly crateAt: ReadonlyMap<string, Crate>;
}

/** Whether a file is one of those that `readProjects` reads. */
export function isProjectFile(path: string): boolean {
  return (
    /^(?:package\.json|[jt]sconfig(?:\.[\w.-]+)?\.json|go\.mod|Cargo\.toml)$/.test(nameOf(path)) &&
    !/(?:^|\/)node_modules\//.test(path)
  );
}

/** Reads all of them, by path; one that cannot be read counts as empty. */
export function readProjects(files: ReadonlyMap<string, string>): Projects {
  const inOrder = [...files].sort(([a], [b]) => a.split("/").length - b.split("/").length || (a < b ? -1 : 1));
  const packages = new Map<string, ScriptPackage>();
  const packageAt = new Map<string, ScriptPackage>();
  const goModules: [string, string][] = [];
  const crates = new Map<string, Crate>();
  const crateAt = new Map<string, Crate>();
  for (const [path, text] of inOrder) {
    const [folder, name] = [folderOf(path), nameOf(path)];
    if (name === "package.json") {
      const manifest = objectIn(() => parseJsonc(text));
      const own = typeof manifest["name"] === "string" ? manifest["name"] : undefined;
      const found = { folder, name: own, manifest };
      packageAt.set(folder, found);
      if (own !== undefined && !packages.has(own)) packages.set(own, found);
    } else if (name === "go.mod") {
      const [, module] = /^module\s+"?([^\s"]+)"?/m.exec(text) ?? [];
      if (module !== undefined) goModules.push([module, folder]);
    } else if (name === "Cargo.toml") {
      const manifest = objectIn(() => parseToml(text));
      const [own, library] = [objectIn(() => manifest["package"]), objectIn(() => manifest["lib"])];
      const root = typeof library["path"] === "string" ? pathFrom(folder, library["path"]) : undefined;
      const crate = { folder, root: root ?? `${folder === "" ? "" : `${folder}/`}src/lib.rs` };
      crateAt.set(folder, crate);
      const called = [library["name"], own["name"]].find((one) => typeof one === "string")?.replaceAll("-", "_");
      if (called !== undefined && !crates.has(called)) crates.set(called, crate);
    }
  }
  goModules.sort(([a], [b]) => b.length - a.length);
  return { packages, packageAt, mappingsAt: readMappings(files), goModules, crates, crateAt };
}

/** What stands under the nearest of the folders around one. */
export function nearest<T>(byFolder: ReadonlyMap<string, T>, folder: string): T | undefined {
  if (byFolder.size === 0) return undefined;
  for (const one of foldersAround(folder)) {
    const found = byFolder.get(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

function objectIn(read: () => unknown): Readonly<Record<string, unknown>> {
  try {
    const value = read();
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
