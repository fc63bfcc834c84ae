import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { readOrMakeKey } from "../dist/execution/lease-token.js";
import { bigRepository } from "./big-repository.mjs";
import { fillLog, workedWorkspace } from "./worked-log.mjs";

/** A repository whose workspace has seen about so many events. Returns where its store is and how many there are. */
export async function workedRepository(root, events, options) {
  mkdirSync(root);
  await bigRepository(root, 100);
  const folder = join(root, ".git", "interlock");
  const key = readOrMakeKey(join(folder, "key"));
  // As the program names its stream; whoever starts on it checks that its plans are there.
  const stream = createHash("sha256").update("workspace").update(key).digest("hex").slice(0, 16);
  const worked = await workedWorkspace(events);
  const file = join(folder, "state.db");
  await fillLog(file, stream, worked, options);
  return { file, stream, events: worked.events.length };
}
