import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, delimiter, isAbsolute, join } from "node:path";
import { execa } from "execa";
import type { LineSides } from "./sides.ts";

/** Merges three sides of a file by its syntax, or gives nothing: a conflict, a language it does not know, too slow. */
export type Mergiraf = (path: string, sides: LineSides) => Promise<readonly string[] | undefined>;

/** Nobody waits longer for one file. */
const MOST_MS = 10_000;

/** The mergiraf on PATH, if there is one; found when asked, and pinned by its absolute path. */
export function findMergiraf(path = process.env["PATH"] ?? ""): Mergiraf | undefined {
  const name = process.platform === "win32" ? "mergiraf.exe" : "mergiraf";
  const executable = path
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, name))
    .find(isExecutable);
  return executable === undefined ? undefined : mergirafAt(realpathSync(executable));
}

function mergirafAt(executable: string): Mergiraf {
  return async (path, sides) => {
    const folder = await mkdtemp(join(tmpdir(), "interlock-mergiraf-"));
    try {
      // It knows the language by the name.
      const file = (side: string) => join(folder, `${side}-${basename(path)}`);
      for (const side of SIDES) await writeFile(file(side), sides[side].map((line) => `${line}\n`).join(""));
      const result = await execa(executable, ["merge", file("base"), file("ours"), file("theirs"), "-p", path], {
        cwd: folder,
        env: { PATH: process.env["PATH"] ?? "", HOME: folder, LC_ALL: "C" },
        extendEnv: false,
        stdin: "ignore",
        stripFinalNewline: false,
        reject: false,
        timeout: MOST_MS,
      });
      if (result.exitCode !== 0) return undefined;
      const lines = result.stdout.replace(/\n$/, "").split("\n");
      return lines.some((line) => /^(?:<{7}|>{7}|={7})(?: |$)/.test(line)) ? undefined : lines;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

const SIDES = ["base", "ours", "theirs"] as const;

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
