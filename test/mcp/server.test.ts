import { pathToFileURL } from "node:url";
import type { Progress } from "@modelcontextprotocol/client";
import { describe, expect, test } from "vitest";
import type { CallContext } from "../../src/execution/answers.ts";
import { completeNode } from "../../src/tools/complete-node.ts";
import { reportProgress } from "../../src/tools/report-progress.ts";
import { requestNextNode } from "../../src/tools/request-next-node.ts";
import { node, Played, plan } from "../tools/played.ts";
import { expectValidReply } from "../tools/valid-reply.ts";
import { connectInMemory } from "./in-memory.ts";

const idle = { status: "none", reason: "no_plan", waiting: {}, retryAfterSeconds: 5 } as const;

describe("a call", () => {
  test("[M1] is answered with facts, and with the same facts as text", async () => {
    const { client, close } = await connectInMemory({
      hands: { completeNode: async () => ({ status: "landed", commit: "abc", integrationBranch: "interlock/shop" }) },
    });
    const result = await client.callTool({
      name: "complete_node",
      arguments: { agent: "ann", lease: "l", summary: "s" },
    });
    await close();
    expectValidReply(completeNode, result.structuredContent as never);
    expect(result.isError).toBeUndefined();
    expect(result.content).toEqual([
      {
        type: "text",
        text: "Your node landed. Take the next one.\nstatus: landed\ncommit: abc\nintegration_branch: interlock/shop\nnext: request_next_node",
      },
    ]);
  });

  test("points only to tools that the client has", async () => {
    for (const [profile, next] of [
      ["worker", []],
      ["planner", ["submit_plan"]],
    ] as const) {
      const { client, close } = await connectInMemory({ profile });
      const result = await client.callTool({ name: "get_status", arguments: {} });
      await close();
      expect(result.structuredContent).toMatchObject({ next });
    }
  });

  test("[M2] with invalid input is answered by us, not by the SDK", async () => {
    const { client, close } = await connectInMemory({});
    const result = await client.callTool({ name: "report_progress", arguments: { agent: 5, colour: "red" } });
    await close();
    expect(result.isError).toBe(true);
    expectValidReply(reportProgress, result.structuredContent as never);
    expect(result.structuredContent).toMatchObject({
      refused: "invalid_input",
      problems: [{ path: "agent" }, { path: "lease" }, { path: "colour" }],
    });
  });

  test("without arguments is invalid input too", async () => {
    const { client, close } = await connectInMemory({});
    const result = await client.callTool({ name: "report_progress" });
    await close();
    expect(result.structuredContent).toMatchObject({ refused: "invalid_input" });
  });

  test("[M5] waits no longer than the client would, by its name", async () => {
    const waits: Record<string, number> = {};
    for (const clientName of ["somebody", "claude-code", "codex-mcp-client", "gemini-cli-mcp-client"]) {
      const { client, close } = await connectInMemory({
        clientName,
        hands: {
          requestNextNode: async ({ waitMs }) => {
            waits[clientName] = waitMs;
            return idle;
          },
        },
      });
      await client.callTool({ name: "request_next_node", arguments: { agent: "ann", wait_seconds: 100_000 } });
      await close();
    }
    expect(waits).toEqual({
      somebody: 50_000,
      "claude-code": 110_000,
      "codex-mcp-client": 240_000,
      "gemini-cli-mcp-client": 540_000,
    });
  });

  test("tells a client that asks for it that it waits, from the start", async () => {
    const notes: Progress[] = [];
    let toldSo = () => {};
    const told = new Promise<void>((resolve) => {
      toldSo = resolve;
    });
    const { client, close } = await connectInMemory({
      hands: { requestNextNode: () => told.then(() => idle) },
    });
    const result = await client.callTool(
      { name: "request_next_node", arguments: { agent: "ann" } },
      {
        onprogress: (note) => {
          notes.push(note);
          toldSo();
        },
      },
    );
    await close();
    expectValidReply(requestNextNode, result.structuredContent as never);
    expect(notes).toMatchObject([{ progress: 1, message: "Waiting." }]);
  });

  test("[M6] that is cancelled ends its wait at once", async () => {
    const cancelling = new AbortController();
    const ended = new Promise<string>((resolve) => {
      const waiting = (_: unknown, { signal }: CallContext) =>
        new Promise<typeof idle>((answer) => {
          signal.addEventListener("abort", () => {
            resolve("ended");
            answer(idle);
          });
          cancelling.abort();
        });
      void connectInMemory({ hands: { requestNextNode: waiting } }).then(async ({ client, close }) => {
        const call = client.callTool(
          { name: "request_next_node", arguments: { agent: "ann" } },
          { signal: cancelling.signal },
        );
        await call.catch(() => undefined);
        await close();
      });
    });
    await expect(ended).resolves.toBe("ended");
  });

  test("[M3] that hits a fault shows a reference and no trace", async () => {
    const { client, close } = await connectInMemory({
      hands: { reportProgress: () => Promise.reject(new Error("boom")) },
    });
    const result = await client.callTool({ name: "report_progress", arguments: { agent: "ann", lease: "l" } });
    await close();
    expect(JSON.stringify(result)).not.toMatch(/boom|\.ts:/);
    expect(result.structuredContent).toMatchObject({ refused: "internal_error" });
  });
});

describe("the server", () => {
  test("says what it is for in a first sentence that stands alone", async () => {
    const { client, close } = await connectInMemory({});
    const [first = ""] = (client.getInstructions() ?? "").split("\n");
    expect(client.getServerVersion()).toMatchObject({ name: "interlock", version: "1.2.3" });
    await close();
    for (const word of ["request_next_node", "worktree", "complete_node"]) expect(first).toContain(word);
  });

  test("lists its tools without a repository, and each call says where it looked", async () => {
    const { client, close } = await connectInMemory({ open: async (looked) => ({ refused: "no_repository", looked }) });
    expect((await client.listTools()).tools.length).toBeGreaterThan(0);
    const result = await client.callTool({ name: "get_status", arguments: {} });
    await close();
    expect(result.structuredContent).toMatchObject({ refused: "no_repository", looked: ["/nowhere"] });
  });

  test("looks for the repository where each call says, before its own folder", async () => {
    const seen: (readonly string[])[] = [];
    const { client, close } = await connectInMemory({
      open: async (looked) => {
        seen.push(looked);
        return { refused: "no_repository", looked };
      },
    });
    expect(client.getServerCapabilities()?.experimental).toEqual({ "codex/sandbox-state": {} });
    await client.callTool({
      name: "get_status",
      arguments: {},
      _meta: {
        "codex/sandbox-state": { sandboxCwd: pathToFileURL("/sand box").href },
        "x-codex-turn-metadata": JSON.stringify({ workspaces: { "/turn": {} } }),
      },
    });
    await close();
    expect(seen).toEqual([["/sand box", "/turn", "/nowhere"]]);
  });

  test("[M3] unknown tools and malformed requests get protocol errors and nothing else", async () => {
    const { client, close } = await connectInMemory({});
    await expect(client.callTool({ name: "rm_rf", arguments: {} })).rejects.toMatchObject({ code: -32602 });
    await close();
  });
});

describe("resources and prompts", () => {
  test("the status and the schemas can be read", async () => {
    const { client, close } = await connectInMemory({});
    const uris = (await client.listResources()).resources.map(({ uri }) => uri);
    expect(uris).toEqual([
      "interlock://status",
      "interlock://schema/plan",
      "interlock://schema/config",
      "interlock://schema/replies",
    ]);
    for (const uri of uris) {
      const { contents } = await client.readResource({ uri });
      const [content] = contents;
      expect(JSON.parse(content && "text" in content ? content.text : "")).toBeTypeOf("object");
    }
    const templates = (await client.listResourceTemplates()).resourceTemplates.map(({ uriTemplate }) => uriTemplate);
    expect(templates).toEqual([
      "interlock://plan/{id}",
      "interlock://node/{plan}/{id}",
      "interlock://timeline/{plan}",
      "interlock://contract/{name}",
    ]);
    await expect(client.readResource({ uri: "interlock://contract/none" })).rejects.toMatchObject({ code: -32602 });
    await expect(client.readResource({ uri: "interlock://plan/nowhere" })).rejects.toMatchObject({ code: -32602 });
    await close();
  });

  test("the prompts are texts for people's slash commands", async () => {
    const { client, close } = await connectInMemory({});
    expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual([
      "plan",
      "work",
      "converge",
      "status",
    ]);
    expect((await client.getPrompt({ name: "work" })).messages).toHaveLength(1);
    expect((await client.getPrompt({ name: "status" })).messages).toHaveLength(1);
    await close();
  });
});

describe("the prompt for a plan", () => {
  const textOf = async (hands: Parameters<typeof connectInMemory>[0]["hands"]) => {
    const { client, close } = await connectInMemory(hands ? { hands } : {});
    const { messages } = await client.getPrompt({ name: "plan", arguments: { goal: "Sell shoes" } });
    await close();
    const content = messages[0]?.content;
    return content?.type === "text" ? content.text : "";
  };

  test("has the goal, the form of a plan, and what is known of the repository", async () => {
    const facts = { target: "main", files: 3, folders: [{ path: "src", files: 2 }], contracts: [], plans: [] };
    const gates = [{ name: "test", isDefault: true }];
    const text = await textOf({ repositoryFacts: async () => ({ ...facts, gates }) });
    expect(text).toContain("Sell shoes");
    expect(text).toContain('"depends_on"');
    expect(text).toContain("A plan lands on main.\n- Gates: test (default).\n- Files: 3; by folder: src/ 2.");
  });

  test("does without the facts where the repository cannot be read", async () => {
    const text = await textOf({ repositoryFacts: () => Promise.reject(new Error("gone")) });
    expect(text).toContain("Sell shoes");
    expect(text).not.toContain("What is known of the repository");
  });
});

test("a client hears of the resources that it subscribed to, and of no others", async () => {
  const played = new Played().does({ type: "SubmitPlan", plan: plan("shop", [node("a")]) });
  const heard: string[] = [];
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let hear = () => {};
  const told = new Promise<void>((resolve) => {
    hear = resolve;
  });
  const { client, close } = await connectInMemory({
    hands: played.hands({
      follow: async function* (after) {
        await begun;
        played.takes("ann");
        for (const recorded of played.log) if (recorded.position > after) yield recorded;
      },
    }),
  });
  client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
    heard.push(params.uri);
    if (heard.length === 2) hear();
  });
  await client.subscribeResource({ uri: "interlock://plan/other" });
  await client.subscribeResource({ uri: "interlock://plan/shop" });
  await client.subscribeResource({ uri: "interlock://node/shop/a" });
  begin();
  await told;
  expect(heard.sort()).toEqual(["interlock://node/shop/a", "interlock://plan/shop"]);
  await client.unsubscribeResource({ uri: "interlock://plan/shop" });
  await close();
});

test("the client's roots are asked for once, and count before the working directory", async () => {
  const seen: (readonly string[])[] = [];
  const { client, close } = await connectInMemory({
    roots: [{ uri: pathToFileURL("/project").href }],
    open: async (looked) => {
      seen.push(looked);
      return { refused: "no_repository", looked };
    },
  });
  await client.callTool({ name: "get_status", arguments: {} });
  await client.callTool({ name: "get_status", arguments: {} });
  await close();
  expect(seen).toEqual([
    ["/project", "/nowhere"],
    ["/project", "/nowhere"],
  ]);
});
