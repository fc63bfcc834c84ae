import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The sources as JavaScript in a folder of its own, for child processes: Node 20 cannot run TypeScript. */
export interface Build {
  readonly folder: string;
  remove(): Promise<void>;
}

/** Compiles without checking types, which `npm run types` does. */
export async function buildSources(): Promise<Build> {
  const folder = await mkdtemp(join(tmpdir(), "interlock-build-"));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const flags = ["-p", join(root, "tsconfig.build.json"), "--outDir", folder, "--noCheck", "--declaration", "false"];
  await promisify(execFile)(process.execPath, [tsc, ...flags]);
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
