/** What looks cost, with slots and merges that only count. */
import { describe, expect, test } from "vitest";
import type { WorkspaceCommand } from "../../../src/core/command.ts";
import { perform } from "../../../src/core/perform.ts";
import type { Hands } from "../../../src/execution/hands.ts";
import { Allowance, reserveMs } from "../../../src/execution/radar/allowance.ts";
import { Radar } from "../../../src/execution/radar/radar.ts";
import { plan, work } from "../../core/plans.ts";
import { given, request, type Scenario } from "../../core/scenario.ts";

describe("[R4] the radar", () => {
  test("takes a twentieth of one core in the long run, however long a look takes", () => {
    for (const spent of [1, 30, 400, 9_000]) {
      const allowance = new Allowance();
      let now = 0;
      const looks = 1_000;
      for (let look = 0; look < looks; look += 1) now += spent + allowance.restAfter(spent, now + spent);
      expect((looks * spent - reserveMs) / now, `looks of ${spent} ms`).toBeLessThanOrEqual(0.05);
    }
  });

  test("may take more for a moment, so that nobody learns late of a clash when much happens at once", () => {
    const allowance = new Allowance();
    expect([300, 300, 300].map((spent, look) => allowance.restAfter(spent, look * 800))).toEqual([500, 500, 500]);
  });

  test("asks nothing of anybody while one agent works alone", async () => {
    const it = counting(1);
    it.write("a", "x.ts");
    await it.look(3);
    expect(it.done).toEqual([]);
  });

  test("looks at file times only while nobody, or one of two alone, has changed something", async () => {
    const it = counting(2);
    await it.look(2);
    it.write("a", "x.ts");
    await it.look(3);
    expect(new Set(it.done)).toEqual(new Set(["mark a", "mark b"]));
  });

  test("reads both once they have come to rest, merges nothing where no path is shared, and reads nothing again", async () => {
    const it = counting(2);
    it.write("a", "x.ts");
    it.write("b", "y.ts");
    await it.look(1);
    expect(it.without("mark")).toEqual([]);
    await it.look(5);
    expect(it.without("mark")).toEqual(["read a", "read b"]);
  });

  test("merges two that share a path once, and again when one of them goes on", async () => {
    const it = counting(2);
    it.write("a", "x.ts");
    it.write("b", "x.ts");
    await it.look(4);
    expect(it.without("mark")).toEqual(["read a", "read b", "merge"]);
    it.write("b", "x.ts", "z.ts");
    await it.look(4);
    expect(it.without("mark")).toEqual(["read a", "read b", "merge", "read b", "merge"]);
  });

  test("of twenty agents merges only those that share a path", async () => {
    const it = counting(20);
    for (const [i, node] of it.nodes.entries()) it.write(node, i < 2 ? "shared.ts" : `${node}.ts`);
    await it.look(4);
    expect(it.done.filter((one) => one === "merge")).toHaveLength(1);
  });

  test("reads a slot that is written to without a pause once a second has gone by", async () => {
    const it = counting(2);
    it.write("a", "x.ts");
    for (let time = 0; time < 4; time += 1) {
      it.write("b", "x.ts", `${time}.ts`);
      await it.look(1);
    }
    expect(it.without("mark")).toContain("read b");
  });

  test("goes on with others where a slot cannot be read", async () => {
    const it = counting(3);
    for (const node of it.nodes) it.write(node, "x.ts");
    it.broken.add("a");
    await it.look(4);
    expect(it.without("mark")).toEqual(["read a", "read b", "read c", "merge"]);
  });
});

/** Agents of one node each, whose slots and merges note what is asked of them. */
function counting(agents: number) {
  const nodes = [..."abcdefghijklmnopqrstuvwxyz"].slice(0, agents);
  const s: Scenario = given(
    {
      type: "SubmitPlan",
      plan: plan(
        "p",
        nodes.map((id) => work(id)),
        { policy },
      ),
    },
    ...nodes.map((id) => request(`agent-${id}`)),
  );
  const slots = new Map<string, string>();
  for (const id of nodes) {
    const { state } = s.node(id);
    const slot = state.is === "leased" ? state.attempt.slot : "";
    slots.set(slot, id);
    s.and({ type: "ReportSlot", plan: "p", node: id, attempt: 1, slot });
  }
  const done: string[] = [];
  const broken = new Set<string>();
  const written = new Map<string, readonly string[]>();
  const times = new Map<string, number>();
  let now = 0;
  const execute = async (command: WorkspaceCommand) => perform(s.workspace, command, now);
  const hands = {
    clock: { now: () => now, steady: () => now },
    manager: {
      workspace: s.workspace,
      execute,
      stream: "w",
      log: { readCell: async () => undefined, swapCell: async () => true },
    },
    git: { ask: async () => "commit" },
    merge: async () => {
      done.push("merge");
      return { clean: true, tree: "t" };
    },
    slots: {
      glanceAt: ({ name }: { readonly name: string }) => {
        const node = slots.get(name) ?? "";
        return {
          mark: async () => {
            done.push(`mark ${node}`);
            return { text: String(times.get(node) ?? 0), untouched: !written.has(node) };
          },
          read: async () => {
            done.push(`read ${node}`);
            if (broken.has(node)) throw new Error("cannot be read");
            const changes = (written.get(node) ?? []).map((path) => ({ path, status: "M" }));
            return { tree: `${node} at ${times.get(node)}`, changes, skipped: 0 };
          },
          close: async () => undefined,
        };
      },
    },
  };
  const radar = new Radar(hands as unknown as Hands);
  return {
    nodes,
    done,
    broken,
    without: (what: string) => done.filter((one) => !one.startsWith(what)),
    write: (node: string, ...paths: readonly string[]) => {
      written.set(node, paths);
      times.set(node, (times.get(node) ?? 0) + 1);
    },
    look: async (times: number) => {
      for (let time = 0; time < times; time += 1) {
        now += 500;
        await radar.look();
      }
    },
  };
}

const policy = { mode: "parallel", maxParallel: 30, scope: "auto", onFailure: "continue" } as const;
