/**
 * Who imports whom in a tree. Brought from tree to tree by what differs: it is then what it would be if it were made anew,
 * because an import is resolved again whenever something that its resolution looked for has come or gone.
 */
import type { Language } from "../landing/resolution/file-kind.ts";
import type { SourceFacts } from "./reading/facts.ts";
import { groupsImported, groupsWith } from "./resolving/groups.ts";
import { isProjectFile, type Projects, readProjects } from "./resolving/projects.ts";
import { type Resolved, resolveImports } from "./resolving/resolve-imports.ts";
import { keysOf, TreeFiles } from "./resolving/tree-files.ts";
import { put, take } from "./sets-by-key.ts";

/** A file that came, changed or, without content, went. */
export interface FileChange {
  readonly path: string;
  readonly content?: {
    /** What it says, when it is a source. */
    readonly source?: { readonly language: Language; readonly facts: SourceFacts };
    /** Its text, when it is one of those that say how imports are to be understood. */
    readonly text?: string;
  };
}

/** A file that imports another, and among how many files that one is which an import of its package means. */
export interface Importer {
  readonly path: string;
  readonly among: number;
}

export class ImportGraph {
  readonly #tree = new TreeFiles();
  readonly #files = new Map<string, SourceFile | undefined>();
  readonly #projectTexts = new Map<string, string>();
  #projects: Projects = readProjects(new Map());
  /** Who looked for what, by `keysOf`. */
  readonly #askers = new Map<string, Set<string>>();
  readonly #importers = new Map<string, Set<string>>();
  readonly #groups = new Map<string, { readonly members: Set<string>; readonly importers: Set<string> }>();

  get paths(): Iterable<string> {
    return this.#files.keys();
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** Takes in what differs between the tree it stands for and the next one. */
  apply(changes: readonly FileChange[]): void {
    const unsure = new Set<string>();
    let projectsChanged = false;
    for (const { path, content } of changes) {
      const before = this.#files.get(path);
      if (before) this.#forget(path, before);
      if (this.#files.has(path) !== (content !== undefined)) {
        for (const key of keysOf(path)) for (const asker of this.#askers.get(key) ?? []) unsure.add(asker);
        if (content) this.#tree.add(path);
        else this.#tree.remove(path);
      }
      if (isProjectFile(path)) {
        projectsChanged = true;
        if (content?.text === undefined) this.#projectTexts.delete(path);
        else this.#projectTexts.set(path, content.text);
      }
      if (!content) this.#files.delete(path);
      else this.#files.set(path, content.source && this.#remember(path, content.source));
      if (content?.source) unsure.add(path);
    }
    if (projectsChanged) {
      this.#projects = readProjects(this.#projectTexts);
      for (const path of this.#files.keys()) unsure.add(path);
    }
    for (const path of unsure) this.#resolve(path);
  }

  /** The files of the tree that a file imports. */
  importsOf(path: string): readonly string[] {
    const resolved = this.#files.get(path)?.resolved;
    if (!resolved) return [];
    const members = resolved.groups.flatMap((group) => [...(this.#groups.get(group)?.members ?? [])]);
    return [...new Set([...resolved.files, ...members])].filter((one) => one !== path);
  }

  /** The files that import a file. */
  importersOf(path: string): readonly Importer[] {
    const found = new Map<string, number>();
    for (const importer of this.#importers.get(path) ?? []) found.set(importer, 1);
    for (const group of this.#files.get(path)?.groups ?? []) {
      const { members, importers } = this.#groups.get(group) ?? { members: none, importers: none };
      for (const importer of importers)
        found.set(importer, Math.min(members.size, found.get(importer) ?? Number.POSITIVE_INFINITY));
    }
    found.delete(path);
    return [...found].map(([importer, among]) => ({ path: importer, among }));
  }

  /** The names that others can import from a file, with those that it passes on (`* ` and a module that is not in the tree for all of that); undefined when it is no source that is read. */
  exportsOf(path: string, seen = new Set<string>()): ReadonlySet<string> | undefined {
    const file = this.#files.get(path);
    if (!file) return undefined;
    seen.add(path);
    const names = new Set<string>();
    for (const name of file.facts.exports) {
      if (!name.startsWith("* ")) {
        names.add(name);
        continue;
      }
      const from = this.#meaningOf(path, file, name.slice(2));
      // Those of a module that is not in the tree are not known.
      if (from === undefined) names.add(name);
      if (from === undefined || seen.has(from)) continue;
      for (const one of this.exportsOf(from, seen) ?? []) if (one !== "default") names.add(one);
    }
    return names;
  }

  #meaningOf(path: string, { language }: SourceFile, imported: string): string | undefined {
    const lookup = this.#tree.lookup(new Set());
    return resolveImports(language, path, [imported], { lookup, projects: this.#projects }).files[0];
  }

  #remember(
    path: string,
    { language, facts }: { readonly language: Language; readonly facts: SourceFacts },
  ): SourceFile {
    const groups = groupsWith(language, path, facts);
    for (const group of groups) this.#group(group).members.add(path);
    return { language, facts, groups, asked: none, resolved: { files: [], groups: [] } };
  }

  #forget(path: string, file: SourceFile): void {
    for (const group of file.groups) {
      this.#groups.get(group)?.members.delete(path);
      this.#dropEmpty(group);
    }
    this.#unlink(path, file);
  }

  #unlink(path: string, { asked, resolved }: SourceFile): void {
    for (const key of asked) take(this.#askers, key, path);
    for (const target of resolved.files) take(this.#importers, target, path);
    for (const group of resolved.groups) {
      this.#groups.get(group)?.importers.delete(path);
      this.#dropEmpty(group);
    }
  }

  #resolve(path: string): void {
    const file = this.#files.get(path);
    if (!file) return;
    this.#unlink(path, file);
    const asked = new Set<string>();
    const { language, facts } = file;
    const around = { lookup: this.#tree.lookup(asked), projects: this.#projects };
    const resolved = resolveImports(language, path, facts.imports, around);
    const groups = new Set(facts.imports.flatMap((one) => groupsImported(language, one, this.#projects)));
    file.asked = asked;
    file.resolved = { files: resolved.files, groups: [...groups] };
    for (const key of asked) put(this.#askers, key, path);
    for (const target of resolved.files) put(this.#importers, target, path);
    for (const group of groups) this.#group(group).importers.add(path);
  }

  #group(name: string): { readonly members: Set<string>; readonly importers: Set<string> } {
    const known = this.#groups.get(name) ?? { members: new Set(), importers: new Set() };
    this.#groups.set(name, known);
    return known;
  }

  #dropEmpty(name: string): void {
    const group = this.#groups.get(name);
    if (group && group.members.size + group.importers.size === 0) this.#groups.delete(name);
  }
}

interface SourceFile {
  readonly language: Language;
  readonly facts: SourceFacts;
  readonly groups: readonly string[];
  asked: ReadonlySet<string>;
  resolved: Resolved & { readonly groups: readonly string[] };
}

const none: ReadonlySet<string> = new Set();
