import { createServer } from "node:http";
import { afterAll, describe, expect, test } from "vitest";
import type { ContractKind } from "../../../src/execution/contracts/contract-kind.ts";
import { type MockServer, startMockServer } from "../../../src/execution/mocks/mock-server.ts";

const open: MockServer[] = [];
afterAll(() => Promise.all(open.map((one) => one.close())));

async function started(kind: ContractKind, text: string) {
  const server = await startMockServer({ title: "Hostile v1", kind, text, seed: 1, mostMs: 1_000 }, { ports: [0] });
  if (!("problems" in server)) open.push(server);
  return server;
}

async function served(kind: ContractKind, text: string) {
  const server = await started(kind, text);
  if ("problems" in server) throw new Error(JSON.stringify(server.problems));
  return async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, init);
    return { status: response.status, body: await response.text() };
  };
}

const api = (answers: Readonly<Record<string, unknown>>, components: object = {}) =>
  JSON.stringify({
    openapi: "3.1.0",
    info: { title: "t", version: "1" },
    paths: {
      ...Object.fromEntries(
        Object.entries(answers).map(([path, schema]) => [
          path,
          { get: { responses: { "200": { description: "d", content: { "application/json": { schema } } } } } },
        ]),
      ),
      "/fine": {
        get: {
          responses: { "200": { description: "d", content: { "application/json": { schema: { const: "fine" } } } } },
        },
      },
      "/sent": {
        post: {
          requestBody: { content: { "application/json": { schema: { type: "string", pattern: "^(a+)+$" } } } },
          responses: { "204": { description: "d" } },
        },
      },
    },
    components,
  });

/** Whatever a path does to the mock, it answers with words in time, and the next request is answered as ever. */
async function survives(ask: Awaited<ReturnType<typeof served>>, path: string, init?: RequestInit) {
  const answer = await ask(path, init);
  expect([answer.status, answer.body]).toEqual([500, expect.stringMatching(/could be made|contract/)]);
  expect(await ask("/fine")).toMatchObject({ status: 200, body: '"fine"\n' });
}

describe("a contract that would hurt", () => {
  test("[F4] by a pattern that never ends is stopped, and the mock goes on", async () => {
    const ask = await served("openapi", api({}));
    const body = JSON.stringify(`${"a".repeat(40)}!`);
    await survives(ask, "/sent", { method: "POST", headers: { "content-type": "application/json" }, body });
  });

  test("[F4] by its size is stopped, and the mock goes on", async () => {
    const ask = await served("openapi", api({ "/long": { type: "string", minLength: 2_000_000_000 } }));
    await survives(ask, "/long");
  });

  test("by circles and names of the prototype is played or refused with words", async () => {
    const names = JSON.parse(
      '{"type":"object","required":["__proto__","constructor"],"properties":{"__proto__":{"type":"object","properties":{"polluted":{"const":true}}},"constructor":{"type":"integer"}}}',
    );
    const endless = { type: "object", required: ["n"], properties: { n: { $ref: "#/components/schemas/E" } } };
    const text = api({ "/endless": { $ref: "#/components/schemas/E" }, "/names": names }, { schemas: { E: endless } });
    const ask = await served("openapi", text);
    await survives(ask, "/endless");
    expect([200, 500]).toContain((await ask("/names")).status);
    expect((await ask("/fine")).status).toBe(200);
  });

  test("by a query that grows without end is stopped", async () => {
    const ask = await served("graphql", "type Query { all: [Query!]!  id: ID! }");
    const query = `${"{ all ".repeat(25)}{ id }${" }".repeat(25)}`;
    const headers = { "content-type": "application/json" };
    const answer = await ask("/graphql", { method: "POST", headers, body: JSON.stringify({ query }) });
    expect([answer.status, answer.body]).toEqual([500, expect.stringContaining("No answer could be made")]);
    expect((await ask("/graphql?query={id}")).status).toBe(200);
  });

  test("[F4] by references that leave it is refused, and nothing is fetched", async () => {
    const fetched: (string | undefined)[] = [];
    const bait = createServer((request, response) => {
      fetched.push(request.url);
      response.end("{}");
    });
    await new Promise<void>((listening) => bait.listen(0, "127.0.0.1", listening));
    const address = bait.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/schema.json`;
    for (const schema of [{ $ref: url }, { properties: { a: { $ref: `${url}#/a` } } }, { $ref: "./other.json" }])
      expect(await started("openapi", api({ "/a": schema }))).toMatchObject({
        problems: [{ say: expect.stringContaining("leaves the document") }],
      });
    bait.close();
    expect(fetched).toEqual([]);
  });

  test("or is no contract at all is refused", async () => {
    const texts = [
      ["openapi", "{{{"],
      ["graphql", "type"],
      ["typescript", "export {}"],
    ] as const;
    for (const [kind, text] of texts)
      expect(await started(kind, text)).toMatchObject({ problems: expect.arrayContaining([expect.anything()]) });
  });
});

describe("a request that would hurt", () => {
  test("by its size is refused", async () => {
    const ask = await served("openapi", api({}));
    const headers = { "content-type": "application/json" };
    const big = await ask("/sent", { method: "POST", headers, body: JSON.stringify("x".repeat(2_000_000)) }).catch(
      () => ({ status: 413 }),
    );
    expect(big.status).toBe(413);
    expect((await ask("/fine")).status).toBe(200);
  });

  test("[F3] by another name for this machine is refused", async () => {
    const { request } = await import("node:http");
    await served("openapi", api({}));
    const port = open.at(-1)?.port;
    const status = await new Promise((resolve, reject) => {
      request({ host: "127.0.0.1", port, path: "/fine", headers: { host: "evil.example" } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });
    expect(status).toBe(403);
  });
});
