import { describe, expect, test } from "vitest";
import type { ContractKind } from "../../../src/execution/contracts/contract-kind.ts";
import { checkContract, compareContracts, fieldsOf } from "../../../src/execution/contracts/contracts.ts";

const deep = (open: string, middle: string, close: string, times = 20_000) =>
  open.repeat(times) + middle + close.repeat(times);
const api = (rest: object) =>
  JSON.stringify({ openapi: "3.0.3", info: { title: "t", version: "1" }, paths: {}, ...rest });

const hostile: readonly {
  readonly what: string;
  readonly kind: ContractKind;
  readonly text: string;
  readonly say: RegExp;
}[] = [
  {
    what: "a huge text",
    kind: "json_schema",
    text: `{"description":"${"x".repeat(5_000_000)}"}`,
    say: /more time or memory|larger/,
  },
  { what: "deep JSON", kind: "json_schema", text: deep('{"not":', "{}", "}"), say: /too deeply|levels/ },
  { what: "deep YAML", kind: "openapi", text: deep("[", "", "]"), say: /too deeply|levels/ },
  {
    what: "a YAML bomb",
    kind: "openapi",
    text: `a0: &a0 [x]\n${Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`).join("\n")}`,
    say: /alias/,
  },
  {
    what: "a reference to a file",
    kind: "json_schema",
    text: '{"$ref":"file:///etc/passwd"}',
    say: /leaves the document/,
  },
  {
    what: "a reference to a host",
    kind: "openapi",
    text: api({ components: { schemas: { A: { $ref: "http://127.0.0.1:9/a" } } } }),
    say: /leaves the document/,
  },
  {
    what: "a reference to a path",
    kind: "asyncapi",
    text: '{"asyncapi":"3.0.0","info":{"title":"t","version":"1"},"channels":{"c":{"$ref":"../secret.json"}}}',
    say: /leaves the document/,
  },
  {
    what: "a reference to itself",
    kind: "json_schema",
    text: '{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}',
    say: /back to itself/,
  },
  { what: "a reference to nowhere", kind: "json_schema", text: '{"$ref":"#/$defs/a"}', say: /leads nowhere/ },
  { what: "a pattern that is none", kind: "json_schema", text: '{"pattern":"("}', say: /not a regular expression/ },
  {
    what: "deep GraphQL",
    kind: "graphql",
    text: `type Query { a: ${deep("[", "Int", "]")} }`,
    say: /nested too deeply|time or memory/,
  },
  { what: "endless GraphQL", kind: "graphql", text: `type Query { ${"a: Int ".repeat(60_000)} }`, say: /tokens/i },
  { what: "an operation as a schema", kind: "graphql", text: "type Query { a: Int } query { a }", say: /operation/ },
  { what: "deep Protocol Buffers", kind: "protobuf", text: deep("message M {", "", "}"), say: /levels/ },
  {
    what: "an import of a file",
    kind: "protobuf",
    text: 'syntax = "proto3"; import "/etc/passwd"; message M {}',
    say: /import|passwd/i,
  },
  {
    what: "an import from above",
    kind: "protobuf",
    text: 'syntax = "proto3"; import "../before/contract.proto"; message M {}',
    say: /import|contract/i,
  },
  {
    what: "a reference to a path",
    kind: "typescript",
    text: '/// <reference path="/etc/passwd" />\nexport interface A { x: number }',
    say: /passwd/,
  },
  {
    what: "an import of a file",
    kind: "typescript",
    text: 'export { A } from "../../package.json";',
    say: /Cannot find module/,
  },
  {
    what: "a type without end",
    kind: "typescript",
    text: "export type A<T> = { x: A<A<T>>['x'] }; export type B = A<1>['x'];",
    say: /\S/,
  },
  { what: "no data", kind: "asyncapi", text: "hello", say: /object/ },
];

describe("hostile text", () => {
  test.for(hostile.map((one) => [`${one.what} (${one.kind})`, one] as const))(
    "%s is refused with words",
    async ([, { kind, text, say }]) => {
      const checked = await checkContract(kind, text);
      if (!("problems" in checked)) throw new Error("it was taken");
      expect(checked.problems.map((problem) => problem.say).join(" ")).toMatch(say);
      for (const problem of checked.problems) expect(problem.say).toMatch(/^\S.*\.$/s);
    },
  );

  test("names that mean something to JavaScript are names like any other", async () => {
    const schema = (type: string) =>
      `{"type":"object","properties":{"__proto__":{"type":"${type}"},"constructor":{"type":"string"}}}`;
    expect(await fieldsOf("json_schema", schema("string"))).toEqual(["/__proto__", "/constructor"]);
    expect((await compareContracts("json_schema", schema("string"), schema("integer"))).change).toBe("breaking");
  });

  test("schemas that lead into each other without end are compared in bounded time, and never by guessing", async () => {
    const text = (leaf: string) =>
      JSON.stringify({
        $ref: "#/$defs/n0",
        $defs: Object.fromEntries(
          Array.from({ length: 60 }, (_, i) => [
            `n${i}`,
            {
              type: "object",
              anyOf: [
                { properties: { l: { $ref: `#/$defs/n${(i + 1) % 60}` } } },
                { properties: { r: { $ref: `#/$defs/n${(i * 7) % 60}` } } },
              ],
              properties: { leaf: { type: i === 59 ? leaf : "string" }, back: { $ref: "#/$defs/n0" } },
            },
          ]),
        ),
      });
    expect((await compareContracts("json_schema", text("string"), text("integer"))).change).not.toBe("compatible");
  });
});
