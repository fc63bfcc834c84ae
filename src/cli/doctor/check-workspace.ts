import { relative } from "node:path";
import { isOpen } from "../../core/plan/plan.ts";
import { listRefs } from "../../execution/git/refs.ts";
import { createGit, type Git } from "../../execution/git/runner.ts";
import { listWorktrees } from "../../execution/git/worktree-list.ts";
import { durationText } from "../duration-text.ts";
import type { OpenWorkspace } from "../open-workspace.ts";
import { quarantinedSlots } from "../status/quarantined-slots.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** A clock this far behind what the log has seen was set back, in milliseconds. */
const clockBack = 120_000;

/** What the log says, compared with what is there. */
export async function checkWorkspace({ execution, repository }: OpenWorkspace): Promise<readonly Finding[]> {
  const workspace = await execution.workspace();
  const git = createGit({ gitDir: repository.commonDir });
  const back = workspace.now - Date.now();
  const open = [...workspace.plans.values()].filter(isOpen);
  const steward = await execution.stewardIsThere();
  return [
    ok("store", `the store can be opened and written; it holds ${workspace.position} events`),
    ...(await checkBranches(git, new Set(workspace.plans.keys()))),
    ...open.flatMap((plan): readonly Finding[] =>
      plan.status.is === "paused"
        ? [
            warn(
              "plan",
              `${plan.id} is paused (${plan.status.why.replaceAll("_", " ")})`,
              `See: interlock why --plan ${plan.id}`,
            ),
          ]
        : [],
    ),
    ...quarantinedSlots(workspace, {}).map(({ slot, why }) =>
      warn(
        "worktree",
        `${slot} was put aside: ${why}`,
        "Look into it, then: interlock gc (what is in it is kept on a ref)",
      ),
    ),
    ...(await checkLeftovers(git, repository.mainRoot ?? repository.root, new Set(workspace.slots.byName.keys()))),
    steward || open.length === 0
      ? ok(
          "steward",
          steward ? "a process is running that checks and lands work" : "nothing is under way that needs one",
        )
      : warn("steward", "no process is running that checks and lands work", "Connect an agent, or: interlock run"),
    back > clockBack
      ? warn(
          "clock",
          `the clock is ${durationText(back)} behind the log`,
          "Set the clock; leases do not run out meanwhile.",
        )
      : ok("clock", "the clock agrees with the log"),
  ];
}

/** Branches of the user that have names which only integration branches may have. */
async function checkBranches(git: Git, plans: ReadonlySet<string>): Promise<readonly Finding[]> {
  const refs = await listRefs(git, ["refs/heads/interlock"]);
  const names = refs.map(({ name }) => name.replace("refs/heads/", ""));
  if (names.includes("interlock"))
    return [
      fail(
        "branches",
        "a branch is called interlock, so no plan can have a branch interlock/<plan>",
        "Rename it: git branch -m interlock <other name>",
      ),
    ];
  const strange = names.filter((name) => !plans.has(name.slice("interlock/".length)));
  if (strange.length === 0) return [ok("branches", "no branch is in the way of a plan's")];
  const list = strange.slice(0, 5).join(", ");
  return [
    warn(
      "branches",
      `${list}${strange.length > 5 ? ", …" : ""}: no plan of this store has such a branch, and a plan with this id would be refused`,
      "Rename or delete what you do not need.",
    ),
  ];
}

/** Worktrees in our folder that the log does not know: of a store that is gone, or of a crash. */
async function checkLeftovers(git: Git, root: string, known: ReadonlySet<string>): Promise<readonly Finding[]> {
  const all = await listWorktrees(git);
  const strange = all.filter(({ path }) => {
    const inside = relative(root, path).split(/[\\/]/);
    return inside[0] === ".interlock" && inside[1] === "worktrees" && !known.has(inside[2] ?? "");
  });
  return strange.map(({ path }) =>
    warn("worktree", `${path} is not known to the store`, `If nobody needs it: git worktree remove --force ${path}`),
  );
}
