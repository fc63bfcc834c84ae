import { Client } from "pg";
import { StoreUnusable } from "../port.ts";

/** Which database to ask; all but `url` may be shown, because none of it holds a password. */
export interface Address {
  readonly url: string;
  /** For sentences: which server and database. */
  readonly words: string;
  /** Like the url, but without role, password and options; tells one store from another. */
  readonly place: string;
  readonly role: string;
  readonly database: string;
}

/** Reads a `postgres://` url, with what it leaves out from the `PG…` variables; throws StoreUnusable, without quoting it. */
export function readAddress(url: string): Address {
  const { host, port, database = "", user = "" } = parse(url);
  const place = `${host.includes(":") ? `[${host}]` : host}:${port}/${database}`;
  return { url, words: `PostgreSQL at ${place}`, place: `postgres://${place}`, role: user, database };
}

function parse(url: string): Client {
  try {
    if (!form.test(url)) throw new Error("another form");
    return new Client({ connectionString: url });
  } catch {
    // Without a cause: it could quote the url, and with it the password.
    throw new StoreUnusable(
      "The url of the store cannot be read. Write it as postgres://role@host:5432/database, with special characters as %XX.",
    );
  }
}

// Role and password, host, port, database, options. Strict, because a password with a bare '/', '#', '?' or '@' in it would
// else be taken apart, and a piece of it shown as a host or a database.
const form = /^postgres(?:ql)?:\/\/(?:[^@/?#]*@)?(?:[\w.%-]*|\[[^\]@/?#]+\])(?::\d+)?(?:\/[^@/?#]*)?(?:\?[^@#]*)?$/;
