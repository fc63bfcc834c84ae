import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { discoverRepository } from "../../src/execution/git/discover.ts";
import { openExecution } from "../../src/execution/open.ts";
import { StoreUnusable } from "../../src/log/port.ts";
import { noServer, useServer } from "../log/postgres/server.ts";
import { type TemporaryRepository, temporaryRepository } from "./git/temporary-repository.ts";
import { openFixture, write } from "./workspace-fixture.ts";

describe.skipIf(noServer)("a workspace whose log is in PostgreSQL", () => {
  const server = useServer();

  async function repositoryWithStore(): Promise<TemporaryRepository & { readonly url: string }> {
    const url = await server.makeDatabase();
    return { ...temporaryRepository({ "interlock.yaml": `store: {url: "${url}"}\n`, "a.txt": "a\n" }), url };
  }

  const open = async (root: string, store?: string) => {
    const repository = await discoverRepository(root);
    if (!repository) throw new Error("no repository");
    const execution = await openExecution({ repository, store, report: () => undefined });
    let closed = false;
    const close = async () => {
      if (!closed) await execution.close();
      closed = true;
    };
    onTestFinished(close);
    return { close };
  };

  const stateOf = (root: string) => join(root, ".git", "interlock");

  test("[X1] [E7] a plan is worked to its end through two openings of it, each woken by the other", async () => {
    const repository = await repositoryWithStore();
    const one = await openFixture(repository);
    const other = await openFixture(repository);
    const plan = await one.plan([
      { id: "first", writes: ["a.txt"] },
      { id: "second", writes: ["b.txt"], dependsOn: ["first"] },
    ]);
    const first = await one.take("ann");
    // Waits for what the other opening lands.
    const waiting = other.take("bob");
    write(first, { "a.txt": "changed\n" });
    expect(await one.complete(first)).toMatchObject({ status: "landed" });
    const second = await waiting;
    write(second, { "b.txt": "new\n" });
    expect(await other.complete(second)).toMatchObject({ status: "landed" });
    expect(one.at(`interlock/${plan}`, "a.txt")).toBe("changed");
    expect(one.at(`interlock/${plan}`, "b.txt")).toBe("new");
    expect([...one.faults, ...other.faults]).toEqual([]);
    expect(existsSync(join(stateOf(repository.root), "state.db"))).toBe(false);
    expect(readFileSync(join(stateOf(repository.root), "store"), "utf8")).toMatch(
      /^postgres:\/\/127\.0\.0\.1:\d+\/store\d+\n$/,
    );
  });

  test("is refused to whoever would open another log for it, with the way out", async () => {
    const { root, remove, url } = await repositoryWithStore();
    onTestFinished(remove);
    await (await open(root)).close();
    await expect(open(root, "sqlite")).rejects.toBeInstanceOf(StoreUnusable);
    await expect(open(root, "sqlite")).rejects.toThrow(/is in postgres:\/\/127.*INTERLOCK_STORE to it.*delete .*store/);
    await expect(open(root, await server.makeDatabase())).rejects.toThrow(/is in postgres:.*, not in postgres:/);
    expect(existsSync(join(stateOf(root), "state.db"))).toBe(false);
    await open(root, url);
  });

  test("does not begin while the workspace has a log in SQLite", async () => {
    const repository = temporaryRepository({ "a.txt": "a\n" });
    onTestFinished(repository.remove);
    await (await open(repository.root)).close();
    const url = await server.makeDatabase();
    await expect(open(repository.root, url)).rejects.toThrow(/state\.db, and is not carried over.*to sqlite/);
    expect(existsSync(join(stateOf(repository.root), "store"))).toBe(false);
    await open(repository.root, "sqlite");
  });

  test("is refused to a copy of the clone while the clone is worked on", async () => {
    const { root, remove } = await repositoryWithStore();
    onTestFinished(remove);
    await open(root);
    const copy = mkdtempSync(join(tmpdir(), "interlock-copy-"));
    onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
    cpSync(root, copy, { recursive: true });
    await expect(open(copy)).rejects.toThrow(
      /is in use by process \d+ for the clone at .*\.git\. One log serves one clone/,
    );
  });

  test("cannot be opened while its server is away, and says so without the password", async () => {
    const { root, remove, url } = await repositoryWithStore();
    onTestFinished(remove);
    const gone = new URL(url);
    gone.port = "1";
    const refused: unknown = await open(root, gone.href).catch((error: unknown) => error);
    expect(String(refused)).toMatch(/cannot be reached/);
    expect(String(refused)).not.toContain(new URL(url).password);
    expect(existsSync(join(stateOf(root), "store"))).toBe(false);
  });
});
