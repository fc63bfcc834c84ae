-- schema 1

CREATE TABLE interlock.cell (
  stream text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (stream, key)
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

CREATE TABLE interlock.event (
  stream text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  at bigint NOT NULL,
  type text NOT NULL,
  version integer NOT NULL,
  request text,
  body text NOT NULL,
  PRIMARY KEY (stream, "position")
);

CREATE TABLE interlock.migration (
  version integer NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT now(),
  PRIMARY KEY (version)
);

CREATE TABLE interlock.section (
  stream text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  text text NOT NULL,
  PRIMARY KEY (stream, name)
);

CREATE TABLE interlock.snapshot (
  stream text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (stream)
);
