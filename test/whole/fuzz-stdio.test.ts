/** A client can send anything: the server answers with an error or not at all, writes nothing but messages, and lives on. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { temporaryRepository } from "../cli/command-line.ts";
import { bent, oddTexts, oddValue } from "../tools/generated-input.ts";
import { type Era, RawServer } from "./fuzz/raw-server.ts";
import { times, tried } from "./fuzz/tried.ts";

/** Something to say to a server, given a number that no other message has. */
type Saying = (server: RawServer, number: number) => string | Uint8Array;

const fixed = [
  ...["", " ", "\r", "\ufeff{}", "not json", "{", "[", '"', "null", "5", "{}", "[]", "[{}]", '"text"', "\u0000"],
  ...['{"jsonrpc":"1.0","id":1,"method":"ping"}', '{"id":1,"method":"ping"}', '{"jsonrpc":"2.0","id":1}'],
  ...['{"jsonrpc":"2.0","id":77,"result":{}}', '{"jsonrpc":"2.0","id":78,"error":{"code":1,"message":"no"}}'],
  ...['{"jsonrpc":"2.0","id":null,"method":"ping"}', '{"jsonrpc":"2.0","id":{},"method":"ping"}'],
  ...['{"jsonrpc":"2.0","id":1e400,"method":"ping"}', '{"jsonrpc":"2.0","method":"notifications/cancelled"}'],
  ...['{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"nobody"}}'],
  ...['{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}'],
  ...['[{"jsonrpc":"2.0","id":"b1","method":"ping"},{"jsonrpc":"2.0","id":"b2","method":"ping"}]'],
  ...['{"jsonrpc":"2.0","id":"p","method":"tools/call","params":{"__proto__":{"polluted":1}}}'],
  "[".repeat(50_000),
  `{"jsonrpc":"2.0","id":"deep","method":"tools/call","params":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
  `{"jsonrpc":"2.0","id":"far","method":"tools/call","params":{"name":"complete_node","arguments":${'{"a":'.repeat(30_000)}1${"}".repeat(30_000)}}}`,
  `{"jsonrpc":"2.0","id":"long","method":"${"x".repeat(1_000_000)}"}`,
];

const agent = "ann";
const requests: readonly (readonly [string, Record<string, unknown>])[] = [
  ["ping", {}],
  ["initialize", { protocolVersion: "1999-01-01", capabilities: {}, clientInfo: { name: "x", version: "1" } }],
  ["server/discover", {}],
  ["tools/list", { cursor: "x" }],
  ["tools/call", { name: "get_status", arguments: { view: "timeline", since: 0, agent } }],
  ["tools/call", { name: "submit_plan", arguments: { plan: { title: "T", nodes: [{ id: "a" }] }, dry_run: true } }],
  ["tools/call", { name: "complete_node", arguments: { agent, lease: "a/b/1.x", summary: "s", outputs: { x: [1] } } }],
  ["tools/call", { name: "share_knowledge", arguments: { agent, topic: "t", text: "x", paths: ["a"] } }],
  ["resources/list", {}],
  ["resources/read", { uri: "interlock://plan/x" }],
  ["resources/read", { uri: "interlock://node/%ff/%00" }],
  ["resources/subscribe", { uri: "interlock://status" }],
  ["prompts/list", {}],
  ["prompts/get", { name: "plan", arguments: { goal: "g" } }],
  ["completion/complete", { ref: { type: "ref/prompt", name: "plan" }, argument: { name: "goal", value: "" } }],
  ["logging/setLevel", { level: "debug" }],
  ["no/such", {}],
];

const saying: fc.Arbitrary<Saying> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...fixed).map((line) => () => line) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }).map((line) => () => line) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => () => bytes) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...requests),
        fc.constantFrom("whole", "cut", "bent", "bent"),
        fc.nat({ max: 99 }),
        oddValue,
      )
      .map(([[method, params], how, where, value]): Saying => {
        return (server, number) => {
          const message = server.request(number, method, params);
          if (how === "whole") server.owes.add(String(number));
          if (how === "cut") return JSON.stringify(message).slice(0, where + 1);
          return asJson(how === "bent" ? bent(message, where, value) : message);
        };
      }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...oddTexts).map(
      (uri): Saying =>
        (server, number) =>
          asJson(server.request(number, "resources/read", { uri })),
    ),
  },
);

test.each<Era>(["2025-11-25", "2026-07-28"])(
  "[M3] whatever a client of %s sends, the server answers what is sound once, and lives on",
  async (era) => {
    const { folder, git } = temporaryRepository({ "a.txt": "a\n" });
    const server = await RawServer.start(folder, era);
    try {
      // Beyond all ids that the fixed lines have.
      let number = 1_000;
      const all = fc.asyncProperty(fc.array(saying, { minLength: 20, maxLength: 20 }), async (sayings) => {
        for (const one of sayings) {
          number += 1;
          server.say(one(server, number));
        }
        await server.livesOn();
        expect(server.garbage).toEqual([]);
        expect(
          [...server.answered].filter(([id, count]) => count > 1 && Number(id) > 1_000 && Number(id) <= number),
        ).toEqual([]);
        expect(server.stderr).not.toMatch(/a call failed|failed beside|[Uu]nhandled|Cannot read|is not a function/);
      });
      await tried(all, 5);
      server.say(asJson(server.request("big", "tools/call", bigCall)));
      await server.livesOn();
      for (const [method, params] of requests.filter(([name]) => name.includes("/list")))
        await server.ask(`last ${method}`, method, { ...params, cursor: undefined });
      await server.paysUp();
      expect(await server.leave()).toEqual([0, null]);
      expect(git("status", "--porcelain")).toBe("");
    } finally {
      server.kill();
    }
  },
  60_000 * Math.max(2, times),
);

const bigCall = {
  name: "share_knowledge",
  arguments: { agent, topic: "t", text: "long ".repeat(2_000_000) },
};

/** As JSON, also what is too deep for JSON.stringify. */
function asJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return `{"jsonrpc":"2.0","id":"too deep","method":"ping","params":${"[".repeat(9_000)}${"]".repeat(9_000)}}`;
  }
}
