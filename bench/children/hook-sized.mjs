// What a client's hook needs to know: who holds what. Nothing else is loaded.
import { readClaimsFast } from "../../dist/log/sqlite/claim-table.js";

process.stdout.write(`${JSON.stringify(readClaimsFast(process.argv[2]))}\n`);
