import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";

/** Runs tests of one copy of the project, again and again, as its files change. */
export class TestRunner {
  #folder;
  #process;
  /** Files that the running vitest knows as they were before. @type {Set<string>} */
  #written = new Set();

  constructor(folder) {
    this.#folder = folder;
  }

  /** Every change of the copy goes through here, since vitest keeps what it has read. */
  write(path, code) {
    writeFileSync(path, code);
    this.#written.add(path);
  }

  /**
   * Runs those tests of some files whose names match. Tests that did not run are left out; `late` says that the time was
   * over before they were done. `timeout` is what one test may take, in milliseconds.
   */
  async run(files, pattern, { seconds, timeout, bail }) {
    this.#process ??= await this.#start();
    const own = this.#process;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.end();
    }, seconds * 1000);
    const answered = wordOf(own);
    own.send({ files, pattern, written: [...this.#written], bail, timeout });
    this.#written.clear();
    const answer = await answered;
    clearTimeout(timer);
    if (answer) endOthers(own.pid);
    else this.end();
    return { tests: answer?.tests ?? [], late };
  }

  /** Ends vitest with all that its tests have started; the next run starts another one. */
  end() {
    if (this.#process) endGroup(this.#process.pid);
    this.#process = undefined;
  }

  async #start() {
    const options = { cwd: this.#folder, stdio: "ignore", detached: true };
    const own = fork(new URL("test-process.mjs", import.meta.url), options);
    if ((await wordOf(own)) !== "ready") throw new Error(`vitest does not start in ${this.#folder}`);
    return own;
  }
}

/** What a process says next, or undefined when it ends. */
async function wordOf(own) {
  const over = new AbortController();
  const { signal } = over;
  const ended = once(own, "exit", { signal }).then(() => []);
  const [word] = await Promise.race([once(own, "message", { signal }), ended]);
  over.abort();
  return word;
}

/** Ends what the tests started and a break kept from ending. */
function endOthers(pid) {
  const listed = execFileSync("ps", ["-A", "-o", "pid=,pgid=,stat="]).toString();
  for (const line of listed.split("\n")) {
    const [other, group, state = ""] = line.trim().split(/\s+/);
    if (Number(group) === pid && Number(other) !== pid && !state.startsWith("Z")) end(Number(other));
  }
}

function endGroup(pid) {
  end(-pid);
}

function end(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
