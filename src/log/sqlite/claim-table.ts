import { existsSync } from "node:fs";
import type { ClaimRow } from "../port.ts";
import { openDatabase } from "./driver.ts";

/**
 * Reads who holds what, for hooks that must answer within milliseconds: nothing is migrated, checked or written, and
 * the file is closed again at once. A store that is not there has no rows; what cannot be read is thrown.
 */
export function readClaimsFast(file: string): readonly ClaimRow[] {
  if (!existsSync(file)) return [];
  const db = openDatabase(file, { readonly: true, fileMustExist: true, timeout: patience });
  try {
    return db.prepare<[], ClaimRow>(query).all();
  } finally {
    db.close();
  }
}

const query = "SELECT id, plan, node, attempt, agent, mode, pattern, slot, since FROM claim ORDER BY stream, id";

// Milliseconds. Blocking is right here: a hook's process has nothing else to do.
const patience = 1000;
