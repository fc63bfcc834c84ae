import type { WorkspaceCommand } from "../../../src/core/command.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import type { Priority } from "../../../src/core/plan/spec.ts";
import { work } from "../plans.ts";
import { type Move, patternAt, pick } from "./move.ts";

/** Something that a planner changes about a plan. */
export function revision(of: Plan, { a, b, c }: Move): WorkspaceCommand {
  const nothing = {
    type: "RevisePlan",
    plan: of.id,
    add: [],
    change: [],
    cancel: [],
    retry: [],
    pause: false,
    resume: false,
    finish: false,
  } as const;
  const node = pick([...of.nodes.values()], b);
  const id = node?.id ?? "";
  const stopped = [...of.nodes.values()].filter(({ state }) => state.is === "failed" || state.is === "cancelled");
  switch (a % 10) {
    case 0:
      return {
        ...nothing,
        add: [
          work(`x${of.nodes.size}`, {
            dependsOn: c % 2 ? [id] : [],
            writes: [patternAt(c)],
            gates: c % 3 ? [] : ["test"],
          }),
        ],
      };
    case 1:
      return { ...nothing, change: [{ id, fields: { priority: (c % 4) as Priority, title: "New" } }] };
    case 2:
      return {
        ...nothing,
        change: [{ id, fields: { writes: [patternAt(c)], edits: [], uses: c % 2 ? ["build"] : [] } }],
      };
    case 3: {
      const other = pick([...of.nodes.keys()], c);
      return { ...nothing, change: [{ id, fields: { dependsOn: other && other !== id ? [other] : [] } }] };
    }
    case 4:
      return { ...nothing, cancel: c % 4 === 0 ? [id] : [] };
    case 5:
      return { ...nothing, retry: stopped.map((one) => one.id) };
    case 6:
      return { ...nothing, pause: c % 2 === 0, resume: c % 2 === 1 };
    case 7:
      return { ...nothing, flags: { extra: c % 2 === 0 } };
    case 8: {
      // The tools let no gate be expected both to pass and to fail.
      const gates = c % 2 === 1 && !node?.spec.redGates?.includes("lint") ? ["lint"] : [];
      return { ...nothing, change: [{ id, fields: { gates, requires: c % 3 ? [] : ["ui"] } }] };
    }
    default:
      return { ...nothing, finish: c % 2 === 0, cancel: c % 8 === 0 ? [...of.nodes.keys()] : [] };
  }
}
