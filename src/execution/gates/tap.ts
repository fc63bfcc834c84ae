import type { TestCounts } from "../../core/node/node-events.ts";

/** What a report says of a gate's tests. */
export interface TestReport {
  readonly tests: TestCounts;
  /** As the report names them, each once; at most `mostNames`. */
  readonly failed: readonly string[];
}

/** Enough to compare two runs by; beyond it a suite is broken as a whole. */
export const mostNames = 5_000;

/** A name that is longer says nothing more. */
export const longestName = 300;

/** Nobody's tests say so much; half of what was said would be a wrong count. */
const mostBytes = 64 * 1024 * 1024;

/** A line that is longer is no result; what is beyond is passed by. */
const longestLine = 4_096;

/**
 * Reads TAP, versions 13 and 14, as it comes, in bounded memory: the tests that have no tests of their own count. Anything else
 * passes by unnoticed; a stream is TAP when it names its version or has a plan, and at least one result.
 */
export class TapReader {
  readonly #names: string[] = [];
  readonly #failed = new Set<string>();
  readonly #counts = { passed: 0, failed: 0, skipped: 0 };
  #announced = false;
  #results = 0;
  #bytes = 0;
  /** How deep the last result stood: one that stands less deep sums up those before it. */
  #depth = -1;
  #line = "";

  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > mostBytes) return;
    // A test's name is not the place where every letter counts: one that is cut in two by a chunk is shown broken.
    const text = (words.some((word) => chunk.includes(word)) ? chunk : edgesOf(chunk)).toString("utf8");
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      this.#take(from, end, text);
      this.#read(this.#line);
      this.#line = "";
      from = end + 1;
    }
    this.#take(from, text.length, text);
  }

  /** Undefined when it was no TAP. */
  report(): TestReport | undefined {
    if (this.#line !== "") this.#read(this.#line);
    this.#line = "";
    if (!this.#announced || this.#results === 0 || this.#bytes > mostBytes) return undefined;
    return { tests: { ...this.#counts }, failed: [...this.#failed] };
  }

  #take(from: number, end: number, text: string): void {
    const room = longestLine - this.#line.length;
    if (room > 0 && end > from) this.#line += text.slice(from, Math.min(end, from + room));
  }

  #read(raw: string): void {
    const line = raw.trimStart();
    const first = line.charCodeAt(0);
    // T, #, 1, o, n: nearly all other lines need no look.
    if (first !== 84 && first !== 35 && first !== 49 && first !== 111 && first !== 110) return;
    const depth = raw.length - line.length;
    if (depth === 0 && /^TAP version \d+\s*$/.test(line)) this.#announced = true;
    else if (depth === 0 && /^1\.\.\d+(?:\s|$)/.test(line)) this.#announced = true;
    else if (line.startsWith("# Subtest: ")) {
      this.#names.length = Math.min(this.#names.length, level(depth));
      this.#names[level(depth)] = line.slice("# Subtest: ".length).trim();
    } else this.#result(line, depth);
  }

  #result(line: string, depth: number): void {
    const found = /^(not )?ok\b(?:\s+\d+)?(?:\s+-)?(?:\s+(.*))?$/.exec(line);
    if (!found) return;
    const isSum = this.#depth > depth;
    this.#depth = depth;
    this.#results += 1;
    if (isSum) return;
    const [, not, rest = ""] = found;
    const directive = /(?:^|\s)#\s*(SKIP|TODO)\b/i.exec(rest)?.[1]?.toUpperCase();
    if (directive === "SKIP" || (directive === "TODO" && not)) this.#counts.skipped += 1;
    else if (!not) this.#counts.passed += 1;
    else {
      this.#counts.failed += 1;
      const name = rest.replace(/\s+#\s+time=.*$/, "").trim() || `test ${this.#results}`;
      const above = this.#names.slice(0, level(depth)).filter(Boolean);
      if (this.#failed.size < mostNames) this.#failed.add([...above, name].join(" > ").slice(0, longestName));
    }
  }
}

/** No line that matters is without one of these; looking for them is far quicker than looking at lines. */
const words = ["ok", "1..", "TAP version", "# Subtest"];

/** The first and the last line, which may go on in other chunks. */
function edgesOf(chunk: Buffer): Buffer {
  const [first, last] = [chunk.indexOf(10), chunk.lastIndexOf(10)];
  return first === last ? chunk : Buffer.concat([chunk.subarray(0, first + 1), chunk.subarray(last + 1)]);
}

/** Subtests are set in by four. */
function level(depth: number): number {
  return Math.floor(depth / 4);
}
