import { describe } from "vitest";
import { keepsLogContract } from "../log-contract.ts";
import { makePostgresPlace } from "./place.ts";
import { noServer, useServer } from "./server.ts";

describe.skipIf(noServer)(`with a server${noServer ? ` (skipped: ${noServer})` : ""}`, () => {
  const server = useServer();
  keepsLogContract("PostgreSQL", () => makePostgresPlace(server));
});
