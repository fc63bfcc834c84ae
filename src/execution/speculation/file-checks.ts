import { isDeepStrictEqual } from "node:util";
import type { CommitId } from "../../core/ids.ts";
import type { CheckOutcome, FileCheck } from "../../core/speculation/assumptions.ts";
import { findObject, readObject } from "../git/read-object.ts";
import type { Hands } from "../hands.ts";
import { sourceLanguage } from "../impact/reading/read-source.ts";

/** Nobody keeps a setting in a larger one, in bytes. */
const largestJson = 8 * 1024 * 1024;

/** The languages whose exports are read, in words. */
export const readExports = "JavaScript, TypeScript, Python and Rust";

/** Whether it can be known which names a module of that path gives others. */
export function exportsAreRead(path: string): boolean {
  const language = sourceLanguage(path);
  return language !== undefined && !["go", "java", "c-sharp"].includes(language);
}

/** What a check says of a commit's files; the file system is never looked at. */
export async function checkFiles(hands: Looking, commit: CommitId, check: FileCheck): Promise<CheckOutcome> {
  const { git } = hands;
  const object = `${commit}:${check.path}`;
  const found = await findObject(git, object);
  if (check.is === "path_exists") return found ? "holds" : "fails";
  if (check.is === "exports") return found ? exporting(hands, commit, check) : "fails";
  if (!found) return "open";
  if (found.type !== "blob" || found.size > largestJson) return "fails";
  const file = await readObject(git, object);
  const value = file && valueAt(file.body.toString("utf8"), check.pointer);
  return value && isDeepStrictEqual(value.value, check.value) ? "holds" : "fails";
}

type Looking = Pick<Hands, "git" | "impact" | "report">;

/** What nobody can read now says nothing. */
async function exporting(
  { impact, report }: Looking,
  commit: CommitId,
  { path, name }: FileCheck & { readonly is: "exports" },
): Promise<CheckOutcome> {
  try {
    const names = await impact.exportsOf(commit, path);
    if (!names) return "open";
    if (names.includes(name)) return "holds";
    // It passes on names of a module that is not in the tree.
    return names.some((one) => one.startsWith("* ")) ? "open" : "fails";
  } catch (fault) {
    report(fault, `reading what ${path} exports`);
    return "open";
  }
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
