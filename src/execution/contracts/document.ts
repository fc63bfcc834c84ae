import { readYaml } from "../../config/read-yaml.ts";
import type { Problem } from "./contract-kind.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** Longer contracts are refused before they are parsed, in bytes; the largest public ones that people wrote are smaller. */
export const mostBytes = 4 * 1024 * 1024;

/** Deeper documents are refused: whatever walks one calls itself for each level. */
const mostLevels = 200;

/** With every alias written out. */
const mostValues = 500_000;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value that an object holds itself, never one of its prototype. */
export function own(object: unknown, key: string): unknown {
  return isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Whether two JSON values are equal; the order of keys means nothing. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((part, i) => sameValue(part, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]))
  );
}

/** Reads JSON or YAML that somebody else wrote, as an object; problems say what is too large, too deep or no data. */
export function readDocument(
  text: string,
): { readonly document: JsonObject } | { readonly problems: readonly Problem[] } {
  const read = readYaml(text);
  if ("problems" in read)
    return { problems: read.problems.map(({ path, problem }) => ({ where: path, say: `The text ${problem}.` })) };
  const { value } = read;
  if (!isObject(value)) return { problems: [{ where: "", say: "The text must be an object in JSON or YAML." }] };
  const left = { values: mostValues };
  const tooMuch = measure(value, mostLevels, left);
  return tooMuch ? { problems: [{ where: "", say: tooMuch }] } : { document: value };
}

function measure(value: unknown, levels: number, left: { values: number }): string | undefined {
  left.values -= 1;
  if (left.values < 0) return `The text holds more than ${mostValues} values.`;
  if (typeof value !== "object" || value === null) return undefined;
  if (levels === 0) return `The text is nested more than ${mostLevels} levels deep.`;
  for (const part of Object.values(value)) {
    const found = measure(part, levels - 1, left);
    if (found) return found;
  }
  return undefined;
}

/** Each reference (`$ref`) that leaves the document or leads nowhere in it: nothing is ever fetched or read for one. */
export function badReferences(document: JsonObject): readonly Problem[] {
  const anchors = new Set<string>();
  walk(document, "", (object) => {
    for (const key of ["$anchor", "$dynamicAnchor", "$id"]) {
      const anchor = own(object, key);
      if (typeof anchor === "string") anchors.add(key === "$id" ? anchor.replace(/^#/, "") : anchor);
    }
  });
  const problems: Problem[] = [];
  walk(document, "", (object, where) => {
    const ref = own(object, "$ref");
    if (typeof ref !== "string") return;
    if (!ref.startsWith("#"))
      problems.push({
        where,
        say: `The reference ${quoted(ref)} leaves the document: put what it means into the text.`,
      });
    else if (
      !(ref.startsWith("#/") || ref === "#"
        ? resolvePointer(document, ref.slice(1)) !== undefined
        : anchors.has(ref.slice(1)))
    )
      problems.push({ where, say: `The reference ${quoted(ref)} leads nowhere.` });
    else if (leadsBack(document, object))
      problems.push({ where, say: `The reference ${quoted(ref)} leads back to itself.` });
  });
  return problems.slice(0, 20);
}

/** Whether references lead in a circle with nothing on the way. */
function leadsBack(document: JsonObject, start: JsonObject): boolean {
  const seen = new Set<unknown>();
  const queue: unknown[] = [start];
  while (queue.length > 0) {
    const at = queue.pop();
    if (!isObject(at)) continue;
    if (at === start && seen.has(at)) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    const ref = at["$ref"];
    if (typeof ref === "string" && (ref === "#" || ref.startsWith("#/")))
      queue.push(resolvePointer(document, ref.slice(1)));
    for (const key of ["allOf", "anyOf", "oneOf"]) if (Array.isArray(at[key])) queue.push(...at[key]);
    queue.push(at["not"], at["if"], at["then"], at["else"]);
    if (isObject(at["dependentSchemas"])) queue.push(...Object.values(at["dependentSchemas"]));
  }
  return false;
}

/** What a JSON pointer leads to; a reference on the way is not followed. */
export function resolvePointer(document: unknown, pointer: string): unknown {
  let at = document;
  for (const segment of pointerSegments(pointer)) {
    if (Array.isArray(at)) at = at[Number(segment)];
    else at = own(at, segment);
  }
  return at;
}

export function pointerSegments(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((segment) => decoded(segment).replaceAll("~1", "/").replaceAll("~0", "~"));
}

export function pointerTo(...segments: readonly string[]): string {
  return segments.map((segment) => `/${segment.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Text of others, short, in quotes. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Samples are data of the contract's users, in which `$ref` means nothing. */
const data = new Set(["example", "examples", "default", "enum", "const"]);

function walk(value: unknown, where: string, visit: (object: JsonObject, where: string) => void, named = false): void {
  if (Array.isArray(value)) for (const [i, part] of value.entries()) walk(part, `${where}/${i}`, visit);
  if (!isObject(value)) return;
  if (!named) visit(value, where);
  for (const [key, part] of Object.entries(value)) {
    if (!named && data.has(key)) continue;
    walk(part, where + pointerTo(key), visit, !named && key === "properties");
  }
}
