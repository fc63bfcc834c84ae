import type { GitQuestion } from "./conversations.ts";
import type { Git } from "./runner.ts";

/** What git knows of an object without reading it. */
export interface ObjectInfo {
  readonly id: string;
  readonly type: string;
  /** In bytes. */
  readonly size: number;
}

/** An object with its content. */
export interface GitObject extends ObjectInfo {
  readonly body: Buffer;
}

/** The object that a revision names, or undefined when it names none. */
export async function readObject(git: Git, revision: string): Promise<GitObject | undefined> {
  return isRevision(revision) ? git.ask(question("contents", revision, parseContents)) : undefined;
}

/** What git knows of the object that a revision names, or undefined when it names none. */
export async function findObject(git: Git, revision: string): Promise<ObjectInfo | undefined> {
  return isRevision(revision) ? git.ask(question("info", revision, parseInfo)) : undefined;
}

type Parsed<T> = { readonly answer: T; readonly length: number } | number;

function question<T>(
  command: "contents" | "info",
  revision: string,
  parse: (output: Buffer, asked: Buffer) => Parsed<T>,
): GitQuestion<T> {
  const asked = Buffer.from(`${revision} `);
  const args = ["cat-file", "--batch-command", "-z"];
  return { args, ask: `${command} ${revision}\0`, parse: (output) => parse(output, asked) };
}

/** A NUL ends a question, and one without a revision ends the command. */
function isRevision(text: string): boolean {
  return text !== "" && !text.includes("\0");
}

function parseContents(output: Buffer, asked: Buffer): Parsed<GitObject | undefined> {
  const header = parseInfo(output, asked);
  if (typeof header === "number") return header;
  const { answer: info, length: start } = header;
  if (info === undefined) return { answer: undefined, length: start };
  const end = start + info.size;
  if (output.length <= end) return end + 1;
  // A copy, because what is cut from a big buffer keeps all of it alive.
  return { answer: { ...info, body: Buffer.from(output.subarray(start, end)) }, length: end + 1 };
}

/** `<id> <type> <size>`, or the revision, which may hold line ends, with a word for why there is nothing. */
function parseInfo(output: Buffer, asked: Buffer): Parsed<ObjectInfo | undefined> {
  const end = output.indexOf("\n");
  if (end < 0) return output.length + 1;
  const [, id, type, size] = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(output.toString("latin1", 0, end)) ?? [];
  if (id !== undefined && type !== undefined) return { answer: { id, type, size: Number(size) }, length: end + 1 };
  const after = output.indexOf("\n", asked.length);
  return after < 0 ? output.length + 1 : { answer: undefined, length: after + 1 };
}
