// A process that starts a mock, says its port and its process, and stays until it is killed.
import { readFileSync } from "node:fs";
import { startMockServer } from "../../../dist/execution/mocks/mock-server.js";

const text = readFileSync(0, "utf8");
const server = await startMockServer({ title: "AlertsAPI v1", kind: "openapi", text, seed: 1 }, { ports: [0] });
process.stdout.write(`${JSON.stringify({ port: server.port, pid: server.pid })}\n`);
setInterval(() => undefined, 60_000);
