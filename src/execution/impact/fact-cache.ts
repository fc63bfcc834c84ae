/** What was read of sources, by how they were read and the id of their content, kept beside the store so that no process reads them again. */
import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { SourceFacts } from "./reading/facts.ts";

/** A few versions of a large repository; what was used longest ago goes first. */
const mostEntries = 60_000;

/** Counted up when the same content is read otherwise. */
const version = 1;

export class FactCache {
  readonly #file: string;
  #facts = new Map<string, SourceFacts>();
  #unsaved = 0;

  private constructor(file: string) {
    this.#file = file;
  }

  /** The cache in a file; empty when there is none that can be read. */
  static async open(file: string): Promise<FactCache> {
    const cache = new FactCache(file);
    const text = await readFile(file, "utf8").catch(() => undefined);
    const parsed = text === undefined ? undefined : schema.safeParse(readJson(text));
    for (const [key, imports, exports, partOf] of parsed?.data?.facts ?? [])
      cache.#facts.set(key, { imports, exports, partOf });
    return cache;
  }

  get unsaved(): number {
    return this.#unsaved;
  }

  recall(key: string): SourceFacts | undefined {
    const found = this.#facts.get(key);
    if (!found) return undefined;
    this.#facts.delete(key);
    this.#facts.set(key, found);
    return found;
  }

  record(key: string, facts: SourceFacts): void {
    this.#facts.set(key, facts);
    this.#unsaved += 1;
  }

  /** Writes what is new. Of two processes that write at once one wins; the other reads some sources again one day. */
  async save(): Promise<void> {
    if (this.#unsaved === 0) return;
    this.#unsaved = 0;
    for (const key of this.#facts.keys()) {
      if (this.#facts.size <= mostEntries) break;
      this.#facts.delete(key);
    }
    const facts = [...this.#facts].map(([key, { imports, exports, partOf }]) => [key, imports, exports, partOf]);
    await writeWhole(this.#file, JSON.stringify({ version, facts }));
  }
}

/** Puts a text into a file at once, so that nobody reads half of it. */
export async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, text);
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}

/** The value of a text, or undefined when it is no JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const names = z.array(z.string());
const schema = z.object({ version: z.literal(version), facts: z.array(z.tuple([z.string(), names, names, names])) });
