/**
 * The files of a tree by what imports call them. Who looks for a file is noted under what it looked for, whether it was there
 * or not: when a file comes or goes, `keysOf` says whose imports may mean something else now.
 */

import { put, take } from "../sets-by-key.ts";
import { folderOf, nameOf, stemOf } from "./paths.ts";

export class TreeFiles {
  readonly #byStem = new Map<string, Set<string>>();
  readonly #byModule = new Map<string, Set<string>>();

  add(path: string): void {
    put(this.#byStem, stemOf(path), path);
    const module = moduleName(path);
    if (module !== undefined) put(this.#byModule, module, path);
  }

  remove(path: string): void {
    take(this.#byStem, stemOf(path), path);
    const module = moduleName(path);
    if (module !== undefined) take(this.#byModule, module, path);
  }

  /** Looks for files, and notes in `asked` for which. */
  lookup(asked: Set<string>): Lookup {
    return {
      alike: (stem) => {
        asked.add(stem);
        return this.#byStem.get(stem) ?? none;
      },
      modules: (name) => {
        asked.add(moduleKey(name));
        return this.#byModule.get(name) ?? none;
      },
      isPackage: (folder) => {
        asked.add(packagesKey);
        return this.#byStem.get(join(folder, "__init__"))?.has(join(folder, "__init__.py")) ?? false;
      },
    };
  }
}

export interface Lookup {
  /** Files whose path is this up to the first dot of their name. */
  readonly alike: (stem: string) => ReadonlySet<string>;
  /** Python files that a dotted name with this last part can mean. */
  readonly modules: (name: string) => ReadonlySet<string>;
  /** Whether Python takes a folder for a package. */
  readonly isPackage: (folder: string) => boolean;
}

/** What somebody may have asked for whom it matters that this file comes or goes. */
export function keysOf(path: string): readonly string[] {
  const module = moduleName(path);
  return [
    stemOf(path),
    ...(module === undefined ? [] : [moduleKey(module)]),
    ...(nameOf(path) === "__init__.py" ? [packagesKey] : []),
  ];
}

const none: ReadonlySet<string> = new Set();

/** No stem has a line end here: a path with one is found under it all the same. */
const moduleKey = (name: string) => `\nmodule ${name}`;
const packagesKey = "\npackages";

function moduleName(path: string): string | undefined {
  if (!/\.pyi?$/.test(path)) return undefined;
  const name = nameOf(path).replace(/\.pyi?$/, "");
  return name === "__init__" ? nameOf(folderOf(path)) : name;
}

function join(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}
