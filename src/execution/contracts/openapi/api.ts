import type { Change, Finding } from "../contract-kind.ts";
import { isObject, type JsonObject, own, pointerTo, resolvePointer } from "../document.ts";
import { type Dialect, type Part, type Source, sourceOf } from "../variance/keywords.ts";
import { compareRead, compareSent, type Subject } from "../variance/variance.ts";

/** One version of an API; what is read-only does not travel in requests, what is write-only not in responses. */
export interface Api {
  readonly document: JsonObject;
  readonly requests: Source;
  readonly responses: Source;
}

/** Two versions to be compared. Reversed, the API calls its consumers: callbacks and webhooks. */
export interface Versions {
  readonly before: Api;
  readonly after: Api;
  readonly reversed: boolean;
}

/** A value of both versions; undefined where a version has none. */
export interface Both {
  readonly before: unknown;
  readonly after: unknown;
}

/** How schemas are read; undefined for a version of OpenAPI that is not known here. */
export function dialectOf({ openapi }: JsonObject): Dialect | undefined {
  if (typeof openapi !== "string") return undefined;
  return /^3\.0\.\d+/.test(openapi) ? "openapi-3.0" : /^3\.1\.\d+/.test(openapi) ? "2020-12" : undefined;
}

export function apiOf(document: JsonObject, dialect: Dialect): Api {
  return {
    document,
    requests: sourceOf(document, dialect, "readOnly"),
    responses: sourceOf(document, dialect, "writeOnly"),
  };
}

/** What a place holds, references followed; an empty object where it holds nothing. */
export function lookUp({ document }: Api, value: unknown): JsonObject {
  let found = value;
  for (let steps = 0; steps < 20 && typeof own(found, "$ref") === "string"; steps += 1)
    found = resolvePointer(document, String(own(found, "$ref")).slice(1));
  return isObject(found) ? found : {};
}

/** The entries of a map at a place. */
export function entriesOf(api: Api, value: unknown): readonly (readonly [string, unknown])[] {
  return Object.entries(lookUp(api, value));
}

/** Compares what a consumer sends (`request`) or reads (`response`); where the API calls its consumers, it is the other way round. */
export function compareSchemas(
  { before, after, reversed }: Versions,
  schemas: Both,
  side: "request" | "response",
  subject: Subject,
  where: string,
): readonly Finding[] {
  const part = (api: Api, raw: unknown): Part => ({
    raw: raw === undefined ? true : raw,
    source: side === "request" ? api.requests : api.responses,
  });
  const compare = (side === "request") === reversed ? compareRead : compareSent;
  return compare(part(before, schemas.before), part(after, schemas.after), subject, where);
}

/** Each schema of a document that stands by itself, and where. */
export function schemasIn(document: JsonObject): readonly { readonly schema: unknown; readonly where: string }[] {
  const found: { schema: unknown; where: string }[] = [];
  const visit = (value: unknown, where: string): void => {
    if (Array.isArray(value)) for (const [i, part] of value.entries()) visit(part, `${where}/${i}`);
    if (!isObject(value)) return;
    for (const [key, part] of Object.entries(value)) {
      const at = where + pointerTo(key);
      if (at === "/components/schemas" && isObject(part))
        for (const [name, schema] of Object.entries(part)) found.push({ schema, where: at + pointerTo(name) });
      else if (key === "schema") found.push({ schema: part, where: at });
      else if (key !== "example" && key !== "examples" && !key.startsWith("x-")) visit(part, at);
    }
  };
  visit(document, "");
  return found;
}

export function finding(change: Change, rule: string, where: string, say: string): Finding {
  return { change, rule, where, say };
}
