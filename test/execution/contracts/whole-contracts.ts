import { parse } from "yaml";
import type { ContractKind } from "../../../src/execution/contracts/contract-kind.ts";

/** A contract of its kind around what a line of a table says. */
export const wholeContracts: Readonly<Record<ContractKind, (cell: string) => string>> = {
  json_schema: (text) => text,
  graphql: (text) => text,
  typescript: (text) => text,
  protobuf: (text) => `syntax = "proto3"; package p;\n${text}\n`,
  openapi: (cell) => placed(cell, openapi),
  asyncapi: (cell) => placed(cell, asyncapi),
};

type Places = Readonly<Record<string, (value: never) => unknown>>;

function placed(cell: string, places: Places): string {
  const space = cell.indexOf(" ");
  const place = places[cell.slice(0, space)];
  if (!place) throw new Error(`no place for ${cell}`);
  return JSON.stringify(place(parse(cell.slice(space + 1)) as never));
}

type Map = Readonly<Record<string, object>>;

const ok = { 200: { description: "ok" } };
const content = (schema: object) => ({ "application/json": { schema } });
const api = (rest: object, openapi = "3.0.3") => ({ openapi, info: { title: "t", version: "1" }, ...rest });
const operation = (rest: object) => api({ paths: { "/x": { post: { responses: ok, ...rest } } } });
const withResponses = (items: Map) =>
  Object.fromEntries(
    Object.entries(items).map(([path, item]) => [
      path,
      typeof item === "object"
        ? Object.fromEntries(Object.entries(item).map(([method, one]) => [method, { responses: ok, ...one }]))
        : item,
    ]),
  );

const openapi: Places = {
  request: (schema: object) => operation({ requestBody: { content: content(schema) } }),
  response: (schema: object) => operation({ responses: { 200: { description: "ok", content: content(schema) } } }),
  query: (parameters: Map) =>
    operation({ parameters: Object.entries(parameters).map(([name, rest]) => ({ name, in: "query", ...rest })) }),
  paths: (items: Map) => api({ paths: withResponses(items) }),
  paths31: (items: Map) => api({ paths: withResponses(items) }, "3.1.0"),
  answers: (responses: object) => operation({ responses }),
  webhook: (schema: object) =>
    api(
      {
        paths: { "/x": { get: { responses: ok } } },
        webhooks: { w: { post: { requestBody: { content: content(schema) }, responses: ok } } },
      },
      "3.1.0",
    ),
  security: (security: readonly object[]) =>
    api({
      paths: { "/x": { get: { security, responses: ok } } },
      components: {
        securitySchemes: {
          key: { type: "apiKey", in: "header", name: "X-Key" },
          oauth: {
            type: "oauth2",
            flows: { clientCredentials: { tokenUrl: "https://a.example/t", scopes: { read: "r", write: "w" } } },
          },
        },
      },
    }),
  union: (branches: Map) =>
    api({
      paths: {
        "/x": {
          post: {
            requestBody: {
              content: content({
                oneOf: Object.keys(branches).map((name) => ({ $ref: `#/components/schemas/${name}` })),
                discriminator: { propertyName: "kind" },
              }),
            },
            responses: ok,
          },
        },
      },
      components: {
        schemas: Object.fromEntries(
          Object.entries(branches).map(([name, properties]) => [
            name,
            { type: "object", required: ["kind"], properties: { kind: { type: "string" }, ...properties } },
          ]),
        ),
      },
    }),
};

const info = { title: "t", version: "1" };
const three = (action: string, message: object, rest: object = {}) => ({
  asyncapi: "3.0.0",
  info,
  channels: { c: { address: "c", messages: { m: message } } },
  operations: { o: { action, channel: { $ref: "#/channels/c" } } },
  ...rest,
});
const two = (verb: string, payload: object) => ({
  asyncapi: "2.6.0",
  info,
  channels: { c: { [verb]: { message: { payload } } } },
});

const asyncapi: Places = {
  send: (payload: object) => three("send", { payload }),
  receive: (payload: object) => three("receive", { payload }),
  subscribe: (payload: object) => two("subscribe", payload),
  publish: (payload: object) => two("publish", payload),
  servers: (servers: object) => three("send", { payload: { type: "string" } }, { servers }),
  contentType: (contentType: string) => three("send", { payload: { type: "string" }, contentType }),
  avro: (schema: object) =>
    three("send", { payload: { schemaFormat: "application/vnd.apache.avro;version=1.9.0", schema } }),
};
