/**
 * A mock as a server in a process of its own, on 127.0.0.1. It ends with `close`, and with this process however that ends, because the
 * channel between them ends then.
 */
import { type ChildProcess, fork } from "node:child_process";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import type { Problem } from "../contracts/contract-kind.ts";
import type { Answered, FromMock, MockSetup, ToMock } from "./messages.ts";

type Playing = { readonly port: number; readonly operations: readonly string[] };
type Refusing = { readonly problems: readonly Problem[] };

export interface MockServer {
  readonly pid: number | undefined;
  readonly port: number;
  readonly operations: readonly string[];
  /** Plays another text on the same port from now on; one that cannot be played changes nothing. */
  replace(setup: MockSetup): Promise<{ readonly operations: readonly string[] } | Refusing>;
  /** Resolves once its process is gone. */
  readonly gone: Promise<void>;
  close(): Promise<void>;
}

/** Compiled, it stands beside this file; run from its sources, the compiled one is taken, since Node 20 runs no other. */
const program = fileURLToPath(
  new URL(
    import.meta.url.endsWith(".ts") ? "../../../dist/execution/mocks/mock-process.js" : "./mock-process.js",
    import.meta.url,
  ),
);

/** Starts a mock on the first of some ports that is free (0 is any); says why when its text cannot be played. */
export async function startMockServer(
  setup: MockSetup,
  { ports, onAnswered }: { readonly ports: readonly number[]; readonly onAnswered?: (answered: Answered) => void },
): Promise<MockServer | Refusing> {
  const child = fork(program, [], {
    cwd: tmpdir(),
    env: { PATH: process.env["PATH"] ?? "" },
    execArgv: ["--max-old-space-size=256"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  // Nobody stays for it.
  child.unref();
  child.channel?.unref();
  const channel = new Channel(child, onAnswered);
  const playing = await channel.ask({ setup, ports }, gone);
  const close = async () => {
    child.ref();
    child.kill("SIGKILL");
    await gone;
  };
  if ("problems" in playing) {
    await close();
    return playing;
  }
  return {
    port: playing.port,
    operations: playing.operations,
    pid: child.pid,
    gone,
    close,
    replace: (other) => channel.ask({ setup: other, ports }, gone),
  };
}

/** Asks one thing after the other. */
class Channel {
  readonly #child: ChildProcess;
  #turn: Promise<unknown> = Promise.resolve();
  #settle: ((word: Playing | Refusing) => void) | undefined;

  constructor(child: ChildProcess, onAnswered: ((answered: Answered) => void) | undefined) {
    this.#child = child;
    child.on("error", () => undefined);
    child.on("message", (word: FromMock) => {
      if (word.is !== "answered") this.#settle?.(word);
      else onAnswered?.(word);
    });
  }

  ask(asked: ToMock, gone: Promise<void>): Promise<Playing | Refusing> {
    const turn = this.#turn.then(async () => {
      const answer = new Promise<Playing | Refusing>((resolve) => {
        this.#settle = resolve;
      });
      this.#child.ref();
      if (this.#child.connected) this.#child.send(asked, () => undefined);
      const over = gone.then(() => ({ problems: [{ where: "", say: "The mock's process ended." }] }));
      const word = await Promise.race([answer, over]);
      this.#child.unref();
      return word;
    });
    this.#turn = turn;
    return turn;
  }
}
