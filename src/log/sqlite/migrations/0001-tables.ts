/**
 * The first tables. A migration is never changed once released; a new one is added beside it.
 * `type` costs no space: it is there for people who look into the file.
 */
export const tables = `
CREATE TABLE event (
  stream TEXT NOT NULL,
  position INTEGER NOT NULL,
  at INTEGER NOT NULL,
  type TEXT GENERATED ALWAYS AS (body ->> '$.type') VIRTUAL,
  version INTEGER NOT NULL,
  request TEXT,
  body TEXT NOT NULL,
  PRIMARY KEY (stream, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE claim (
  stream TEXT NOT NULL,
  id TEXT NOT NULL,
  plan TEXT NOT NULL,
  node TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  agent TEXT NOT NULL,
  mode TEXT NOT NULL,
  pattern TEXT NOT NULL,
  slot TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (stream, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshot (
  stream TEXT NOT NULL PRIMARY KEY,
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE section (
  stream TEXT NOT NULL,
  name TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (stream, name)
) STRICT;

CREATE TABLE cell (
  stream TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (stream, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE process (
  id TEXT NOT NULL PRIMARY KEY,
  host TEXT NOT NULL,
  place TEXT NOT NULL,
  pid INTEGER NOT NULL,
  started TEXT NOT NULL,
  beat INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
