import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";

/** Where the whole output of a run goes, and how much of it. */
export interface OutputFile {
  readonly path: string;
  /** In bytes; beyond it the file has the beginning and the end, and says how much is missing between them. */
  readonly limit: number;
}

/** What a reply shows of it. */
const tailLimit = 6_000;

/** What the file keeps of the end of an output that is longer than its limit. */
const endLimit = 64 * 1024;

/** The output of a gate, however long, in bounded memory and on bounded disk. A disk that is full costs the file, never the run. */
export class GateOutput {
  readonly #end = new Ring(endLimit);
  readonly #limit: number;
  #file: WriteStream | undefined;
  #problem: string | undefined;

  constructor(file: OutputFile | undefined) {
    this.#limit = file?.limit ?? 0;
    if (!file) return;
    this.#file = createWriteStream(file.path, { flags: "w", mode: 0o600 });
    this.#file.on("error", (error) => {
      this.#problem = error.message;
      this.#file = undefined;
    });
  }

  /** Resolves when more may come; undefined when it may at once. */
  add(chunk: Buffer): Promise<void> | undefined {
    const room = this.#limit - this.#end.total;
    this.#end.add(chunk);
    const file = this.#file;
    if (!file || room <= 0 || file.write(chunk.length <= room ? chunk : chunk.subarray(0, room))) return undefined;
    // Whatever it fails with is dealt with above.
    return once(file, "drain").then(
      () => undefined,
      () => undefined,
    );
  }

  /** Completes the file; false when there is none, or it could not be written. */
  async close(): Promise<boolean> {
    const file = this.#file;
    if (!file) return false;
    const { total } = this.#end;
    if (total > this.#limit) {
      const end = this.#end.last(Math.min(endLimit, total - this.#limit));
      const missing = total - this.#limit - end.length;
      if (missing > 0) file.write(`\n[interlock] ${missing} bytes of output are left out here\n`);
      file.write(end);
    }
    await new Promise<void>((resolve) => {
      file.once("error", () => resolve());
      file.end(resolve);
    });
    return this.#problem === undefined;
  }

  tail(): string {
    const cut = this.#end.total > tailLimit ? "[...]\n" : "";
    const problem = this.#problem === undefined ? "" : `\n[interlock] the output could not be kept: ${this.#problem}\n`;
    return `${cut}${this.#end.last(tailLimit).toString("utf8")}${problem}`;
  }
}

/** The last so many bytes of a stream; what a chunk costs depends on its own length only. */
class Ring {
  readonly #bytes: Buffer;
  /** Where the next byte goes. */
  #next = 0;
  /** How many bytes there were in all. */
  total = 0;

  constructor(size: number) {
    this.#bytes = Buffer.alloc(size);
  }

  add(chunk: Buffer): void {
    this.total += chunk.length;
    const kept = chunk.subarray(Math.max(0, chunk.length - this.#bytes.length));
    const fits = Math.min(kept.length, this.#bytes.length - this.#next);
    kept.copy(this.#bytes, this.#next, 0, fits);
    kept.copy(this.#bytes, 0, fits);
    this.#next = (this.#next + kept.length) % this.#bytes.length;
  }

  last(most: number): Buffer {
    const length = Math.min(most, this.total, this.#bytes.length);
    const from = this.#next - length;
    if (from >= 0) return Buffer.from(this.#bytes.subarray(from, this.#next));
    return Buffer.concat([this.#bytes.subarray(from), this.#bytes.subarray(0, this.#next)]);
  }
}
