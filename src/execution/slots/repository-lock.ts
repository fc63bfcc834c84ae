import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, unlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Mutex } from "async-mutex";
import { here, isAlive } from "../../log/sqlite/whereabouts.ts";

/** Who holds a lock file; `nonce` tells one holding from the next. */
interface Holder {
  readonly pid: number;
  /** When that process started, so that a pid given out again is not taken for the holder; empty where unknown. */
  readonly started: string;
  /** For people. */
  readonly host: string;
  /** Where it runs, as far as others can see whether it does; absent when it is here, in locks of earlier versions. */
  readonly place?: string;
  readonly nonce: string;
}

/**
 * As `withLockFile`, and the calls of this process stand in line for it: a hundred that all look at the file leave those who
 * hold it no time to work.
 */
export function withRepositoryLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const queue = queues.get(path) ?? new Mutex();
  queues.set(path, queue);
  return queue.runExclusive(() => withLockFile(path, work));
}

/**
 * Runs `work` while nobody else of this machine holds the lock file. The lock of a dead process is taken over; throws when
 * a live one keeps it longer than `patienceMs`.
 */
export async function withLockFile<T>(path: string, work: () => Promise<T>, patienceMs = 60_000): Promise<T> {
  const nonce = await acquire(path, patienceMs);
  try {
    return await work();
  } finally {
    await release(path, nonce);
  }
}

/** As many as there are repositories that this process works on. */
const queues = new Map<string, Mutex>();

const SHORTEST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 25;

async function acquire(path: string, patienceMs: number): Promise<string> {
  const nonce = randomUUID();
  await mkdir(dirname(path), { recursive: true });
  let before: string | undefined;
  let until = Date.now() + patienceMs;
  for (let pause = SHORTEST_PAUSE_MS; ; pause = Math.min(pause * 1.2, LONGEST_PAUSE_MS)) {
    const holder = await readHolder(path);
    if (holder === undefined && (await tryToTake(path, nonce))) return nonce;
    // Another holding than the last time: things move, however many wait.
    if (holder !== undefined && holder.nonce !== before) until = Date.now() + patienceMs;
    before = holder?.nonce ?? before;
    if (holder !== undefined && isDead(holder)) await takeAway(path, holder, patienceMs);
    else if (Date.now() > until) throw new Error(`${path} is held by process ${holder?.pid} of ${holder?.host}`);
    else await sleep(pause * (1 + Math.random()));
  }
}

/** The file appears with its content in one step, so nobody ever reads a half-written holder. */
async function tryToTake(path: string, nonce: string): Promise<boolean> {
  const draft = `${path}.${nonce}`;
  const { pid, started, host, place } = self;
  const holder: Holder = { pid, started, host, place, nonce };
  await writeFile(draft, JSON.stringify(holder));
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

/** Of all who saw the same dead holder only one may remove its file: a lock of its own, named after that holding, decides. */
async function takeAway(path: string, dead: Holder, patienceMs: number): Promise<void> {
  const takeover = `${path}.after-${dead.nonce.slice(0, 8)}`;
  const nonce = await acquire(takeover, patienceMs);
  try {
    if ((await readHolder(path))?.nonce === dead.nonce) await unlink(path);
  } finally {
    await release(takeover, nonce);
  }
}

async function release(path: string, nonce: string): Promise<void> {
  if ((await readHolder(path))?.nonce === nonce) await unlink(path);
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const found: unknown = JSON.parse(await readFile(path, "utf8"));
    return isHolder(found) ? found : undefined;
  } catch (error) {
    if (codeOf(error) === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isHolder(found: unknown): found is Holder {
  return typeof found === "object" && found !== null && "pid" in found && "nonce" in found;
}

/** Only of a process of this machine and pid namespace can be said that it is gone. */
function isDead({ pid, started, place = self.place }: Holder): boolean {
  return place === self.place && !isAlive({ pid, started });
}

const self = here();

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
