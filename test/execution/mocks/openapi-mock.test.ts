import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { makeMock } from "../../../src/execution/mocks/make-mock.ts";
import type { Mock, MockAnswer } from "../../../src/execution/mocks/mock.ts";
import { alertsApi } from "./alerts-api.ts";

async function mockOf(text: string, seed = 1): Promise<Mock> {
  const mock = await makeMock("openapi", text, seed);
  if ("problems" in mock) throw new Error(JSON.stringify(mock));
  return mock;
}

const asked = (mock: Mock, method: string, url: string, body = "", headers: Record<string, string> = {}) => {
  const type: Record<string, string> = body === "" ? {} : { "content-type": "application/json" };
  return mock.answer({ method, url, headers: { ...type, ...headers }, body });
};
const read = ({ body }: MockAnswer) => JSON.parse(body);
const problems = (answer: MockAnswer) => (read(answer).problems ?? []).map(({ where }: { where: string }) => where);

const alert = new Ajv2020({ strict: false, validateFormats: false }).compile({
  type: "object",
  required: ["id", "score", "at"],
  additionalProperties: false,
  properties: {
    id: { type: "string" },
    score: { type: "number", exclusiveMinimum: 0, maximum: 1 },
    at: { type: "string" },
    status: { enum: ["open", "closed", null] },
    parent: { $ref: "#" },
  },
});

describe("a request that fits the contract", () => {
  test("[F2] is answered by what the contract describes, without what only travels the other way", async () => {
    const mock = await mockOf(alertsApi);
    const all = await asked(mock, "GET", "/alerts?limit=5");
    expect(all).toMatchObject({ status: 200, headers: { "content-type": "application/json" } });
    expect(Number(all.headers["x-total"])).toBeGreaterThanOrEqual(0);
    for (const one of read(all)) expect(alert(one) ? [] : alert.errors).toEqual([]);
    expect(read(all).length).toBeGreaterThan(0);
    expect(await asked(mock, "DELETE", "/alerts/1")).toEqual({ status: 204, headers: {}, body: "" });
    const note = await asked(mock, "GET", "/notes");
    expect([note.headers["content-type"], note.body.length > 0]).toEqual(["text/plain; charset=utf-8", true]);
  });

  test("[F1] is answered the same by every mock of the same text, and otherwise with another seed", async () => {
    const [one, other, third] = await Promise.all([mockOf(alertsApi), mockOf(alertsApi), mockOf(alertsApi, 2)]);
    for (const url of ["/alerts", "/alerts?limit=2", "/alerts/7"]) {
      const answer = await asked(one, "GET", url);
      expect(await asked(other, "GET", url)).toEqual(answer);
      expect(await asked(other, "GET", `/v1${url}`)).toEqual(answer);
      expect(await asked(third, "GET", url)).not.toEqual(answer);
    }
  });

  test("gets back the id that it asks for, and what it sends", async () => {
    const mock = await mockOf(alertsApi);
    expect(read(await asked(mock, "GET", "/alerts/42"))).toMatchObject({ id: "42" });
    const sent = { score: 0.25, at: "2026-01-01T00:00:00Z", secret: "x" };
    const made = await asked(mock, "POST", "/alerts", JSON.stringify(sent));
    expect([made.status, read(made).score, "secret" in read(made)]).toEqual([201, 0.25, false]);
  });

  test("may wish for another answer, and for an example", async () => {
    const mock = await mockOf(alertsApi);
    const wished = (prefer: string) => asked(mock, "GET", "/alerts/1", "", { prefer });
    expect(await wished("code=404")).toMatchObject({ status: 404, body: expect.stringContaining("It is gone") });
    expect((await wished("code=404, example=other")).body).toContain("Another reason");
    expect((await wished("code=404, example=no")).status).toBe(400);
    expect(read(await wished("code=500")).error).toContain("200, 404");
    expect((await asked(mock, "GET", "/alerts/1", "", { accept: "text/html" })).status).toBe(406);
  });
});

describe("a request that does not fit the contract", () => {
  test.each([
    ["GET", "/nothing", "", 404, []],
    ["PUT", "/alerts", "{}", 405, []],
    ["GET", "/alerts?limit=0", "", 400, ["/query/limit"]],
    ["GET", "/alerts?limit=x", "", 400, ["/query/limit"]],
    ["GET", "/alerts?page=2", "", 400, ["/query"]],
    ["GET", "/alerts/A_B", "", 400, ["/path/id"]],
    ["POST", "/alerts", "", 400, []],
    ["POST", "/alerts", "{", 400, []],
    ["POST", "/alerts", '{"at":"x"}', 422, ["/body"]],
    ["POST", "/alerts", '{"at":1,"score":0,"more":1}', 422, ["/body", "/body/score", "/body/at"]],
  ])("[F2] %s %s %s is refused with %i, and what is wrong is named", async (method, url, body, status, where) => {
    const answer = await asked(await mockOf(alertsApi), method, url, body);
    expect([answer.status, problems(answer).sort()]).toEqual([status, [...where].sort()]);
    expect(read(answer).error).toBeTruthy();
  });

  test("names the methods and media types that there are", async () => {
    const mock = await mockOf(alertsApi);
    expect((await asked(mock, "PUT", "/alerts")).headers["allow"]).toBe("GET, POST");
    const xml = await asked(mock, "POST", "/alerts", "<a/>", { "content-type": "text/xml" });
    expect([xml.status, read(xml).error]).toEqual([415, expect.stringContaining("application/json")]);
  });
});

test("[F2] an example in the contract is only given out if it fits", async () => {
  const api = (example: string) => `
openapi: 3.1.0
info: {title: t, version: "1"}
paths: {/a: {get: {responses: {"200": {description: d, content: {application/json: {schema: {type: integer}, example: ${example}}}}}}}}`;
  expect(read(await asked(await mockOf(api("77")), "GET", "/a"))).toBe(77);
  expect(read(await asked(await mockOf(api('"no number"')), "GET", "/a"))).toEqual(expect.any(Number));
});
