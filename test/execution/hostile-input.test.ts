/** What came in once and did harm to others: found by generated input, kept so that it is never taken again. */
import { expect, test } from "vitest";
import { callOf, workspaceFixture } from "./workspace-fixture.ts";

test("knowledge about a path that cannot be is refused, so that nobody's context breaks on it", async () => {
  const it = await workspaceFixture({ "a.txt": "a\n" });
  await it.plan([{ id: "one", writes: ["a.txt"] }]);
  const knowledge = { topic: "t", text: "x", paths: ["a\nb"] };
  const answer = await it.execution.shareKnowledge("ann", undefined, knowledge, callOf("share_knowledge"));
  expect(answer).toMatchObject({ refused: "bad_pattern", pattern: "a\nb" });
  expect(await it.take("ann")).toMatchObject({ node: { id: "one" } });
  expect(it.faults).toEqual([]);
});
