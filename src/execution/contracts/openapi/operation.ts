import type { Finding } from "../contract-kind.ts";
import { isObject, type JsonObject, sameValue } from "../document.ts";
import { type Both, entriesOf, finding, lookUp, type Versions } from "./api.ts";
import { compareContent, compareRequestBodies } from "./content.ts";
import { compareHeaders, compareParameters } from "./parameters.ts";
import { compareSecurity } from "./security.ts";

interface Operations {
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/** They say nothing of what travels, or are looked at elsewhere. */
const apart = new Set([
  "tags",
  "summary",
  "description",
  "externalDocs",
  "operationId",
  "deprecated",
  "parameters",
  "requestBody",
  "responses",
  "callbacks",
  "security",
  "servers",
]);

/** What changed in one operation; `shared` are the parameters that its path has for all. */
export function compareOperations(
  versions: Versions,
  operations: Operations,
  shared: Both,
  paths: { before: string; after: string },
  where: string,
): readonly Finding[] {
  const { before, after } = operations;
  const strange = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !apart.has(key) && !key.startsWith("x-") && !sameValue(before[key], after[key]),
  );
  return [
    ...strange.map((key) =>
      finding("unknown", "keyword-not-understood", where, `What ${JSON.stringify(key)} means is not understood.`),
    ),
    ...(before["operationId"] !== after["operationId"]
      ? [
          finding(
            "compatible",
            "api-operation-id-changed",
            where,
            "The operation has another id, which generated clients may use as a name.",
          ),
        ]
      : []),
    ...compareParameters(versions, operations, shared, paths, where),
    ...compareRequestBodies(versions, { before: before["requestBody"], after: after["requestBody"] }, where),
    ...compareResponses(versions, { before: before["responses"], after: after["responses"] }, where),
    ...compareSecurity(versions, operations, where),
  ];
}

function compareResponses(versions: Versions, responses: Both, where: string): readonly Finding[] {
  const old = new Map(entriesOf(versions.before, responses.before).filter(([status]) => !status.startsWith("x-")));
  const young = new Map(entriesOf(versions.after, responses.after).filter(([status]) => !status.startsWith("x-")));
  const gone = [...old.keys()].filter(
    (status) =>
      !young.has(status) &&
      !young.has(rangeOf(status)) &&
      ![...young.keys()].some((other) => rangeOf(other) === status),
  );
  const known = (status: string) =>
    old.has(status) ? old.get(status) : (old.get(rangeOf(status)) ?? old.get("default"));
  return [
    ...gone.map((status) =>
      /^2/.test(status)
        ? finding("breaking", "response-success-status-removed", `${where} ${status}`, "The successful answer is gone.")
        : finding("compatible", "response-non-success-status-removed", `${where} ${status}`, "The answer is gone."),
    ),
    ...[...young].flatMap(([status, response]) => {
      const at = `${where} ${status}`;
      const before = known(status);
      if (before === undefined)
        return [
          finding(
            "compatible",
            `response-${/^2/.test(status) ? "" : "non-"}success-status-added`,
            at,
            "The answer is new.",
          ),
        ];
      return compareAnswers(versions, { before, after: response }, at);
    }),
    // What came by a range or `default` before may come as one that is left of them.
    ...[...old]
      .filter(([status]) => !young.has(status) && young.has(rangeOf(status)))
      .flatMap(([status, before]) =>
        compareAnswers(versions, { before, after: young.get(rangeOf(status)) }, `${where} ${status}`),
      ),
  ];
}

function compareAnswers(versions: Versions, answers: Both, where: string): readonly Finding[] {
  const [before, after] = [lookUp(versions.before, answers.before), lookUp(versions.after, answers.after)];
  const links = isObject(before["links"]) && !sameValue(before["links"], after["links"]);
  return [
    ...(links
      ? [
          finding(
            "unknown",
            "response-links-changed",
            where,
            "The links of the answer changed; who follows them is not known.",
          ),
        ]
      : []),
    ...compareHeaders(versions, { before: before["headers"], after: after["headers"] }, where),
    ...compareContent(versions, { before: before["content"], after: after["content"] }, "response", where),
  ];
}

function rangeOf(status: string): string {
  return /^[1-5]\d\d$/.test(status) ? `${status[0]}XX` : "";
}
