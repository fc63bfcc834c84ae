/**
 * The first tables. A migration is never changed once released; a new one is added beside it.
 * Texts that are looked up or ordered compare by their bytes, as in the other stores. `type` is for people who look in.
 */
export const tables = `
CREATE TABLE interlock.event (
  stream text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  at bigint NOT NULL,
  type text NOT NULL,
  version integer NOT NULL,
  request text,
  body text NOT NULL,
  PRIMARY KEY (stream, position)
);

CREATE TABLE interlock.claim (
  stream text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  plan text NOT NULL,
  node text NOT NULL,
  attempt integer NOT NULL,
  agent text NOT NULL,
  mode text NOT NULL,
  pattern text NOT NULL,
  slot text NOT NULL,
  since bigint NOT NULL,
  PRIMARY KEY (stream, id)
);

CREATE TABLE interlock.snapshot (
  stream text COLLATE "C" NOT NULL PRIMARY KEY,
  position bigint NOT NULL
);

CREATE TABLE interlock.section (
  stream text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  text text NOT NULL,
  PRIMARY KEY (stream, name)
);

CREATE TABLE interlock.cell (
  stream text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (stream, key)
);
`;
