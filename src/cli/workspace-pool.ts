import { statSync } from "node:fs";
import { join } from "node:path";
import type { Execution } from "../execution/execution.ts";
import type { FaultLogger } from "../tools/run-tool.ts";

type Opened = Execution | { readonly refused: "no_repository"; readonly looked: readonly string[] };

/** The workspaces that one server has opened, each once; one that could not be opened is tried again by the next call. */
export class WorkspacePool {
  readonly #logger: FaultLogger;
  readonly #store: string | undefined;
  /** By folder that was asked for, so that most calls need not ask git. */
  readonly #byFolder = new Map<string, Promise<Execution | undefined>>();
  readonly #byCommonDir = new Map<string, Promise<Execution>>();
  /** Where each was when it was opened. */
  readonly #places = new Map<Execution, { readonly commonDir: string; readonly inodes: string }>();
  #closing = false;

  /** `store` is where their logs are, if not where their configs say. */
  constructor(logger: FaultLogger, store: string | undefined) {
    this.#logger = logger;
    this.#store = store;
  }

  /** Opens the repository of the first folder that lies in one. */
  async openFirst(folders: readonly string[]): Promise<Opened> {
    for (const folder of folders) {
      const execution = await this.#at(folder);
      if (execution) return execution;
    }
    return { refused: "no_repository", looked: folders };
  }

  /** Closes what is open, and what is being opened once it is: a client can go while its first call opens a workspace. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.allSettled(this.#byFolder.values());
    const open = await Promise.allSettled(this.#byCommonDir.values());
    await Promise.all(open.map((one) => (one.status === "fulfilled" ? one.value.close() : undefined)));
  }

  async #at(folder: string): Promise<Execution | undefined> {
    if (this.#closing) throw new Error("The server is closing.");
    await this.#forgetIfGone(folder);
    const known = this.#byFolder.get(folder) ?? this.#find(folder);
    this.#byFolder.set(folder, known);
    try {
      const found = await known;
      // The folder may become a repository while the server runs.
      if (!found) this.#byFolder.delete(folder);
      return found;
    } catch (fault) {
      this.#byFolder.delete(folder);
      throw fault;
    }
  }

  /** A repository that was deleted, moved or made anew since it was opened is looked for again, as if never seen. */
  async #forgetIfGone(folder: string): Promise<void> {
    const opened = this.#byFolder.get(folder);
    const execution = await opened?.catch(() => undefined);
    const place = execution && this.#places.get(execution);
    if (!execution || !place || place.inodes === inodesOf(place.commonDir)) return;
    for (const [other, one] of this.#byFolder)
      if (one === opened || (await one) === execution) this.#byFolder.delete(other);
    this.#byCommonDir.delete(place.commonDir);
    this.#places.delete(execution);
    // Whatever still goes on there fails by itself; nobody needs to wait for that.
    execution.close().catch(() => undefined);
  }

  async #find(folder: string): Promise<Execution | undefined> {
    const { discoverRepository } = await import("../execution/git/discover.ts");
    const repository = await discoverRepository(folder).catch((fault: unknown) => {
      if (isMissing(fault)) return undefined;
      throw fault;
    });
    if (!repository) return undefined;
    const { commonDir } = repository;
    const known = this.#byCommonDir.get(commonDir);
    if (known) return known;
    const opening = this.#open(repository);
    this.#byCommonDir.set(commonDir, opening);
    opening.catch(() => this.#byCommonDir.delete(commonDir));
    return opening;
  }

  async #open(repository: Parameters<typeof import("../execution/open.ts").openExecution>[0]["repository"]) {
    const { openExecution } = await import("../execution/open.ts");
    const report = (err: unknown, doing: string) =>
      this.#logger.error({ err, doing }, "something failed beside a call");
    const execution = await openExecution({ repository, store: this.#store, report });
    const { commonDir } = repository;
    this.#places.set(execution, { commonDir, inodes: inodesOf(commonDir) });
    execution.start({ longLived: false });
    return execution;
  }
}

/** Tells the git directory and the workspace in it from others that are put in their place. */
function inodesOf(commonDir: string): string {
  const found = [commonDir, join(commonDir, "interlock", "key")].map((path) =>
    statSync(path, { throwIfNoEntry: false }),
  );
  return found.map((stat) => (stat ? `${stat.dev}:${stat.ino}` : "none")).join(" ");
}

/** A client may name a folder that is not there (any more); then the next candidate counts. */
function isMissing(fault: unknown): boolean {
  for (let at = fault; at instanceof Error; at = at.cause) {
    if ("code" in at && (at.code === "ENOENT" || at.code === "ENOTDIR")) return true;
  }
  return false;
}
