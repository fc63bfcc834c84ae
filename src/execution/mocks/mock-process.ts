import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { FromMock, ToMock } from "./messages.ts";
import { json, type MockAnswer, refusal } from "./mock.ts";
import { Player } from "./player.ts";

// The process of one mock: it listens on this machine only, hands each request to the thread that plays the contract, and is gone
// with the process that started it. Nothing here looks into the contract, so that it always hears that it is over.

const host = "127.0.0.1";
const mostBytes = 1_000_000;

let player: Player | undefined;
let server: Server | undefined;
let operations: readonly string[] = [];

process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
// Ctrl-C reaches everybody in the terminal; who started us says when it is over.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

let last: Promise<void> = Promise.resolve();
process.on("message", (asked: ToMock) => {
  last = last.then(() => play(asked));
});

async function play({ setup, ports }: ToMock): Promise<void> {
  const other = new Player(setup);
  const started = await other.start();
  if ("problems" in started) return tell({ is: "refused", problems: started.problems });
  const before = player;
  player = other;
  operations = started.operations;
  await before?.end();
  server ??= await listening(ports);
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  tell({ is: "playing", port, operations });
}

/** On the first port that nobody has; at last on any. */
async function listening(ports: readonly number[]): Promise<Server> {
  for (const port of ports) {
    const made = createServer({ requestTimeout: 30_000, maxHeaderSize: 32_768 }, (request, response) => {
      void handle(request, response).catch(() => response.destroy());
    });
    made.maxConnections = 500;
    const isOurs = await new Promise<boolean>((resolve) => {
      made.once("error", () => resolve(false));
      made.listen({ port, host, exclusive: true }, () => resolve(true));
    });
    if (isOurs) return made;
  }
  const say = `Port ${ports.join(", ")} is taken.`;
  return new Promise(() => tell({ is: "refused", problems: [{ where: "", say }] }, () => process.exit(0)));
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const start = performance.now();
  const { method = "GET", url = "/" } = request;
  const answer = await answerTo(request, method, url);
  const headers = {
    "cache-control": "no-store",
    "x-interlock-contract": player?.setup.title ?? "",
    ...crossOrigin(request),
    ...answer.headers,
  };
  const body = Buffer.from(answer.body);
  const hasBody = answer.status !== 204 && answer.status !== 304;
  response.writeHead(answer.status, { ...headers, ...(hasBody ? { "content-length": String(body.length) } : {}) });
  response.end(hasBody && method !== "HEAD" ? body : undefined);
  tell({ is: "answered", method, url, status: answer.status, ms: Math.round(performance.now() - start) });
}

async function answerTo(request: IncomingMessage, method: string, url: string): Promise<MockAnswer> {
  if (!isThisMachine(request.headers.host)) return refusal(403, "The mock answers to 127.0.0.1 and localhost only.");
  const playing = player;
  if (!playing) return refusal(503, "The mock is not ready.");
  if (method === "OPTIONS" && request.headers["access-control-request-method"] !== undefined && isNear(request))
    return { status: 204, headers: {}, body: "" };
  const body = await bodyOf(request);
  if (body === undefined)
    return refusal(413, `The body has more than ${mostBytes} bytes.`, [], { connection: "close" });
  if (method === "GET" && url === "/" && !operations.some((line) => /^GET \/( |$)/.test(line)))
    return overview(playing.setup.title, request.headers.accept);
  return await playing.answer({ method, url, headers: plain(request), body });
}

function overview(title: string, accept: string | undefined): MockAnswer {
  if (accept?.startsWith("application/json")) return json(200, { contract: title, operations });
  const body = [`Mock of ${title}. It answers:`, "", ...operations.map((line) => `  ${line}`), ""].join("\n");
  return { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, body };
}

/** A page of somebody else's must not reach us by a name that only now leads to this machine. */
function isThisMachine(name: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/i.test(name ?? "");
}

/** Pages that are served from this machine may ask; they are what is built against the mock. */
function isNear({ headers: { origin } }: IncomingMessage): boolean {
  return /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(origin ?? "");
}

function crossOrigin(request: IncomingMessage): Readonly<Record<string, string>> {
  if (!isNear(request)) return {};
  const asked = request.headers["access-control-request-headers"];
  return {
    "access-control-allow-origin": request.headers.origin ?? "",
    "access-control-allow-methods": "GET, HEAD, PUT, POST, PATCH, DELETE, OPTIONS",
    "access-control-expose-headers": "*",
    ...(typeof asked === "string" && asked !== "" ? { "access-control-allow-headers": asked } : {}),
    vary: "origin",
  };
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > mostBytes) return undefined;
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString("utf8");
}

function plain({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
}

function tell(word: FromMock, then: () => void = () => undefined): void {
  process.send?.(word, undefined, undefined, then);
}
