import type { Change, Finding } from "../contract-kind.ts";
import { isObject, type JsonObject, own, sameValue } from "../document.ts";
import { type Part, sourceOf } from "../variance/keywords.ts";
import { compareRead, compareSent } from "../variance/variance.ts";
import { type Exchange, exchangesIn, expanded, followed, majorOf, restOf } from "./exchanges.ts";

/** What changed for those who read what the application sends, and who send what it reads. */
export function compareAsyncApis(old: JsonObject, young: JsonObject): readonly Finding[] {
  if (majorOf(old) !== majorOf(young))
    return [
      finding(
        "unknown",
        "version-changed",
        "/asyncapi",
        "Versions 2 and 3 of AsyncAPI are not compared with each other.",
      ),
    ];
  const [before, after] = [exchangesIn(old), exchangesIn(young)];
  const [readBefore, readAfter] = [sourceOf(old, "draft-07"), sourceOf(young, "draft-07")];
  return [
    ...["servers", "defaultContentType"]
      .filter((key) => !sameValue(expanded(old, old[key]), expanded(young, young[key])))
      .map((key) =>
        finding(
          "unknown",
          `${key === "servers" ? "server" : "default-content-type"}-changed`,
          `/${key}`,
          "How messages are reached or written changed.",
        ),
      ),
    ...[...before].flatMap(([key, exchange]) => {
      const now = after.get(key);
      if (!now) return [finding("breaking", "operation-removed", key, "Nothing is sent or received here any more.")];
      const strange = sameValue(expanded(old, exchange.rest), expanded(young, now.rest))
        ? []
        : [
            finding(
              "unknown",
              "operation-changed",
              key,
              "Bindings, parameters, security or a reply changed in a way that is not understood.",
            ),
          ];
      return [
        ...strange,
        ...messageFindings({ before: old, after: young }, exchange, now, (raw, first) => ({
          raw,
          source: first ? readBefore : readAfter,
        })),
      ];
    }),
    ...[...after.keys()]
      .filter((key) => !before.has(key))
      .map((key) => finding("compatible", "operation-added", key, "This is new.")),
  ];
}

/** Each schema of a message's payload. */
export function payloadsIn(document: JsonObject): readonly unknown[] {
  const exchanged = [...exchangesIn(document).values()].flatMap(({ messages }) => [...messages.values()]);
  const kept = Object.values(
    isObject(own(document["components"], "messages")) ? (own(document["components"], "messages") as JsonObject) : {},
  ).map((message) => followed(document, message));
  return [...exchanged, ...kept].flatMap((message) => schemaOf(message["payload"]).schema ?? []);
}

function messageFindings(
  documents: { readonly before: JsonObject; readonly after: JsonObject },
  before: Exchange,
  after: Exchange,
  part: (raw: unknown, first: boolean) => Part,
): readonly Finding[] {
  const { way, key, messages } = before;
  const subject = { whole: "message", part: "message-property", side: "message" };
  const compare = way === "read" ? compareRead : compareSent;
  const only = messages.size === 1 && after.messages.size === 1 ? [...after.messages.values()][0] : undefined;
  return [
    ...[...messages].flatMap(([name, old]): readonly Finding[] => {
      const young = after.messages.get(name) ?? only;
      const where = messages.size > 1 ? `${key} ${name}` : key;
      if (!young)
        return [finding(way === "sent" ? "breaking" : "unknown", "message-removed", where, "The message is gone.")];
      const type =
        old["contentType"] === young["contentType"]
          ? []
          : [finding("breaking", "message-content-type-changed", where, "The message is written in another format.")];
      const rest = sameValue(expanded(documents.before, restOf(old)), expanded(documents.after, restOf(young)))
        ? []
        : [
            finding(
              "unknown",
              "message-changed",
              where,
              "Bindings, traits or a correlation id changed in a way that is not understood.",
            ),
          ];
      return [
        ...type,
        ...rest,
        ...["payload", "headers"].flatMap((key) => {
          const [x, y] = [schemaOf(old[key], old["schemaFormat"]), schemaOf(young[key], young["schemaFormat"])];
          if (!x.understood || !y.understood)
            return sameValue(old[key], young[key])
              ? []
              : [
                  finding(
                    "unknown",
                    "message-schema-not-understood",
                    where,
                    "The schema is in a format that is not compared here.",
                  ),
                ];
          return compare(
            part(x.schema ?? true, true),
            part(y.schema ?? true, false),
            key === "headers" ? { whole: "message-headers", part: "message-header", side: "message" } : subject,
            where,
          );
        }),
      ];
    }),
    ...[...after.messages.keys()]
      .filter((name) => !messages.has(name) && !only)
      .map((name) =>
        way === "read"
          ? finding("unknown", "message-added", `${key} ${name}`, "Readers may get a message that they do not know.")
          : finding("compatible", "message-added", `${key} ${name}`, "The message is new."),
      ),
  ];
}

/** Payloads are JSON Schema of draft-07 unless they say otherwise. */
export function schemaOf(
  payload: unknown,
  format?: unknown,
): { readonly schema?: unknown; readonly understood: boolean } {
  const named = own(payload, "schemaFormat") ?? format;
  const understood =
    named === undefined ||
    (typeof named === "string" &&
      /^application\/(vnd\.aai\.asyncapi(\+json|\+yaml)?|schema\+(json|yaml);\s*version=draft-07)/.test(named));
  return { schema: own(payload, "schemaFormat") === undefined ? payload : own(payload, "schema"), understood };
}

function finding(change: Change, rule: string, where: string, say: string): Finding {
  return { change, rule, where, say };
}
