/** Every query of the log that is asked for again and again, under the name by which a session knows it. */
export const statements = {
  lock: { name: "lock", text: "SELECT pg_advisory_xact_lock($1)" },
  // Asked for after the lock, and a statement of its own: its view of the store begins when it begins.
  standing: {
    name: "standing",
    text: `SELECT coalesce(max(position), 0), (SELECT coalesce(max(version), 0) FROM interlock.migration)
           FROM interlock.event WHERE stream = $1`,
  },
  missed: {
    name: "missed",
    text: `SELECT position, at, version, request, body FROM interlock.event
           WHERE stream = $1 AND position > $2 ORDER BY position`,
  },
  read: {
    name: "read",
    text: `SELECT position, at, version, request, body FROM interlock.event
           WHERE stream = $1 AND position > $2 ORDER BY position LIMIT $3`,
  },
  addEvents: {
    name: "add_events",
    text: `INSERT INTO interlock.event (stream, position, at, type, version, request, body)
           SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::text[], $5::integer[], $6::text[], $7::text[])`,
  },

  putClaims: {
    name: "put_claims",
    text: `INSERT INTO interlock.claim (stream, id, plan, node, attempt, agent, mode, pattern, slot, since)
           SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::text[], $8::text[],
                                    $9::text[], $10::bigint[])
           ON CONFLICT (stream, id) DO UPDATE SET
             plan = excluded.plan, node = excluded.node, attempt = excluded.attempt, agent = excluded.agent,
             mode = excluded.mode, pattern = excluded.pattern, slot = excluded.slot, since = excluded.since`,
  },
  dropClaims: { name: "drop_claims", text: "DELETE FROM interlock.claim WHERE stream = $1 AND id = ANY($2::text[])" },
  readClaims: {
    name: "read_claims",
    text: `SELECT id, plan, node, attempt, agent, mode, pattern, slot, since
           FROM interlock.claim WHERE stream = $1 ORDER BY id`,
  },

  readSnapshot: {
    name: "read_snapshot",
    text: `SELECT snapshot.position, section.name, section.text
           FROM interlock.snapshot LEFT JOIN interlock.section USING (stream) WHERE snapshot.stream = $1`,
  },
  advanceSnapshot: {
    name: "advance_snapshot",
    text: `WITH newest AS (
             INSERT INTO interlock.snapshot AS kept (stream, position) VALUES ($1, $2)
             ON CONFLICT (stream) DO UPDATE SET position = excluded.position WHERE excluded.position >= kept.position
             RETURNING true
           ), gone AS (
             DELETE FROM interlock.section
             WHERE stream = $1 AND name = ANY($3::text[]) AND EXISTS (SELECT FROM newest)
           )
           INSERT INTO interlock.section (stream, name, text)
           SELECT $1, * FROM unnest($4::text[], $5::text[]) WHERE EXISTS (SELECT FROM newest)
           ON CONFLICT (stream, name) DO UPDATE SET text = excluded.text`,
  },

  readCell: { name: "read_cell", text: "SELECT value FROM interlock.cell WHERE stream = $1 AND key = $2" },
  lacksCell: {
    name: "lacks_cell",
    text: "SELECT WHERE NOT EXISTS (SELECT FROM interlock.cell WHERE stream = $1 AND key = $2)",
  },
  addCell: {
    name: "add_cell",
    text: `INSERT INTO interlock.cell (stream, key, value) VALUES ($1, $2, $3)
           ON CONFLICT DO NOTHING RETURNING true`,
  },
  changeCell: {
    name: "change_cell",
    text: "UPDATE interlock.cell SET value = $4 WHERE stream = $1 AND key = $2 AND value = $3 RETURNING true",
  },
  removeCell: {
    name: "remove_cell",
    text: "DELETE FROM interlock.cell WHERE stream = $1 AND key = $2 AND value = $3 RETURNING true",
  },
  putCell: {
    name: "put_cell",
    text: `INSERT INTO interlock.cell (stream, key, value) VALUES ($1, $2, $3)
           ON CONFLICT (stream, key) DO UPDATE SET value = excluded.value`,
  },
  dropCells: { name: "drop_cells", text: "DELETE FROM interlock.cell WHERE stream = $1 AND key = ANY($2::text[])" },
  listCells: {
    name: "list_cells",
    text: "SELECT key, value FROM interlock.cell WHERE stream = $1 AND key >= $2 AND key < $3 ORDER BY key",
  },

  now: { name: "now", text: "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint" },
  notify: { name: "notify", text: "SELECT pg_notify(channel, $2) FROM unnest($1::text[]) AS channel" },
} as const;
