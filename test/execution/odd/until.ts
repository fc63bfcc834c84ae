import type { Node } from "../../../src/core/node/node.ts";
import { callOf, type WorkspaceFixture } from "../workspace-fixture.ts";

/** Looks again and again until there is something; never by the clock alone. */
export async function eventually<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (let tries = 0; tries < 600; tries += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("it never happened");
}

export async function stateOf(it: WorkspaceFixture, plan: string, node: string): Promise<Node | undefined> {
  return (await it.execution.workspace()).plans.get(plan)?.nodes.get(node);
}

/** Waits until every slot is free, in use, or put aside. */
export async function slotsSettle({ execution }: WorkspaceFixture): Promise<void> {
  await eventually(async () =>
    [...(await execution.workspace()).slots.byName.values()].every(({ is }) => is !== "retiring") ? true : undefined,
  );
}

export async function cancelOf({ execution }: WorkspaceFixture, plan: string, node: string): Promise<void> {
  const nothing = { add: [], draft: { nodes: [] }, problems: [], change: [], retry: [] };
  const revision = { ...nothing, plan, cancel: [node], pause: false, resume: false, finish: false };
  const answer = await execution.revisePlan(revision, callOf("revise_plan"));
  if ("refused" in answer) throw new Error(JSON.stringify(answer));
}
