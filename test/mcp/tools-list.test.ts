import { describe, expect, test } from "vitest";
import { allTools, type Profile, toolsFor } from "../../src/tools/all-tools.ts";
import sizes from "../golden/tools-list-sizes.json" with { type: "json" };
import { connectInMemory } from "./in-memory.ts";

const profiles: readonly Profile[] = ["worker", "planner", "all"];

/** Tools that change nothing. */
const readOnly = ["get_status", "read_contract", "analyze_impact"];

describe("tools/list", () => {
  test.each(profiles)(
    "[M4] the %s profile stays within its budget, and is exactly as large as noted",
    async (profile) => {
      const { client, close } = await connectInMemory({ profile });
      const { tools } = await client.listTools();
      await close();
      const bytes = Buffer.byteLength(JSON.stringify({ tools }));
      expect(bytes).toBeLessThanOrEqual(profile === "worker" ? 12 * 1024 : 18 * 1024);
      expect({ profile, bytes }).toEqual({ profile, bytes: sizes[profile] });
      expect(JSON.stringify(tools)).not.toContain("$schema");
    },
  );

  test("[M4] the order is always the same, and the same as in the code", async () => {
    const { client, close } = await connectInMemory({ profile: "all" });
    const names = async () => (await client.listTools()).tools.map(({ name }) => name);
    expect(await names()).toEqual(allTools.map(({ name }) => name));
    expect(await names()).toEqual(await names());
    await close();
  });

  test("[M4] names are short and plain, and each description says what comes next or when to use it", () => {
    for (const { name, purpose } of allTools) {
      expect(name).toMatch(/^[a-z][a-z0-9_]{0,31}$/);
      expect(purpose.length).toBeGreaterThan(40);
    }
    expect(toolsFor("worker").map(({ name }) => name)).toEqual([
      "get_status",
      "request_next_node",
      "report_progress",
      "complete_node",
      "fail_node",
      "claim_resources",
      "release_resources",
      "share_knowledge",
      "track_assumption",
      "settle_assumption",
      "publish_contract",
      "read_contract",
      "report_conflict",
      "converge",
    ]);
  });

  test("only what changes nothing is marked as read-only, and only what changes something takes a request id", () => {
    for (const tool of allTools) {
      expect([tool.name, tool.readOnly]).toEqual([tool.name, readOnly.includes(tool.name)]);
      expect("request_id" in tool.input.shape).toBe(!tool.readOnly);
    }
  });
});
