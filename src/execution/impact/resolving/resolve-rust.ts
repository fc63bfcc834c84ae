import { folderOf, nameOf, pathFrom, stemOf } from "./paths.ts";
import { type Crate, nearest, type Projects } from "./projects.ts";
import type { Lookup } from "./tree-files.ts";

/** The file that a `mod` or `use` of Rust means: of the same crate, or of another crate of the repository. `#[path]` is not read. */
export function resolveRust(
  from: string,
  imported: string,
  { lookup, projects }: { readonly lookup: Lookup; readonly projects: Projects },
): string | undefined {
  const [kind, path = ""] = imported.split(" ", 2);
  const names = path.split("::").filter(Boolean);
  const crate = nearest(projects.crateAt, folderOf(from));
  const here = modulesBelow(from, crate);
  if (kind === "mod") return deepest(lookup, here, names, undefined, names.length);
  const [first = "", ...rest] = names;
  if (first === "crate") return deepest(lookup, crateFolder(from, crate), rest, rootOf(from, crate));
  if (first === "self") return rest.length === 0 ? undefined : deepest(lookup, here, rest, undefined);
  if (first === "super") {
    const up = names.findIndex((name) => name !== "super");
    const supers = up < 0 ? names.length : up;
    const folder = pathFrom(here, "../".repeat(supers));
    if (folder === undefined) return undefined;
    return deepest(lookup, folder, up < 0 ? [] : names.slice(up), moduleOf(lookup, folder, crate));
  }
  const other = projects.crates.get(first);
  if (other) return deepest(lookup, folderOf(other.root), rest, other.root);
  return deepest(lookup, here, names, undefined);
}

/** The module that most of the names lead to, or `root` when none of them is a file; `least` of them must lead somewhere. */
function deepest(
  lookup: Lookup,
  folder: string,
  names: readonly string[],
  root: string | undefined,
  least = 1,
): string | undefined {
  // What starts with a capital is no module.
  const type = names.findIndex((name) => /^[A-Z]/.test(name));
  for (let length = type < 0 ? names.length : type; length >= least; length -= 1) {
    const path = [folder, ...names.slice(0, length)].filter(Boolean).join("/");
    const found = fileOf(lookup, path);
    if (found !== undefined) return found;
  }
  // A program has no lib.rs; its modules hang on main.rs.
  const roots = root === undefined ? [] : [root, root.replace(/\blib\.rs$/, "main.rs")];
  return roots.find((one) => lookup.alike(stemOf(one)).has(one));
}

function fileOf(lookup: Lookup, path: string): string | undefined {
  if (lookup.alike(stemOf(path)).has(`${path}.rs`)) return `${path}.rs`;
  return lookup.alike(`${path}/mod`).has(`${path}/mod.rs`) ? `${path}/mod.rs` : undefined;
}

/** The folder in which the modules of a file lie. */
function modulesBelow(from: string, crate: Crate | undefined): string {
  if (isRoot(from, crate) || nameOf(from) === "mod.rs") return folderOf(from);
  return from.replace(/\.rs$/, "");
}

/** Tests, examples and programs of a crate are crates of their own; so are what stands beside `lib.rs` as such. */
function isRoot(from: string, crate: Crate | undefined): boolean {
  if (from === crate?.root || /^(?:lib|main|build)\.rs$/.test(nameOf(from))) return true;
  const inCrate = crate === undefined || crate.folder === "" ? from : from.slice(crate.folder.length + 1);
  return /^(?:tests|examples|benches|src\/bin)\/[^/]+\.rs$/.test(inCrate);
}

function crateFolder(from: string, crate: Crate | undefined): string {
  return folderOf(rootOf(from, crate) ?? from);
}

function rootOf(from: string, crate: Crate | undefined): string | undefined {
  if (isRoot(from, crate)) return from;
  if (crate === undefined) return undefined;
  const inCrate = crate.folder === "" ? from : from.slice(crate.folder.length + 1);
  // A test in a folder of its own: tests/it/main.rs.
  const [own] = /^(?:tests|examples|benches|src\/bin)\/[^/]+/.exec(inCrate) ?? [];
  return own === undefined ? crate.root : [crate.folder, own, "main.rs"].filter(Boolean).join("/");
}

/** The file of the module whose own modules lie in a folder. */
function moduleOf(lookup: Lookup, folder: string, crate: Crate | undefined): string | undefined {
  if (crate && folder === folderOf(crate.root)) return crate.root;
  return fileOf(lookup, folder);
}
