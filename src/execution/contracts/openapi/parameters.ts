import type { Finding } from "../contract-kind.ts";
import { isObject, type JsonObject, own, sameValue } from "../document.ts";
import { type Api, type Both, compareSchemas, entriesOf, finding, lookUp, type Versions } from "./api.ts";
import { compareContent } from "./content.ts";

/** By where a parameter stands and its name; one in a path by its place there. */
type Parameters = ReadonlyMap<string, JsonObject>;

/** Headers that other parts of the description speak of. */
const described = new Set(["header accept", "header content-type", "header authorization"]);

/** Whether requests may go on with the parameters that they have. */
export function compareParameters(
  versions: Versions,
  operations: { readonly before: JsonObject; readonly after: JsonObject },
  shared: Both,
  paths: { readonly before: string; readonly after: string },
  where: string,
): readonly Finding[] {
  const old = parametersOf(versions.before, [shared.before, operations.before["parameters"]], paths.before);
  const young = parametersOf(versions.after, [shared.after, operations.after["parameters"]], paths.after);
  if (versions.reversed) {
    const same = sameValue(Object.fromEntries(old), Object.fromEntries(young));
    return same
      ? []
      : [finding("unknown", "request-parameter-changed", where, "Parameters that consumers are sent changed.")];
  }
  return [
    ...[...old].flatMap(([key, before]) => {
      const after = young.get(key);
      if (after) return parameterFindings(versions, before, after, `${where} ${key}`);
      return [
        finding(
          "unknown",
          "request-parameter-removed",
          `${where} ${key}`,
          "The parameter is gone; what becomes of one that is sent is not known.",
        ),
      ];
    }),
    ...[...young]
      .filter(([key]) => !old.has(key))
      .map(([key, { required }]) => {
        if (key.startsWith("path "))
          return finding(
            "breaking",
            "new-request-path-parameter",
            `${where} ${key}`,
            "A parameter in the path is new.",
          );
        return required === true
          ? finding("breaking", "new-required-request-parameter", `${where} ${key}`, "A required parameter is new.")
          : finding("compatible", "new-optional-request-parameter", `${where} ${key}`, "An optional parameter is new.");
      }),
  ];
}

/** Whether readers of an answer find the headers that they know. */
export function compareHeaders(versions: Versions, headers: Both, where: string): readonly Finding[] {
  const named = (api: Api, map: unknown) =>
    new Map(entriesOf(api, map).map(([name, header]) => [name.toLowerCase(), lookUp(api, header)]));
  const [old, young] = [named(versions.before, headers.before), named(versions.after, headers.after)];
  return [
    ...[...old].flatMap(([name, before]) => {
      const at = `${where} header ${name}`;
      const after = young.get(name);
      const required = before["required"] === true;
      if (!after)
        return required
          ? [finding("breaking", "required-response-header-removed", at, "The header always came and is gone.")]
          : [
              finding(
                "unknown",
                "optional-response-header-removed",
                at,
                "The header is gone; who reads it is not known.",
              ),
            ];
      const subject = { whole: "response-header", part: "response-header-property", side: "response-header" };
      const optional = required && after["required"] !== true;
      return [
        ...(optional
          ? [finding("breaking", "response-header-became-optional", at, "The header need not come any more.")]
          : []),
        ...compareSchemas(versions, { before: before["schema"], after: after["schema"] }, "response", subject, at),
        ...compareContent(versions, { before: before["content"], after: after["content"] }, "response", at),
      ];
    }),
    ...[...young.keys()]
      .filter((name) => !old.has(name))
      .map((name) => finding("compatible", "response-header-added", `${where} header ${name}`, "The header is new.")),
  ];
}

function parameterFindings(
  versions: Versions,
  before: JsonObject,
  after: JsonObject,
  where: string,
): readonly Finding[] {
  const subject = { whole: "request-parameter", part: "request-parameter-property", side: "request-parameter" };
  const required = after["required"] === true && before["required"] !== true;
  const written = sameValue(writing(before), writing(after));
  return [
    ...(required
      ? [finding("breaking", "request-parameter-became-required", where, "The parameter became required.")]
      : []),
    ...(written
      ? []
      : [
          finding(
            "unknown",
            "request-parameter-serialization-changed",
            where,
            "The parameter is written in another way.",
          ),
        ]),
    ...defaultFindings(versions, before, after, where),
    ...compareSchemas(versions, { before: before["schema"], after: after["schema"] }, "request", subject, where),
    ...compareContent(versions, { before: before["content"], after: after["content"] }, "request", where),
  ];
}

/** Who leaves a parameter out relies on what is taken for it. */
function defaultFindings(versions: Versions, before: JsonObject, after: JsonObject, where: string): readonly Finding[] {
  const [old, young] = [
    own(lookUp(versions.before, before["schema"]), "default"),
    own(lookUp(versions.after, after["schema"]), "default"),
  ];
  if (sameValue(old, young) || before["required"] === true) return [];
  const moved = old === undefined ? "added" : young === undefined ? "removed" : "changed";
  return [
    finding(
      "breaking",
      `request-parameter-default-value-${moved}`,
      where,
      "What is taken for the parameter when it is left out changed.",
    ),
  ];
}

function writing(parameter: JsonObject): unknown {
  const style = parameter["style"] ?? (parameter["in"] === "query" || parameter["in"] === "cookie" ? "form" : "simple");
  return [
    style,
    parameter["explode"] ?? style === "form",
    parameter["allowReserved"] === true,
    parameter["allowEmptyValue"] === true,
    parameter["content"] !== undefined,
  ];
}

function parametersOf(api: Api, lists: readonly unknown[], path: string): Parameters {
  const places = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name);
  const all = lists
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .map((parameter) => lookUp(api, parameter))
    .filter(isObject);
  const keyed = all.map((parameter) => {
    const [at, name] = [String(parameter["in"]), String(parameter["name"])];
    return [
      `${at} ${at === "path" ? places.indexOf(name) : at === "header" ? name.toLowerCase() : name}`,
      parameter,
    ] as const;
  });
  return new Map(keyed.filter(([key]) => !described.has(key)));
}
