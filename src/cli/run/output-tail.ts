const mostBytes = 4_000;
const mostLines = 20;

/** The last lines of an output of any length, in bounded memory. */
export class OutputTail {
  #kept = Buffer.alloc(0);

  add(chunk: Buffer): void {
    const all = Buffer.concat([this.#kept, chunk]);
    this.#kept = Buffer.from(all.subarray(Math.max(0, all.length - mostBytes)));
  }

  text(): string {
    return this.#kept.toString("utf8").trimEnd().split("\n").slice(-mostLines).join("\n").trim();
  }
}
