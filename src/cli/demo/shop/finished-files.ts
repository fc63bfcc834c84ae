import { changed, isChange } from "./change.ts";
import { firstFiles } from "./first-files.ts";
import { shopNodes, shopPlanYaml } from "./shop-plan.ts";

/** All that the first commit holds. */
export function committedFiles(): Readonly<Record<string, string>> {
  return { ...firstFiles, "plan.yaml": shopPlanYaml() };
}

/** What the repository must hold when every node has landed, worked out without agents, git or Interlock. */
export function finishedFiles(): Readonly<Record<string, string>> {
  const files: Record<string, string> = { ...committedFiles() };
  for (const change of shopNodes.flatMap(({ steps }) => steps.filter(isChange)))
    files[change.path] = changed(files[change.path], change);
  return files;
}
