import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { byHand } from "./baseline/git-by-hand.mjs";

/** A repository with so many small files, a hundred to a folder, and one commit on main. */
export async function bigRepository(root, files) {
  for (let i = 0; i < files; i += 1) {
    if (i % 100 === 0) mkdirSync(join(root, folderOf(i)), { recursive: true });
    writeFileSync(join(root, pathOf(i)), textOf(i, 0));
  }
  await byHand(root, "init", "-q", "-b", "main");
  for (const [key, value] of [
    ["user.name", "Bench"],
    ["user.email", "bench@example.invalid"],
    ["gc.auto", "0"],
  ])
    await byHand(root, "config", key, value);
  await commitAll(root, "first");
}

export function pathOf(i) {
  return `${folderOf(i)}/file-${i}.ts`;
}

export function textOf(i, version) {
  return Array.from({ length: 30 }, (_, line) => `line ${line} of file ${i} in version ${version}\n`).join("");
}

/** Returns the commit. */
export async function commitAll(root, message) {
  await byHand(root, "add", "-A");
  await byHand(root, "commit", "-q", "-m", message);
  return byHand(root, "rev-parse", "HEAD");
}

function folderOf(i) {
  const folder = Math.floor(i / 100);
  return `packages/p${folder % 20}/src/part-${folder}`;
}
