import { findObject, readObject } from "../git/read-object.ts";
import type { Git } from "../git/runner.ts";

/** A changed file of a snapshot: its content, and the one in the base, if there is one. */
export interface Written {
  readonly path: string;
  readonly oldId: string | undefined;
  readonly newId: string;
}

/** Files that hold all three conflict markers as lines, and did not in the base. */
export async function findConflictMarkers(git: Git, written: readonly Written[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (let start = 0; start < written.length; start += atOnce) {
    const some = written.slice(start, start + atOnce);
    const marked = await Promise.all(some.map((one) => isNewlyMarked(git, one)));
    found.push(...some.filter((_, index) => marked[index]).map(({ path }) => path));
  }
  return found;
}

/** So many contents are in memory together. */
const atOnce = 16;

async function isNewlyMarked(git: Git, { oldId, newId }: Written): Promise<boolean> {
  return (await hasMarkers(git, newId)) && (oldId === undefined || !(await hasMarkers(git, oldId)));
}

/** Nobody resolves a conflict by hand in a file of this size, and it would have to be held in memory. */
const mostBytes = 50_000_000;

async function hasMarkers(git: Git, blob: string): Promise<boolean> {
  const info = await findObject(git, blob);
  if (info?.type !== "blob" || info.size > mostBytes) return false;
  const { body } = (await readObject(git, blob)) ?? {};
  return body !== undefined && !isBinary(body) && MARKERS.every((line) => hasLine(body, line));
}

/** As git tells: a NUL near the beginning. */
function isBinary(body: Buffer): boolean {
  const nul = body.indexOf(0);
  return nul >= 0 && nul < 8_000;
}

const MARKERS = ["<<<<<<< ", "=======", ">>>>>>> "];

/** Whether a line starts so; the middle marker is a line of its own. */
function hasLine(body: Buffer, marker: string): boolean {
  for (let at = body.indexOf(marker); at >= 0; at = body.indexOf(marker, at + 1)) {
    const startsLine = at === 0 || body[at - 1] === NEWLINE;
    if (startsLine && (marker.endsWith(" ") || endsLine(body, at + marker.length))) return true;
  }
  return false;
}

const [NEWLINE, RETURN] = [10, 13];

function endsLine(body: Buffer, at: number): boolean {
  return at === body.length || body[at] === NEWLINE || (body[at] === RETURN && body[at + 1] === NEWLINE);
}
