import { openDatabase } from "../../dist/log/sqlite/driver.js";

/** The store's file as one would write it by hand, as durable as ours: one small row a commit. */
export function openRawStore(file) {
  const db = openDatabase(file, { timeout: 0 });
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.exec("CREATE TABLE IF NOT EXISTS event (position INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL)");
  const insert = db.prepare("INSERT INTO event (at, body) VALUES (?, ?)");
  const body = JSON.stringify({ type: "Something", text: "x".repeat(250) });
  const commit = db.transaction(() => insert.run(Date.now(), body));
  return { commit: () => commit.immediate(), close: () => db.close() };
}
