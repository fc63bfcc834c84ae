import type { ContractFile } from "../../config/config.ts";
import { escapePath } from "../../core/pattern/literal.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { Hands } from "../hands.ts";
import type { Place } from "../impact/walk.ts";

/** Where artifacts are in the tree: by what was recorded of them, and contracts by the config of the plan's target too. */
export async function placesOf(hands: Hands, plan: Plan | undefined): Promise<readonly Place[]> {
  const recorded = [...hands.manager.workspace.speculation.artifacts.values()].flatMap(({ kind, id, path }) =>
    path === undefined ? [] : [{ thing: { kind, id }, patterns: [path] }],
  );
  const kept = (await contractFilesOn(hands, plan?.header.target ?? "HEAD")).map(({ name, path }) => ({
    thing: { kind: "contract", id: name },
    patterns: [escapePath(path)],
  }));
  return [...recorded, ...kept];
}

/** The contracts that are files, by the config on a branch; none where that cannot be read. */
export async function contractFilesOn(hands: Hands, branch: string): Promise<readonly ContractFile[]> {
  const found = await hands.configOn(branch);
  return "problems" in found ? [] : found.config.contracts;
}
