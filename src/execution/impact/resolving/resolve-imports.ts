import type { Language } from "../../landing/resolution/file-kind.ts";
import type { Projects } from "./projects.ts";
import { resolvePython } from "./resolve-python.ts";
import { resolveRust } from "./resolve-rust.ts";
import { resolveScript } from "./resolve-script.ts";
import type { Lookup } from "./tree-files.ts";

/** The files of the tree that imports mean, each once. */
export interface Resolved {
  readonly files: readonly string[];
}

/** Resolves the imports of a file; what is not in the tree is left out. */
export function resolveImports(
  language: Language,
  path: string,
  imports: readonly string[],
  around: { readonly lookup: Lookup; readonly projects: Projects },
): Resolved {
  const files = new Set(imports.flatMap((one) => FILES[language]?.(path, one, around) ?? []));
  files.delete(path);
  return { files: [...files] };
}

type Resolve = (
  path: string,
  imported: string,
  around: { readonly lookup: Lookup; readonly projects: Projects },
) => readonly string[] | string | undefined;

/** Languages that import files; the others import groups. */
const FILES: Readonly<Partial<Record<Language, Resolve>>> = {
  javascript: resolveScript,
  typescript: resolveScript,
  tsx: resolveScript,
  rust: resolveRust,
  python: (path, imported, { lookup }) => resolvePython(path, imported, lookup),
};
