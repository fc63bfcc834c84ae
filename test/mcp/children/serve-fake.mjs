// Serves hands that only wait or answer at once, so that what is tested is the connection.
import { serveOverStdio } from "../../../dist/mcp/serve.js";

const idle = { status: "none", reason: "no_plan", waiting: {}, retryAfterSeconds: 5 };
const hands = {
  takeNotices: async () => ({ notices: [], more: 0 }),
  reportProgress: async () => ({ leaseExpiresAt: 0 }),
  requestNextNode: ({ waitMs }, { signal }) =>
    new Promise((resolve) => {
      process.stderr.write(`waiting ${waitMs}\n`);
      signal.addEventListener("abort", () => {
        process.stderr.write("wait ended\n");
        resolve(idle);
      });
    }),
};
const ending = new AbortController();
process.once("SIGTERM", () => ending.abort());
await serveOverStdio(
  {
    profile: "worker",
    version: "1.2.3",
    place: { workingDirectory: process.cwd() },
    open: async () => hands,
    logger: { error: (_, message) => process.stderr.write(`${message}\n`) },
  },
  ending.signal,
);
