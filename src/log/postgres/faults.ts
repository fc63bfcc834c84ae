/** What may go wrong between us and a PostgreSQL server, and what to tell people; the server's own words stay in `cause`. */
import { DatabaseError } from "pg";
import { StoreBusy, StoreUnusable } from "../port.ts";
import type { Address } from "./address.ts";

/** The server is not there just now; what was asked may succeed later. */
export class StoreAway extends StoreUnusable {}

/** `away`: the server or the way to it. `full`: no session is free. `busy`: a lock or a limit of time. `other`: anything else. */
export type FaultKind = "away" | "full" | "busy" | "other";

export function kindOf(error: unknown): FaultKind {
  if (!(error instanceof Error)) return "other";
  const code = codeOf(error);
  const found = kinds.find(([prefix]) => code.startsWith(prefix));
  if (found !== undefined) return found[1];
  if (error instanceof DatabaseError) return "other";
  return messages.find(([message]) => message.test(error.message))?.[1] ?? "other";
}

/** Whether the server itself says that it is starting or stopping. */
export function isRestarting(error: unknown): boolean {
  return error instanceof DatabaseError && codeOf(error).startsWith("57P");
}

/** Gives a fault of the store the words that people can act on; what is no fault of the store is returned as it is. */
export function explain(error: unknown, address: Address): unknown {
  if (error instanceof StoreUnusable || error instanceof StoreBusy) return error;
  const store = `The store (${address.words})`;
  switch (kindOf(error)) {
    case "away":
      return new StoreAway(
        `${store} cannot be reached. Check that the server runs and that the url of the store is right.`,
        {
          cause: error,
        },
      );
    case "full":
      return new StoreBusy(`${store} has no free connection; nothing was written.`, { cause: error });
    case "busy":
      return new StoreBusy(`${store} was held by other processes for too long; nothing was written.`, { cause: error });
    case "other":
      return explainOther(error, store, address);
  }
}

// By SQLSTATE (PostgreSQL, appendix A) or by the code of Node's system errors, as a prefix.
const kinds: readonly (readonly [prefix: string, kind: FaultKind])[] = [
  ["57P", "away"],
  ["08P01", "other"],
  ["08", "away"],
  ["25P03", "away"],
  ["ECONN", "away"],
  ["EPIPE", "away"],
  ["ETIMEDOUT", "away"],
  ["EHOST", "away"],
  ["ENET", "away"],
  ["ENOTFOUND", "away"],
  ["EAI_AGAIN", "away"],
  ["ENOENT", "away"],
  ["53300", "full"],
  ["55P03", "busy"],
  ["57014", "busy"],
  ["40P01", "busy"],
  ["40001", "busy"],
];

// The driver's own errors have no code.
const messages: readonly (readonly [message: RegExp, kind: FaultKind])[] = [
  [/^timeout exceeded when trying to connect/, "full"],
  [/^Connection terminated|^timeout expired|^Query read timeout|not queryable$/, "away"],
];

// What the operator of the server has to do.
const wayOut: readonly (readonly [code: string, words: (address: Address) => string])[] = [
  [
    "28P01",
    ({ role }) => `refuses the password of role ${role}. Put the right one into INTERLOCK_STORE or PGPASSWORD.`,
  ],
  ["28", ({ role }) => `does not let role ${role} in. Check the role and the server's pg_hba.conf.`],
  ["3D000", ({ database }) => `has no database ${database}. Create it: createdb ${database}`],
  [
    "42501",
    ({ role, database }) =>
      `does not give role ${role} the rights it needs: it must own the schema "interlock", or be allowed to make it ` +
      `(GRANT CREATE ON DATABASE ${database} TO ${role}).`,
  ],
  ["25006", () => "takes no writes: it is a standby or set to read-only. Name the primary server."],
  ["53100", () => "cannot grow because the server's disk is full; nothing was written. Free some space."],
  ["53", () => "has run out of memory or another resource; nothing was written. Look at the server's log."],
  ["08P01", () => "does not speak to us directly, probably because of a connection pooler. Name the server itself."],
  ["XX", () => "reports that its data is damaged. Look at the server's log and restore a backup."],
  ["58", () => "reports an error of its disk or system; nothing was written. Look at the server's log."],
];

function explainOther(error: unknown, store: string, address: Address): unknown {
  const code = codeOf(error);
  if (error instanceof DatabaseError) {
    const words = wayOut.find(([prefix]) => code.startsWith(prefix))?.[1](address);
    return new StoreUnusable(
      `${store} ${words ?? "gave an error that is not foreseen; nothing was written."} (${code})`,
      {
        cause: error,
      },
    );
  }
  if (!isOfTls(error, code)) return error;
  return new StoreUnusable(`${store} and this process do not agree on TLS. Check sslmode and the certificates.`, {
    cause: error,
  });
}

function isOfTls(error: unknown, code: string): boolean {
  if (/^ERR_TLS|^ERR_SSL|CERT|UNABLE_TO_VERIFY/.test(code)) return true;
  return error instanceof Error && /does not support SSL|SSL negotiation|SCRAM|SASL/.test(error.message);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
