/**
 * What is known of one tree of the repository at a time: who imports whom, and what its history changed together. Works in the
 * process that asks; `impact.ts` puts it into one of its own.
 */
import { join } from "node:path";
import { diffTrees, type TreeChange } from "../git/diff.ts";
import { listTree, treeOf } from "../git/objects.ts";
import { findObject, readObject } from "../git/read-object.ts";
import type { Git } from "../git/runner.ts";
import type { Language } from "../landing/resolution/file-kind.ts";
import { FactCache } from "./fact-cache.ts";
import { CoChange } from "./history/co-change.ts";
import { type LearnedHistory, learnHistory, recallHistory, recordHistory } from "./history/learned-history.ts";
import { type FileChange, ImportGraph } from "./import-graph.ts";
import { noFacts, type SourceFacts } from "./reading/facts.ts";
import { longestSource, readSource, sourceLanguage, waysToRead } from "./reading/read-source.ts";
import { isProjectFile } from "./resolving/projects.ts";

/** Beyond so many sources the others are known by their paths only. */
const mostSources = 100_000;
/** Read at once, so that git is never waited for one by one, and never holds more than this in memory. */
const batch = 64;
/** A first reading of a large repository that is broken off goes on from about there. */
const saveEvery = 2_000;

/** What answers are made of. */
export interface Known {
  readonly graph: ImportGraph;
  readonly together: CoChange;
}

export class ImpactIndex {
  readonly #git: Git;
  readonly #facts: FactCache;
  readonly #historyFile: string;
  readonly #onReading: (content: string) => void;
  readonly #graph = new ImportGraph();
  #tree: string | undefined;
  #history: LearnedHistory | undefined;
  #together = new CoChange([]);
  #unsavedHistory = false;

  private constructor(options: IndexOptions, facts: FactCache, history: LearnedHistory | undefined) {
    this.#git = options.git;
    this.#historyFile = historyFileIn(options.folder);
    this.#onReading = options.onReading ?? (() => undefined);
    this.#facts = facts;
    this.#learned(history);
  }

  /** The index of a repository, with what was kept in `folder`. */
  static async open(options: IndexOptions): Promise<ImpactIndex> {
    const [facts, history] = await Promise.all([
      FactCache.open(join(options.folder, "facts.json")),
      recallHistory(historyFileIn(options.folder)),
    ]);
    for (const content of options.unreadable ?? []) facts.record(content, noFacts);
    return new ImpactIndex(options, facts, history);
  }

  /** Brings it to what a revision names; reads only what no tree before had. Of a tree there is no history. One call at a time. */
  async at(revision: string): Promise<Known> {
    const commit = await findObject(this.#git, `${revision}^{commit}`);
    await Promise.all([this.#readTree(revision), commit && this.#readHistory(commit.id)]);
    return { graph: this.#graph, together: this.#together };
  }

  /** Keeps what was read since it was kept last. */
  async save(): Promise<void> {
    await this.#facts.save();
    if (!this.#unsavedHistory || !this.#history) return;
    this.#unsavedHistory = false;
    await recordHistory(this.#historyFile, this.#history);
  }

  async #readTree(revision: string): Promise<void> {
    const tree = await treeOf(this.#git, revision);
    if (tree === this.#tree) return;
    const changes = this.#tree === undefined ? await this.#allOf(tree) : await diffTrees(this.#git, this.#tree, tree);
    const files: FileChange[] = [];
    for (let start = 0; start < changes.length; start += batch) {
      const part = changes.slice(start, start + batch);
      const found = await Promise.all(part.map((change, place) => this.#find(change, start + place < mostSources)));
      // One after another, so that it is known which one a process died of.
      for (const one of found) files.push("key" in one ? await this.#read(one) : one);
      if (this.#facts.unsaved >= saveEvery) await this.#facts.save();
    }
    // All at once, so that it stands for one tree or the other whatever fails on the way.
    this.#graph.apply(files);
    this.#tree = tree;
  }

  async #allOf(tree: string): Promise<readonly FoundFile[]> {
    const entries = await listTree(this.#git, tree);
    return entries.map(({ path, mode, oid }) => ({ path, newMode: mode, newId: oid }));
  }

  /** A link or a submodule has no content of its own. */
  async #find({ path, newMode, newId: id }: FoundFile, mayRead: boolean): Promise<FileChange | UnreadSource> {
    if (!newMode.startsWith("100")) return { path };
    if (isProjectFile(path)) return { path, content: { text: (await this.#contentOf(id))?.toString("utf8") ?? "" } };
    const language = mayRead ? sourceLanguage(path) : undefined;
    if (language === undefined) return { path, content: {} };
    const key = `${waysToRead(path)} ${id}`;
    const facts = this.#facts.recall(key);
    return facts ? sourceOf(path, language, facts) : { path, language, key, content: await this.#contentOf(id) };
  }

  async #read({ path, language, key, content }: UnreadSource): Promise<FileChange> {
    // Files with one content may stand in several places.
    const known = this.#facts.recall(key);
    if (known || !content) return sourceOf(path, language, known ?? noFacts);
    this.#onReading(key);
    const facts = await readSource(language, path, content).catch((cause: unknown) => {
      throw new SourceFault(`The reader of ${language} failed`, { cause });
    });
    this.#onReading("");
    this.#facts.record(key, facts);
    return sourceOf(path, language, facts);
  }

  async #contentOf(id: string): Promise<Buffer | undefined> {
    const found = await findObject(this.#git, id);
    if (found?.type !== "blob" || found.size > longestSource) return undefined;
    return (await readObject(this.#git, id))?.body;
  }

  /** Without a history there is still the graph: a shallow clone may not have it. */
  async #readHistory(commit: string): Promise<void> {
    const learned = await learnHistory(this.#git, commit, this.#history).catch(() => undefined);
    if (!learned || learned === this.#history) return;
    this.#unsavedHistory = true;
    this.#learned(learned);
  }

  #learned(history: LearnedHistory | undefined): void {
    this.#history = history;
    this.#together = new CoChange(history?.commits ?? []);
  }
}

export interface IndexOptions {
  readonly git: Git;
  /** Where it keeps what it has read. */
  readonly folder: string;
  /** Contents that ended the process that read them, as `onReading` was told. */
  readonly unreadable?: readonly string[];
  /** Told before a content is read, and nothing (`""`) after it: a process that does not come back from that was ended by it. */
  readonly onReading?: (content: string) => void;
}

/** A content ended its reader, which may read nothing rightly any more: the process must not go on. */
export class SourceFault extends Error {
  override readonly name = "SourceFault";
}

type FoundFile = Pick<TreeChange, "path" | "newMode" | "newId">;

interface UnreadSource {
  readonly path: string;
  readonly language: Language;
  /** Names the content and how it is read. */
  readonly key: string;
  readonly content: Buffer | undefined;
}

function sourceOf(path: string, language: Language, facts: SourceFacts): FileChange {
  return { path, content: { source: { language, facts } } };
}

function historyFileIn(folder: string): string {
  return join(folder, "history.json");
}
