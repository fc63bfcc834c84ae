import { exports as exportsOf, imports as importsOf } from "resolve.exports";
import { folderOf, nameOf, pathFrom, stemOf } from "./paths.ts";
import { nearest, type Projects, type ScriptPackage } from "./projects.ts";
import type { Lookup } from "./tree-files.ts";

/**
 * The file of the tree that a script's specifier means: relative paths, `paths` of a tsconfig, `#imports` and packages of the
 * same repository. Undefined for packages from elsewhere, which have no files in the tree.
 */
export function resolveScript(
  from: string,
  specifier: string,
  { lookup, projects }: { readonly lookup: Lookup; readonly projects: Projects },
): string | undefined {
  const folder = folderOf(from);
  const wanted = specifier.replace(/[?].*$/s, "");
  if (/^\.{1,2}(?:\/|$)/.test(wanted)) return fileAt(lookup, projects, from, pathFrom(folder, wanted));
  if (wanted === "" || wanted.startsWith("/") || /^[a-z]+:/.test(wanted)) return undefined;
  if (wanted.startsWith("#")) {
    const own = nearest(projects.packageAt, folder);
    const targets = own && targetsIn((conditions) => importsOf(own.manifest, wanted, conditions) ?? []);
    const found = own && targets && fileOfTarget(lookup, projects, from, own, targets);
    if (found !== undefined) return found;
  }
  for (const path of nearest(projects.mappingsAt, folder)?.leadsTo(wanted) ?? []) {
    const found = fileAt(lookup, projects, from, path);
    if (found !== undefined) return found;
  }
  const [, name = wanted, rest = ""] = /^(@[^/]+\/[^/]+|[^@/][^/]*)(.*)$/s.exec(wanted) ?? [];
  const theirs = projects.packages.get(name);
  return theirs && fileOfPackage(lookup, projects, from, theirs, rest);
}

/** Tried in this order after the name as it stands. */
const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".d.ts", ".json", ".vue", ".svelte"];

/** What a script's extension is before it is compiled. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx", ".d.ts", ".jsx"],
  ".jsx": [".tsx", ".d.ts"],
  ".mjs": [".mts", ".d.mts"],
  ".cjs": [".cts", ".d.cts"],
};

function fileAt(lookup: Lookup, projects: Projects, from: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const exact = path === "" ? undefined : fileNamed(lookup, from, path);
  if (exact !== undefined) return exact;
  const own = projects.packageAt.get(path);
  for (const main of own ? mainsOf(own) : []) {
    const found = fileNamed(lookup, from, main) ?? fileNamed(lookup, from, `${main}/index`);
    if (found !== undefined) return found;
  }
  return fileNamed(lookup, from, path === "" ? "index" : `${path}/index`);
}

function fileNamed(lookup: Lookup, from: string, path: string): string | undefined {
  const alike = lookup.alike(stemOf(path));
  if (alike.size === 0) return undefined;
  const [extension = ""] = /\.[cm]?jsx?$/.exec(path) ?? [];
  const sources = (SOURCES[extension] ?? []).map((one) => path.slice(0, -extension.length) + one);
  // TypeScript takes the source where what is built of it lies beside it, Node what it is told.
  const first = /tsx?$/.test(from) ? [...sources, path] : [path, ...sources];
  return [...first, ...EXTENSIONS.map((one) => path + one)].find((one) => alike.has(one));
}

function mainsOf({ folder, manifest }: ScriptPackage): readonly string[] {
  const fields = ["source", "module", "main", "types", "typings"].map((name) => manifest[name]);
  return fields.flatMap((value) => (typeof value === "string" ? beforeBuilt(folder, value) : []));
}

function fileOfPackage(
  lookup: Lookup,
  projects: Projects,
  from: string,
  theirs: ScriptPackage,
  rest: string,
): string | undefined {
  const { folder, manifest, name = "" } = theirs;
  if (manifest["exports"] !== undefined) {
    const targets = targetsIn((conditions) => exportsOf(manifest, `${name}${rest}`, conditions) ?? []);
    const found = fileOfTarget(lookup, projects, from, theirs, targets);
    if (found !== undefined) return found;
  }
  const below = rest === "" ? "" : rest.slice(1);
  // Exports may name what only a build makes; its source is where sources usually are.
  for (const guess of below === "" ? ["", "src"] : [below, `src/${below}`]) {
    const found = fileAt(lookup, projects, from, pathFrom(folder, guess));
    if (found !== undefined) return found;
  }
  return undefined;
}

type Conditions = { readonly unsafe: true; readonly conditions: readonly string[] };

/** Sources where a package names them, else types, else what runs. */
const CONDITIONS = ["source", "development", "types", "import", "require", "default"];

/** What the conditions choose, one after another; none where the package exports no such path. */
function targetsIn(ask: (conditions: Conditions) => readonly string[]): readonly string[] {
  return CONDITIONS.flatMap((condition) => {
    try {
      return ask({ unsafe: true, conditions: [condition, "node"] });
    } catch {
      return [];
    }
  });
}

function fileOfTarget(
  lookup: Lookup,
  projects: Projects,
  from: string,
  { folder }: ScriptPackage,
  targets: readonly string[],
): string | undefined {
  for (const target of new Set(targets)) {
    if (!target.startsWith("./")) continue;
    for (const path of beforeBuilt(folder, target)) {
      const found = fileAt(lookup, projects, from, path);
      if (found !== undefined && nameOf(found) !== "package.json") return found;
    }
  }
  return undefined;
}

/** A path in a package, and where its source would be if it lies where builds put things. */
function beforeBuilt(folder: string, target: string): readonly string[] {
  const plain = target.replace(/^\.\//, "");
  const sources = /^(?:dist|lib|build|out|esm|cjs|es)\//.test(plain)
    ? ["src/", ""].map((to) => plain.replace(/^(?:(?:dist|lib|build|out|esm|cjs|es|types)\/)+/, to))
    : [];
  return [plain, ...sources, ...sources.map((one) => one.replace(/(?:\.d)?\.[cm]?[jt]s$/, ""))].flatMap((one) => {
    const path = pathFrom(folder, one);
    return path === undefined ? [] : [path];
  });
}
