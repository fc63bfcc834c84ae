import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

// What `test/global-setup.ts` compiles: Node 20 cannot run TypeScript.
const built = fileURLToPath(new URL("../../dist", import.meta.url));
const script = fileURLToPath(new URL("children/child.mjs", import.meta.url));

/** A process that acts on a store; see `children/child.mjs` for what it can do. */
export interface Child {
  readonly process: ChildProcess;
  /** All lines that it has said so far. */
  readonly lines: readonly string[];
  /** Resolves once it has said a line that begins so; rejects when it ends without. */
  said(start: string): Promise<string>;
  /** Resolves once it has ended and all it said was read; gives its exit code, null after a kill. */
  readonly ended: Promise<number | null>;
}

/** `store` is the file or the url of a store. */
export function startChild(store: string, act: string, ...args: readonly (string | number)[]): Child {
  const argv = [script, built, store, act, ...args.map(String)];
  const child = spawn(process.execPath, argv, { stdio: ["pipe", "pipe", "inherit"] });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => lines.push(line));
  const ended = Promise.all([once(child, "exit"), once(reader, "close")]).then(() => child.exitCode);
  return { process: child, lines, said: (start) => awaitLine(lines, reader, start), ended };
}

function awaitLine(lines: readonly string[], reader: NodeJS.EventEmitter, start: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = lines.find((line) => line.startsWith(start));
      if (found !== undefined) resolve(found);
    };
    reader.on("line", look);
    reader.on("close", () =>
      reject(new Error(`The child ended before it said "${start}": ${lines.slice(-5).join(" | ")}`)),
    );
    look();
  });
}
