import { isDeepStrictEqual } from "node:util";
import type { CommitId } from "../../core/ids.ts";
import type { CheckOutcome, FileCheck } from "../../core/speculation/assumptions.ts";
import { findObject, readObject } from "../git/read-object.ts";
import type { Git } from "../git/runner.ts";

/** Nobody keeps a setting in a larger one, in bytes. */
const largestJson = 8 * 1024 * 1024;

/** What a check says of a commit's files; the file system is never looked at. */
export async function checkFiles(git: Git, commit: CommitId, check: FileCheck): Promise<CheckOutcome> {
  const object = `${commit}:${check.path}`;
  const found = await findObject(git, object);
  if (check.is === "path_exists") return found ? "holds" : "fails";
  if (!found) return "open";
  if (found.type !== "blob" || found.size > largestJson) return "fails";
  const file = await readObject(git, object);
  const value = file && valueAt(file.body.toString("utf8"), check.pointer);
  return value && isDeepStrictEqual(value.value, check.value) ? "holds" : "fails";
}

/** The value that a JSON pointer (RFC 6901) leads to; undefined where there is none. */
function valueAt(json: string, pointer: string): { readonly value: unknown } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
  for (const segment of pointer.split("/").slice(1)) {
    const key = segment.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return { value };
}
