import { afterAll, beforeAll } from "vitest";
import { findReason, type RunningServer, startServer, type TestServer } from "./start-server.ts";

/** Why there is no server here, or undefined: its programs come in a package for each platform. */
export const noServer = await findReason();
if (noServer !== undefined) console.warn(`${noServer}: THE TESTS OF THE POSTGRESQL LOG ARE SKIPPED.`);

/** Starts the file's server before its tests and removes it after them. */
export function useServer(): TestServer {
  let server: RunningServer | undefined;
  const running = () => {
    if (server === undefined) throw new Error("The server was not started.");
    return server;
  };
  beforeAll(async () => {
    if (noServer === undefined) server = await startServer();
  });
  afterAll(() => server?.remove());
  return {
    makeDatabase: () => running().makeDatabase(),
    dropDatabase: (url) => running().dropDatabase(url),
    ask: (url, sql, values) => running().ask(url, sql, values),
    untilLeft: (url) => running().untilLeft(url),
    stop: () => running().stop(),
    start: () => running().start(),
  };
}
