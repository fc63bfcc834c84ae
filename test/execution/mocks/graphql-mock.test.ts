import { describe, expect, test } from "vitest";
import { makeMock } from "../../../src/execution/mocks/make-mock.ts";
import type { Mock } from "../../../src/execution/mocks/mock.ts";

const schema = `
type Query { alert(id: ID!): Alert!  all: [Alert!]!  any: [Thing!]!  count: Int! }
type Mutation { close(id: ID!): Alert! }
type Subscription { opened: Alert! }
interface Thing { id: ID! }
type Alert implements Thing { id: ID!  score: Float!  kind: Kind!  at: DateTime!  next: Alert  open: Boolean! }
type Rule implements Thing { id: ID!  text: String! }
enum Kind { CARD LOGIN }
scalar DateTime`;

async function mockOf(seed = 1): Promise<Mock> {
  const mock = await makeMock("graphql", schema, seed);
  if ("problems" in mock) throw new Error(JSON.stringify(mock));
  return mock;
}

async function asked(mock: Mock, query: string, variables?: object) {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ query, variables });
  const { status, body: text } = await mock.answer({ method: "POST", url: "/graphql", headers, body });
  return { status, ...(JSON.parse(text) as { data?: unknown; errors?: { message: string }[]; error?: string }) };
}

const everything = "{ all { id score kind at open next { id } } any { __typename id ... on Rule { text } } count }";

describe("a GraphQL mock", () => {
  test("[F1] answers queries by the schema, the same in every mock of the same text", async () => {
    const answer = await asked(await mockOf(), everything);
    expect(answer).toMatchObject({ status: 200, data: { count: expect.any(Number) } });
    expect(answer.errors).toBeUndefined();
    expect(await asked(await mockOf(), everything)).toEqual(answer);
    expect(await asked(await mockOf(2), everything)).not.toEqual(answer);
  });

  test("gives back what it is asked by", async () => {
    const query = "query($id: ID!) { alert(id: $id) { id } }";
    expect(await asked(await mockOf(), query, { id: "42" })).toMatchObject({ data: { alert: { id: "42" } } });
  });

  test.each([
    ["{ nothing }", 400, /Cannot query field "nothing"/],
    ["{ alert { id } }", 400, /argument "id"/],
    ["{", 400, /Syntax Error/],
    ["subscription { opened { id } }", 400, /subscriptions/],
    ["query($id: ID!) { alert(id: $id) { id } }", 400, /\$id/],
  ])("refuses %s and says why", async (query, status, say) => {
    const answer = await asked(await mockOf(), query);
    expect([answer.status, answer.error ?? answer.errors?.[0]?.message]).toEqual([status, expect.stringMatching(say)]);
  });

  test("takes queries by GET, mutations by POST only", async () => {
    const mock = await mockOf();
    const get = (query: string) =>
      mock.answer({ method: "GET", url: `/graphql?query=${encodeURIComponent(query)}`, headers: {}, body: "" });
    expect((await get("{ count }")).status).toBe(200);
    expect((await get('mutation { close(id: "1") { id } }')).status).toBe(405);
    expect((await asked(mock, 'mutation { close(id: "1") { id } }')).status).toBe(200);
    expect((await mock.answer({ method: "GET", url: "/elsewhere", headers: {}, body: "" })).status).toBe(404);
  });
});
