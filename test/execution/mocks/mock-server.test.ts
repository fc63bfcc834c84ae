import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { type MockServer, startMockServer } from "../../../src/execution/mocks/mock-server.ts";
import { alertsApi } from "./alerts-api.ts";

const open: MockServer[] = [];
afterAll(() => Promise.all(open.map((one) => one.close())));

async function started(ports = [0], text = alertsApi): Promise<MockServer> {
  const setup = { title: "AlertsAPI v1", kind: "openapi", text, seed: 1 } as const;
  const server = await startMockServer(setup, { ports });
  if ("problems" in server) throw new Error(JSON.stringify(server.problems));
  open.push(server);
  return server;
}

const at = (port: number, path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init);
const bodyAt = async (port: number, path: string) => (await at(port, path)).text();

/** Resolves once nothing listens on a port any more. */
async function silent(port: number): Promise<boolean> {
  for (let tries = 0; tries < 400; tries += 1) {
    const answered = await at(port, "/").then(
      () => true,
      () => false,
    );
    if (!answered) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}

test("[F1] two processes show the same data for the same request", async () => {
  const [one, other] = [await started(), await started()];
  for (const path of ["/alerts", "/alerts?limit=2", "/alerts/7"])
    expect(await bodyAt(one.port, path)).toBe(await bodyAt(other.port, path));
});

test("it says what it answers, and which contract an answer is of", async () => {
  const { port } = await started();
  const response = await at(port, "/");
  expect(response.headers.get("x-interlock-contract")).toBe("AlertsAPI v1");
  expect(await response.text()).toBe(
    [
      "Mock of AlertsAPI v1. It answers:",
      "",
      "  GET /alerts  All alerts",
      "  POST /alerts",
      "  GET /alerts/{id}",
      "  DELETE /alerts/{id}",
      "  GET /notes",
      "",
    ].join("\n"),
  );
});

test("pages that this machine serves may ask it, others may not", async () => {
  const { port } = await started();
  const asking = (origin: string) => at(port, "/alerts", { headers: { origin } });
  expect((await asking("http://localhost:5173")).headers.get("access-control-allow-origin")).toBe(
    "http://localhost:5173",
  );
  expect((await asking("https://evil.example")).headers.get("access-control-allow-origin")).toBe(null);
  const headers = { origin: "http://localhost:5173", "access-control-request-method": "POST" };
  expect((await at(port, "/alerts", { method: "OPTIONS", headers })).status).toBe(204);
});

test("it takes the first port that is free", async () => {
  const taken = createServer();
  await new Promise<void>((listening) => taken.listen(0, "127.0.0.1", listening));
  const address = taken.address();
  const first = typeof address === "object" && address ? address.port : 0;
  const free = (await started()).port;
  await open.at(-1)?.close();
  expect((await started([first, free])).port).toBe(free);
  const none = await startMockServer({ title: "A", kind: "openapi", text: alertsApi, seed: 1 }, { ports: [first] });
  expect(none).toMatchObject({ problems: [{ say: expect.stringContaining("taken") }] });
  taken.close();
});

test("another text is served on the same port at once, and one that cannot be played changes nothing", async () => {
  const server = await started();
  const text = alertsApi.replace("summary: All alerts", "summary: Each alert");
  const setup = { title: "AlertsAPI v2", kind: "openapi", text, seed: 1 } as const;
  expect(await server.replace(setup)).toMatchObject({
    operations: expect.arrayContaining(["GET /alerts  Each alert"]),
  });
  expect(await bodyAt(server.port, "/")).toContain("AlertsAPI v2");
  expect(await server.replace({ ...setup, title: "AlertsAPI v3", text: "{" })).toMatchObject({ problems: [{}] });
  expect(await bodyAt(server.port, "/")).toContain("AlertsAPI v2");
});

test("[F3] it is gone once it is closed", async () => {
  const server = await started();
  await server.close();
  expect(await silent(server.port)).toBe(true);
});

test.each([
  ["while it is idle", alertsApi, undefined],
  [
    "while a pattern keeps it busy for ever",
    alertsApi.replace("^[a-z0-9-]+$", "^(a+)+$"),
    `/alerts/${"a".repeat(60)}!`,
  ],
])("[F3] who dies takes its mock along, %s", async (_, text, path) => {
  const parent = spawn(process.execPath, [fileURLToPath(new URL("./parent-of-a-mock.mjs", import.meta.url))]);
  parent.stdin.end(text);
  const [line] = await new Promise<Buffer[]>((said) => parent.stdout.once("data", (chunk: Buffer) => said([chunk])));
  const { port, pid } = JSON.parse(String(line)) as { port: number; pid: number };
  expect((await at(port, "/")).status).toBe(200);
  const asked = path === undefined ? undefined : at(port, path).catch(() => undefined);
  const ended = new Promise((gone) => parent.once("exit", gone));
  parent.kill("SIGKILL");
  await ended;
  const isGone = await silent(port);
  if (!isGone) process.kill(pid, "SIGKILL");
  expect(isGone).toBe(true);
  await asked;
});
