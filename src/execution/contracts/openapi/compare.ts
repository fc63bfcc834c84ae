import type { Finding } from "../contract-kind.ts";
import { isObject, type JsonObject, own, sameValue } from "../document.ts";
import { type Api, apiOf, dialectOf, entriesOf, finding, lookUp, type Versions } from "./api.ts";
import { compareOperations } from "./operation.ts";
import { schemeFindings } from "./security.ts";

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/** Callbacks may call back; nobody goes further. */
const mostCallbacks = 3;

/** What changed between two versions of an API, for its consumers. */
export function compareOpenApis(old: JsonObject, young: JsonObject): readonly Finding[] {
  const [oldDialect, youngDialect] = [dialectOf(old), dialectOf(young)];
  if (!oldDialect || !youngDialect)
    return [finding("unknown", "version-not-understood", "/openapi", "This version of OpenAPI is not known here.")];
  const versions = { before: apiOf(old, oldDialect), after: apiOf(young, youngDialect), reversed: false };
  return [
    ...wholeFindings(old, young),
    ...schemeFindings(versions),
    ...pathFindings(versions),
    ...webhookFindings({ ...versions, reversed: true }),
  ];
}

function wholeFindings(old: JsonObject, young: JsonObject): readonly Finding[] {
  const urls = (document: JsonObject) =>
    Array.isArray(document["servers"]) ? document["servers"].map((server) => own(server, "url")) : [];
  const gone = urls(old).filter((url) => !urls(young).includes(url));
  return [
    ...(gone.length > 0
      ? [
          finding(
            "unknown",
            "server-removed",
            "/servers",
            `A server is no longer named: ${gone.slice(0, 3).join(", ")}.`,
          ),
        ]
      : []),
    ...(sameValue(old["jsonSchemaDialect"], young["jsonSchemaDialect"])
      ? []
      : [finding("unknown", "dialect-changed", "/jsonSchemaDialect", "Schemas are read by other rules now.")]),
  ];
}

function pathFindings(versions: Versions): readonly Finding[] {
  const shape = (path: string) => path.replaceAll(/\{[^}]*\}/g, "{}");
  const after = new Map(
    entriesOf(versions.after, versions.after.document["paths"]).map(([path, item]) => [shape(path), { path, item }]),
  );
  const before = new Map(
    entriesOf(versions.before, versions.before.document["paths"]).map(([path, item]) => [shape(path), { path, item }]),
  );
  const kept = [...before].flatMap(([key, { path, item }]) => {
    const now = after.get(key);
    if (now) return itemFindings(versions, { before: item, after: now.item }, { before: path, after: now.path }, 0);
    const operations = methods.flatMap((method) => own(lookUp(versions.before, item), method) ?? []);
    return operations.length === 0 ? [] : [removed(operations, "api-path-removed", path, "The path is gone")];
  });
  const added = [...after].filter(([key, { path }]) => !before.has(key) && path.startsWith("/"));
  return [...kept, ...added.map(([, { path }]) => finding("compatible", "endpoint-added", path, "The path is new."))];
}

function webhookFindings(versions: Versions): readonly Finding[] {
  const after = new Map(entriesOf(versions.after, versions.after.document["webhooks"]));
  const before = new Map(entriesOf(versions.before, versions.before.document["webhooks"]));
  return [
    ...[...before].flatMap(([name, item]) =>
      after.has(name)
        ? itemFindings(
            versions,
            { before: item, after: after.get(name) },
            { before: `webhook ${name}`, after: `webhook ${name}` },
            0,
          )
        : [finding("breaking", "webhook-removed", `webhook ${name}`, "The webhook is gone.")],
    ),
    ...[...after.keys()]
      .filter((name) => !before.has(name))
      .map((name) => finding("compatible", "webhook-added", `webhook ${name}`, "The webhook is new.")),
  ];
}

/** One path of both versions; parameters in it are known by their place. */
function itemFindings(
  versions: Versions,
  items: { before: unknown; after: unknown },
  paths: { before: string; after: string },
  depth: number,
): readonly Finding[] {
  const [old, young] = [lookUp(versions.before, items.before), lookUp(versions.after, items.after)];
  return methods.flatMap((method): readonly Finding[] => {
    const where = `${method.toUpperCase()} ${paths.before}`;
    const [before, after] = [own(old, method), own(young, method)];
    if (!isObject(before))
      return isObject(after) ? [finding("compatible", "endpoint-added", where, "The operation is new.")] : [];
    if (!isObject(after)) return [removed([before], "api-removed", where, "The operation is gone")];
    const shared = { before: old["parameters"], after: young["parameters"] };
    const servers = sameValue(before["servers"] ?? old["servers"], after["servers"] ?? young["servers"]);
    return [
      ...(servers ? [] : [finding("unknown", "server-changed", where, "The operation has other servers now.")]),
      ...compareOperations(versions, { before, after }, shared, paths, where),
      ...callbackFindings(versions, before, after, where, depth),
    ];
  });
}

function callbackFindings(
  versions: Versions,
  before: JsonObject,
  after: JsonObject,
  where: string,
  depth: number,
): readonly Finding[] {
  const [old, young] = [callbacksOf(versions.before, before), callbacksOf(versions.after, after)];
  if (depth >= mostCallbacks)
    return old.size + young.size > 0
      ? [finding("unknown", "too-complex", where, "Callbacks within callbacks are not compared so deep.")]
      : [];
  return [...old].flatMap(([name, item]) => {
    const label = `${where} callback ${name}`;
    if (!young.has(name))
      return [
        finding(
          "unknown",
          "callback-removed",
          label,
          "The callback is gone; whether somebody waits for it is not known.",
        ),
      ];
    const reversed = { ...versions, reversed: !versions.reversed };
    return itemFindings(reversed, { before: item, after: young.get(name) }, { before: label, after: label }, depth + 1);
  });
}

function callbacksOf(api: Api, operation: JsonObject): ReadonlyMap<string, unknown> {
  return new Map(
    entriesOf(api, operation["callbacks"]).flatMap(([name, callback]) =>
      entriesOf(api, callback).map(([expression, item]) => [`${name} ${expression}`, item]),
    ),
  );
}

function removed(operations: readonly unknown[], rule: string, where: string, say: string): Finding {
  const told = operations.every((operation) => own(operation, "deprecated") === true);
  return told
    ? finding(
        "unknown",
        `${rule}-with-deprecation`,
        where,
        `${say}; it was deprecated, but who still uses it is not known.`,
      )
    : finding("breaking", `${rule}-without-deprecation`, where, `${say}, and it was not deprecated before.`);
}
