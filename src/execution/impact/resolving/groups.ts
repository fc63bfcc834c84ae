/**
 * Go, Java and C# import packages and namespaces, not files. A group stands for such a name: who imports it depends on each
 * file in it, and a file that comes or goes changes nobody's imports.
 */
import type { Language } from "../../landing/resolution/file-kind.ts";
import type { SourceFacts } from "../reading/facts.ts";
import { folderOf, nameOf } from "./paths.ts";
import type { Projects } from "./projects.ts";

/** The groups that a file is in. */
export function groupsWith(language: Language, path: string, { partOf }: SourceFacts): readonly string[] {
  if (language === "go") return path.endsWith("_test.go") ? [] : [`go ${folderOf(path)}`];
  if (language === "c-sharp") return partOf.map((name) => `c-sharp ${name}`);
  if (language !== "java") return [];
  const type = nameOf(path).replace(/\.java$/, "");
  return partOf.flatMap((name) => [`java ${name}.${type}`, `java ${name}.*`]);
}

/** The groups that an import means; some of them may have no files. */
export function groupsImported(language: Language, imported: string, projects: Projects): readonly string[] {
  switch (language) {
    case "go":
      return goFolder(imported, projects);
    case "java":
      return javaNames(imported).map((name) => `java ${name}`);
    case "c-sharp": {
      const type = imported.startsWith("type ") ? imported.slice(5) : undefined;
      return type === undefined ? [`c-sharp ${imported}`] : [type, before(type)].map((name) => `c-sharp ${name}`);
    }
    default:
      return [];
  }
}

function goFolder(imported: string, { goModules }: Projects): readonly string[] {
  const found = goModules.find(([module]) => imported === module || imported.startsWith(`${module}/`));
  if (!found) return [];
  const [module, folder] = found;
  return [`go ${[folder, imported.slice(module.length + 1)].filter(Boolean).join("/")}`];
}

/** A class may be named by its own name, by one of a class inside it, or by a member of it. */
function javaNames(imported: string): readonly string[] {
  if (imported.startsWith("static ")) {
    const owner = before(imported.slice(7));
    return [owner, before(owner)];
  }
  return imported.endsWith(".*") ? [imported, before(imported)] : [imported, before(imported)];
}

function before(name: string): string {
  return name.slice(0, Math.max(name.lastIndexOf("."), 0));
}
