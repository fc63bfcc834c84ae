import { expect, test } from "vitest";
import {
  checkContract,
  compareContracts,
  fieldsOf,
  lackingFields,
} from "../../../src/execution/contracts/contracts.ts";
import { wholeContracts } from "./whole-contracts.ts";

const alert =
  "{type: object, properties: {alert: {type: object, properties: {score: {type: number}}}, items: {type: array, items: {type: object, properties: {id: {type: string}}}}}}";

test("a contract is checked and compared by a process of its own", async () => {
  expect(await checkContract("json_schema", alert)).toEqual({ ok: true });
  expect(await compareContracts("json_schema", "{type: string}", "{type: integer}")).toEqual({
    change: "breaking",
    findings: [{ change: "breaking", rule: "schema-type-changed", where: "", say: expect.any(String) }],
  });
});

test("a finding says where it is", async () => {
  const whole = (type: string) =>
    wholeContracts.openapi(
      `response {type: object, properties: {items: {type: array, items: {type: object, properties: {id: {type: ${type}}}}}}}`,
    );
  const { findings } = await compareContracts("openapi", whole("string"), whole("integer"));
  expect(findings.map(({ rule, where }) => `${rule} at ${where}`)).toEqual([
    "response-property-type-changed at POST /x 200 /items/*/id",
  ]);
});

test("fields are found by name, by a pointer into a message and by one into the document", async () => {
  const asked = [
    "score",
    "/alert/score",
    "/items/0/id",
    "/items/*/id",
    "/properties/alert",
    "missing",
    "/score",
    "/items/id",
  ];
  expect(await lackingFields("json_schema", alert, asked)).toEqual(["missing", "/score", "/items/id"]);
  expect(await lackingFields("openapi", wholeContracts.openapi(`response ${alert}`), asked.slice(0, 4))).toEqual([]);
});

test("every format names its fields", async () => {
  expect(await fieldsOf("graphql", "type Query { a: B } type B { c: Int }")).toEqual(["/Query/a", "/B/c"]);
  expect(
    await fieldsOf("protobuf", wholeContracts.protobuf("message M { string a_b = 1; message N { int32 c = 1; } }")),
  ).toEqual(["/p.M/a_b", "/p.M/aB", "/p.M.N/c"]);
  expect(await fieldsOf("typescript", "export interface A { x: { y: number }[]; m(z: string): void }")).toEqual([
    "/A/x",
    "/A/x/*/y",
    "/A/m",
  ]);
  expect(await fieldsOf("asyncapi", wholeContracts.asyncapi(`send ${alert}`))).toContain("/alert/score");
});
