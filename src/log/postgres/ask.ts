import type { Client, ClientBase, QueryArrayConfig } from "pg";

/** A query as it is known to a session: with a name it is planned once and only executed from then on. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
}

/** Runs one query and gives its rows as arrays; the caller knows what is in them. */
export async function ask<Row extends unknown[]>(
  client: ClientBase,
  { name, text }: Statement,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const query: QueryArrayConfig = {
    text,
    values: [...values],
    rowMode: "array",
    ...(name === undefined ? {} : { name }),
  };
  return (await client.query<Row>(query)).rows;
}

/** Sends all that `work` asks for before it first waits in one piece, so that it costs one round trip. */
export function together<T>({ connection: { stream } }: Client, work: () => Promise<T>): Promise<T> {
  stream.cork();
  try {
    return work();
  } finally {
    stream.uncork();
  }
}
