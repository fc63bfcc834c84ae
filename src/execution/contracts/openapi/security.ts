import type { Finding } from "../contract-kind.ts";
import { isObject, type JsonObject, own, sameValue } from "../document.ts";
import { type Api, entriesOf, finding, lookUp, type Versions } from "./api.ts";

/** The schemes that together open an operation, each with the scopes that it needs. */
type Alternative = ReadonlyMap<string, ReadonlySet<unknown>>;

/** Whether each way in that sufficed before still does. */
export function compareSecurity(
  versions: Versions,
  operations: { readonly before: JsonObject; readonly after: JsonObject },
  where: string,
): readonly Finding[] {
  const old = alternativesOf(versions.before, operations.before);
  const young = alternativesOf(versions.after, operations.after);
  if (versions.reversed)
    return sameValue(shown(old), shown(young))
      ? []
      : [finding("unknown", "webhook-security-changed", where, "How consumers are called changed.")];
  return old.flatMap((before) => {
    if (young.some((after) => suffices(before, after, true))) return [];
    if (before.size === 0)
      return [finding("breaking", "api-security-added", where, "The operation was open and asks for credentials now.")];
    const names = [...before.keys()].join(" and ");
    return young.some((after) => suffices(before, after, false))
      ? [finding("breaking", "api-security-scope-added", where, `More scopes are asked for beside ${names}.`)]
      : [finding("breaking", "api-security-removed", where, `Credentials of ${names} no longer suffice.`)];
  });
}

/** Changes of the schemes themselves. */
export function schemeFindings({ before, after }: Versions): readonly Finding[] {
  const schemes = (api: Api) =>
    new Map(
      entriesOf(api, own(api.document["components"], "securitySchemes")).map(([name, scheme]) => [
        name,
        essence(lookUp(api, scheme)),
      ]),
    );
  const young = schemes(after);
  return [...schemes(before)].flatMap(([name, old]) => {
    const now = young.get(name);
    if (!now || sameValue(old, now)) return [];
    const kind = ["type", "in", "name", "scheme"].some((key) => old[key] !== now[key]);
    return [
      finding(
        kind ? "breaking" : "unknown",
        "api-security-component-changed",
        `security ${name}`,
        "The scheme asks for credentials in another way.",
      ),
    ];
  });
}

/** Credentials that fulfil `before` also fulfil `after`. */
function suffices(before: Alternative, after: Alternative, scopes: boolean): boolean {
  return [...after].every(
    ([name, needed]) => before.has(name) && (!scopes || [...needed].every((scope) => before.get(name)?.has(scope))),
  );
}

function alternativesOf(api: Api, operation: JsonObject): readonly Alternative[] {
  const listed = operation["security"] ?? api.document["security"];
  const all = Array.isArray(listed) ? listed.filter(isObject) : [];
  if (all.length === 0) return [new Map()];
  return all.map(
    (one) => new Map(Object.entries(one).map(([name, scopes]) => [name, new Set(Array.isArray(scopes) ? scopes : [])])),
  );
}

function essence(scheme: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(scheme).filter(([key]) => key !== "description" && !key.startsWith("x-")));
}

function shown(alternatives: readonly Alternative[]): unknown {
  return alternatives.map((one) => [...one].map(([name, scopes]) => [name, [...scopes]]));
}
