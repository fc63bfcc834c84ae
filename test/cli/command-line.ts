import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

/** The compiled program. */
export const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** How a command ended. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The compiled command line as a child process without a terminal. */
export function interlock(folder: string, args: readonly string[], input = ""): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...args], { cwd: folder, env: environment }, (_, stdout, stderr) =>
      resolve({ exitCode: child.exitCode, stdout, stderr }),
    );
    child.stdin?.end(input);
  });
}

/** A command that goes on until it is told to end; `said` resolves once its output holds a text. */
export function startInterlock(folder: string, args: readonly string[], extra: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, env: { ...environment, ...extra } });
  running.add(child);
  let output = "";
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      for (const listener of listeners) listener();
    });
  const ended = new Promise<number | null>((resolve) => {
    child.once("close", (exitCode) => {
      running.delete(child);
      resolve(exitCode);
      for (const listener of listeners) listener();
    });
  });
  return {
    child,
    ended,
    output: () => output,
    said: (text: string) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (output.includes(text)) resolve();
          else if (child.exitCode !== null) reject(new Error(`It ended without saying ${text}: ${output}`));
          else return;
          listeners.delete(look);
        };
        listeners.add(look);
        look();
      }),
  };
}

export interface TemporaryRepository {
  readonly folder: string;
  write(path: string, text: string): void;
  git(...args: readonly string[]): string;
  commit(message: string): void;
}

/** A real repository with these files committed on main; it goes away after the tests of the file. */
export function temporaryRepository(files: Readonly<Record<string, string>>): TemporaryRepository {
  const folder = temporaryFolder();
  const git = (...args: readonly string[]) =>
    execFileSync("git", args, { cwd: folder, env: { ...environment, ...identity }, encoding: "utf8" }).trim();
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    if (path.endsWith(".sh")) chmodSync(join(folder, path), 0o755);
  };
  const commit = (message: string) => {
    git("add", "-A");
    git("commit", "-q", "-m", message);
  };
  git("init", "-q", "-b", "main");
  for (const [path, text] of Object.entries(files)) write(path, text);
  commit("base");
  return { folder, write, git, commit };
}

/** A folder that goes away after the tests of the file. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "interlock-cli-")));
  folders.push(folder);
  return folder;
}

const folders: string[] = [];
const running = new Set<ChildProcess>();

afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const identity = {
  GIT_AUTHOR_NAME: "Test",
  GIT_AUTHOR_EMAIL: "test@localhost",
  GIT_COMMITTER_NAME: "Test",
  GIT_COMMITTER_EMAIL: "test@localhost",
};

/** Ours without what a developer may have set. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(INTERLOCK_|GIT_|CLAUDE|FORCE_COLOR)/.test(name)),
);
