import type { Refused } from "../../execution/answers.ts";
import type { MockOffer } from "../../execution/mocks/mocks.ts";
import { type MockNews, type Playing, versionMeant } from "../../execution/mocks/playing.ts";
import { servedKinds } from "../../execution/mocks/served-kinds.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { untilInterrupted } from "../interruption.ts";
import { type CommonOptions, type OpenWorkspace, withWorkspace } from "../open-workspace.ts";
import { showRefusal } from "../show-refusal.ts";
import { oneLine, type Terminal } from "../terminal.ts";

export interface MockOptions extends CommonOptions {
  readonly version?: string;
  readonly port?: number;
  readonly seed?: number;
}

/** Serves a contract until Ctrl-C, a line for each request; one that nobody can be asked by is shown by examples. With `--json` each line is JSON. */
export async function mock(contract: string, options: MockOptions, terminal: Terminal): Promise<ExitCode> {
  return withWorkspace(options, terminal, async (open) => {
    const { version, port, seed } = options;
    const { speculation } = await open.execution.workspace();
    const meant = versionMeant(speculation.contracts.get(contract), version);
    const asked = { contract, ...(version === undefined ? {} : { version }), ...(seed === undefined ? {} : { seed }) };
    if (meant && !servedKinds.includes(meant.kind))
      return showExamples(await open.execution.mockOf(asked), terminal, options);
    const news = (one: MockNews) => say(one, contract, terminal, options);
    return untilInterrupted(async (signal) => {
      const playing = await open.execution.playContract({
        ...asked,
        ...(port === undefined ? {} : { port }),
        tell: news,
      });
      if ("refused" in playing) return showRefusal(playing, terminal, options);
      return await serveUntil(signal, playing, contract, { open, terminal, options });
    });
  });
}

async function serveUntil(
  signal: AbortSignal,
  playing: Playing,
  contract: string,
  { terminal, options }: { readonly open: OpenWorkspace; readonly terminal: Terminal; readonly options: MockOptions },
): Promise<ExitCode> {
  const { url, version, operations } = playing;
  if (options.json) terminal.print(JSON.stringify({ is: "playing", url, contract, version, operations }));
  else {
    terminal.print(`${contract} ${version} is served at ${url} until Ctrl-C.`);
    for (const line of operations) terminal.print(`  ${oneLine(line)}`);
  }
  // Nothing else keeps this process while nobody asks.
  const awake = setInterval(() => undefined, 60_000);
  const interrupted = new Promise<boolean>((resolve) => {
    if (signal.aborted) resolve(true);
    signal.addEventListener("abort", () => resolve(true), { once: true });
  });
  const inOrder = await Promise.race([interrupted, playing.over.then(() => false)]);
  clearInterval(awake);
  await playing.close();
  if (!inOrder) terminal.complain("interlock: the process of the mock ended.");
  return inOrder ? exitCodes.done : exitCodes.failed;
}

function say(news: MockNews, contract: string, terminal: Terminal, { json }: MockOptions): void {
  if (json) terminal.print(JSON.stringify(news));
  else terminal.print(lineOf(news, contract));
}

function lineOf(news: MockNews, contract: string): string {
  switch (news.is) {
    case "answered":
      return oneLine(`${news.method} ${news.url.slice(0, 500)}  ${news.status}  ${news.ms} ms`);
    case "version":
      return `${contract} ${news.version} is in force now, and is served from here on.`;
    case "unplayable":
      return oneLine(
        `${contract} ${news.version} is in force now, but cannot be served: ${news.say} The one before goes on.`,
      );
    case "moved":
      return `The port was lent to a node; it is served at ${news.url} now.`;
  }
}

function showExamples(offer: MockOffer | Refused, terminal: Terminal, options: MockOptions): ExitCode {
  if ("refused" in offer) return showRefusal(offer, terminal, options);
  const examples = "examples" in offer ? offer.examples : [];
  if (options.json) terminal.printJson({ version: offer.version, examples });
  else
    for (const { of, value } of examples)
      terminal.print(`${of === undefined ? "" : `${oneLine(of)}  `}${JSON.stringify(value)}`);
  return exitCodes.done;
}
