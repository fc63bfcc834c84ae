import { isObject, type JsonObject, own, resolvePointer } from "../document.ts";

/** A message that travels: over which channel, and whether the application sends it or its consumers do. */
export interface Exchange {
  readonly key: string;
  readonly way: "read" | "sent";
  readonly messages: ReadonlyMap<string, JsonObject>;
  /** All else that is said of it; a difference is not understood. */
  readonly rest: unknown;
}

/** All that is exchanged, by who does what at which address. */
export function exchangesIn(document: JsonObject): ReadonlyMap<string, Exchange> {
  const all = majorOf(document) === "3" ? operationsIn(document) : channelsIn(document);
  return new Map(all.map((exchange) => [exchange.key, exchange]));
}

/** Version 2: who subscribes reads what the application sends. */
function channelsIn(document: JsonObject): readonly Exchange[] {
  return entries(document["channels"]).flatMap(([address, value]) => {
    const channel = followed(document, value);
    return (["subscribe", "publish"] as const).flatMap((verb): readonly Exchange[] => {
      const operation = channel[verb];
      if (!isObject(operation)) return [];
      const message = followed(document, operation["message"]);
      const listed = Array.isArray(message["oneOf"])
        ? message["oneOf"].map((one) => followed(document, one))
        : [message];
      const messages = new Map(listed.map((one, i) => [String(one["messageId"] ?? one["name"] ?? i), one]));
      const { operationId: _, message: __, ...rest } = restOf(operation);
      return [
        {
          key: `${verb} ${address}`,
          way: verb === "subscribe" ? "read" : "sent",
          messages,
          rest: [rest, channel["parameters"], channel["bindings"], channel["servers"]],
        },
      ];
    });
  });
}

/** Version 3: the application sends or receives, and a reply goes the other way. */
function operationsIn(document: JsonObject): readonly Exchange[] {
  return entries(document["operations"]).flatMap(([, value]): readonly Exchange[] => {
    const operation = followed(document, value);
    const channel = followed(document, operation["channel"]);
    const reply = followed(document, operation["reply"]);
    const { action, channel: _, messages: __, reply: ___, ...rest } = restOf(operation);
    const key = `${String(action)} ${String(channel["address"] ?? own(operation["channel"], "$ref"))}`;
    const sends = action === "send";
    const around = [channel["parameters"], channel["bindings"], channel["servers"]];
    const asked: Exchange = {
      key,
      way: sends ? "read" : "sent",
      messages: messagesOf(document, operation),
      rest: [rest, around],
    };
    if (operation["reply"] === undefined) return [asked];
    return [
      asked,
      {
        key: `${key} reply`,
        way: sends ? "sent" : "read",
        messages: messagesOf(document, reply),
        rest: reply["address"],
      },
    ];
  });
}

/** The messages that are named, or all of the channel. */
function messagesOf(document: JsonObject, operation: JsonObject): ReadonlyMap<string, JsonObject> {
  const named = operation["messages"];
  const listed = Array.isArray(named)
    ? named.map((one) => [String(own(one, "$ref")).split("/").at(-1) ?? "", one] as const)
    : entries(followed(document, operation["channel"])["messages"]);
  return new Map(listed.map(([name, one]) => [name, followed(document, one)]));
}

/** Told by itself, or of no meaning for what travels. */
const told = [
  "payload",
  "headers",
  "contentType",
  "schemaFormat",
  "name",
  "title",
  "summary",
  "description",
  "tags",
  "externalDocs",
  "examples",
  "messageId",
];

/** What is said besides. */
export function restOf(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !told.includes(key) && !key.startsWith("x-")));
}

/** A value with its references written out, so far as a comparison needs. */
export function expanded(document: JsonObject, value: unknown, levels = 12): unknown {
  if (levels === 0) return value;
  if (Array.isArray(value)) return value.map((part) => expanded(document, part, levels - 1));
  if (!isObject(value)) return value;
  if (typeof value["$ref"] === "string") return expanded(document, followed(document, value), levels - 1);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, expanded(document, part, levels - 1)]));
}

/** What a place holds, references followed; an empty object where it holds nothing. */
export function followed(document: JsonObject, value: unknown): JsonObject {
  let found = value;
  for (let steps = 0; steps < 20 && typeof own(found, "$ref") === "string"; steps += 1)
    found = resolvePointer(document, String(own(found, "$ref")).slice(1));
  return isObject(found) ? found : {};
}

function entries(value: unknown): readonly (readonly [string, unknown])[] {
  return Object.entries(isObject(value) ? value : {});
}

/** Which of the two ways of describing it is. */
export function majorOf({ asyncapi }: JsonObject): string {
  return String(asyncapi).split(".")[0] ?? "";
}
