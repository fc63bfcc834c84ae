import { folderOf, foldersAround, nameOf, pathFrom } from "./paths.ts";
import type { Lookup } from "./tree-files.ts";

/** The files that a Python import means: modules, and packages by their `__init__.py`. */
export function resolvePython(from: string, imported: string, lookup: Lookup): readonly string[] {
  const [module = "", name] = imported.split(":", 2);
  const [, dots = "", dotted = ""] = /^(\.*)(.*)$/s.exec(module) ?? [];
  const names = dotted === "" ? [] : dotted.split(".");
  const find = dots === "" ? (path: readonly string[]) => absolute(from, path, lookup) : relativeTo(from, dots, lookup);
  const isWhole = name === undefined || name === "*";
  // `from a import b` means the module b of a package, else what the module a calls b.
  const found = (isWhole ? undefined : find([...names, name])) ?? find(names);
  if (found !== undefined) return [found];
  // `import a.b.c` may name an attribute of what it imports.
  const shorter = names.length > 1 ? find(names.slice(0, -1)) : undefined;
  return shorter === undefined ? [] : [shorter];
}

type Find = (names: readonly string[]) => string | undefined;

function relativeTo(from: string, dots: string, lookup: Lookup): Find {
  const start = pathFrom(folderOf(from), "../".repeat(dots.length - 1));
  return (names) => {
    if (start === undefined) return undefined;
    const path = [start, ...names].filter(Boolean).join("/");
    return (names.length === 0 ? undefined : moduleAt(lookup, path)) ?? moduleAt(lookup, `${path}/__init__`);
  };
}

function moduleAt(lookup: Lookup, path: string): string | undefined {
  const alike = lookup.alike(path);
  return [`${path}.py`, `${path}.pyi`].find((one) => alike.has(one));
}

/** From any folder that Python can have on its path: one that is no package. The nearest to who imports is taken. */
function absolute(from: string, names: readonly string[], lookup: Lookup): string | undefined {
  const last = names.at(-1);
  if (last === undefined) return undefined;
  const wanted = names.join("/");
  const around = new Set(foldersAround(folderOf(from)));
  let best: { readonly path: string; readonly near: number } | undefined;
  for (const path of lookup.modules(last)) {
    const place = path.replace(/(?:\/__init__)?\.pyi?$/, "");
    if (place !== wanted && !place.endsWith(`/${wanted}`)) continue;
    const root = place.slice(0, Math.max(place.length - wanted.length - 1, 0));
    const isFile = nameOf(path) !== "__init__.py";
    const isNear = around.has(root) || (SOURCES.test(root) && around.has(folderOf(root)));
    if (names.length === 1 && isFile && !isNear) continue;
    if (lookup.isPackage(root)) continue;
    const near = commonLength(from, path);
    if (!best || near > best.near || (near === best.near && path < best.path)) best = { path, near };
  }
  return best?.path;
}

/** Folders that projects put on the path. */
const SOURCES = /(?:^|\/)(?:src|lib|python)$/;

function commonLength(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}
