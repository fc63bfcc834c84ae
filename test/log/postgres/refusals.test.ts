import { DatabaseError } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { StoreBusy, StoreUnusable } from "../../../src/log/port.ts";
import { readAddress } from "../../../src/log/postgres/address.ts";
import { ask } from "../../../src/log/postgres/ask.ts";
import { explain } from "../../../src/log/postgres/faults.ts";
import { refuseUnfit } from "../../../src/log/postgres/fitness.ts";
import { openPostgresLog } from "../../../src/log/postgres/open.ts";
import { Sessions } from "../../../src/log/postgres/sessions.ts";
import { appends, stream } from "../samples.ts";
import { makePostgresPlace, type PostgresPlace } from "./place.ts";
import { noServer, useServer } from "./server.ts";

const secret = "p4ss-w0rd";
const address = readAddress(`postgres://me:${secret}@db.example:5433/work?application_name=x`);

describe("what people are told", () => {
  test("names server, database and role, and never the password", () => {
    expect(address.words).toBe("PostgreSQL at db.example:5433/work");
    expect(address.place).toBe("postgres://db.example:5433/work");
    expect([address.role, address.database]).toEqual(["me", "work"]);
  });

  test.each([
    `mysql://me:${secret}@x/y`,
    `postgres://me:${secret}@x:port/y`,
    `postgres://me:1/${secret}@x/y`,
    `postgres://me:1#${secret}@x/y`,
    `postgres://me:1?${secret}@x/y`,
    `postgres://me:1@${secret}@x/y`,
  ])("a url that cannot be read is refused without being quoted: %#", (url) => {
    expect(() => readAddress(url)).toThrow(StoreUnusable);
    expect(() => readAddress(url)).not.toThrow(new RegExp(secret));
  });

  test.each([
    ["postgresql://db.example/work", "PostgreSQL at db.example:5432/work"],
    ["postgres://me:%2F%40@[::1]:5433/work?sslmode=disable", "PostgreSQL at [::1]:5433/work"],
    ["postgres:///work?host=/run/postgresql", "PostgreSQL at /run/postgresql:5432/work"],
  ])("the many forms of a url are understood: %s", (url, words) => {
    expect(readAddress(url).words).toBe(words);
  });

  test.each([
    ["28P01", /refuses the password of role me\..*INTERLOCK_STORE or PGPASSWORD/],
    ["28000", /does not let role me in/],
    ["3D000", /has no database work\. Create it: createdb work/],
    ["42501", /GRANT CREATE ON DATABASE work TO me/],
    ["25006", /standby or set to read-only/],
    ["53100", /disk is full/],
    ["08P01", /pooler/],
    ["XX001", /is damaged/],
    ["42703", /an error that is not foreseen/],
  ])("%s becomes words that help, with its code and without the server's own text", (code, words) => {
    const fault = Object.assign(new DatabaseError(`server text ${secret}`, 1, "error"), { code });
    const explained = explain(fault, address);
    expect(explained).toBeInstanceOf(StoreUnusable);
    expect(explained).toMatchObject({ message: expect.stringMatching(words), cause: fault });
    expect(String(explained)).toContain(`(${code})`);
    expect(String(explained)).not.toContain("server text");
    expect(String(explained)).not.toContain(secret);
  });

  test.each(["55P03", "57014", "40P01", "40001", "53300"])("%s is a busy store", (code) => {
    const fault = Object.assign(new DatabaseError("server text", 1, "error"), { code });
    expect(explain(fault, address)).toBeInstanceOf(StoreBusy);
    expect(String(explain(fault, address))).toMatch(/nothing was written/);
  });

  test("a certificate that does not fit is said to be one", () => {
    const fault = Object.assign(new Error("self-signed certificate"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    expect(String(explain(fault, address))).toMatch(/do not agree on TLS/);
  });

  test("what is not a fault of the store stays what it is", () => {
    const others = [new Error("step"), new StoreBusy("busy"), "text", undefined];
    expect(others.map((each) => explain(each, address))).toEqual(others);
  });

  test("a server that is too old, a standby or without UTF-8 is refused with the way out", () => {
    const fit = { version: 140_000, standby: false, encoding: "UTF8" };
    expect(() => refuseUnfit(fit, address)).not.toThrow();
    expect(() => refuseUnfit({ ...fit, version: 130_018 }, address)).toThrow(/is version 13; 14 or newer is needed/);
    expect(() => refuseUnfit({ ...fit, standby: true }, address)).toThrow(/Name the primary server/);
    expect(() => refuseUnfit({ ...fit, encoding: "LATIN1" }, address)).toThrow(/createdb --encoding=UTF8/);
  });
});

describe.skipIf(noServer)("what a real server refuses", () => {
  const server = useServer();
  let place: PostgresPlace;

  beforeEach(async () => {
    place = await makePostgresPlace(server);
  });
  afterEach(() => place.remove());

  /** The store's url with some of it changed. */
  function urlWith(change: (url: URL) => void): string {
    const url = new URL(place.url);
    change(url);
    return url.href;
  }

  /** What opening such a store fails with, as text. */
  async function refusal(url: string): Promise<string> {
    const error: unknown = await openPostgresLog({ url }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(StoreUnusable);
    return String(error);
  }

  test("a wrong password", async () => {
    const said = await refusal(
      urlWith((url) => {
        url.password = secret;
      }),
    );
    expect(said).toMatch(/refuses the password of role interlock_tests/);
    expect(said).not.toContain(secret);
  });

  test("a database that is not there", async () => {
    const url = urlWith((each) => {
      each.pathname = "/nowhere";
    });
    expect(await refusal(url)).toMatch(/has no database nowhere/);
  });

  test("a port where nobody listens is found out at once", async () => {
    const url = urlWith((each) => {
      each.port = "1";
    });
    expect(await refusal(url)).toMatch(/PostgreSQL at 127\.0\.0\.1:1\/store\d+\) cannot be reached/);
  });

  test("a database whose texts are not UTF-8", async () => {
    await server.ask(place.url, "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    const url = urlWith((each) => {
      each.pathname = "/latin";
    });
    expect(await refusal(url)).toMatch(/keeps texts as LATIN1/);
    await server.dropDatabase(url);
  });

  test("a role without rights, before the tables are made and after", async () => {
    await server.ask(place.url, `CREATE ROLE guest LOGIN PASSWORD '${secret}'`);
    const url = urlWith((each) => {
      each.username = "guest";
      each.password = secret;
    });
    expect(await refusal(url)).toMatch(/does not give role guest the rights it needs/);
    await (await place.open()).close();
    expect(await refusal(url)).toMatch(/does not give role guest the rights it needs/);
    await server.ask(place.url, "DROP ROLE guest");
  });

  test("a role that owns the prepared schema and nothing else can work", async () => {
    await server.ask(place.url, `CREATE ROLE owner LOGIN PASSWORD '${secret}'`);
    await server.ask(place.url, "CREATE SCHEMA interlock AUTHORIZATION owner");
    const url = urlWith((each) => {
      each.username = "owner";
      each.password = secret;
    });
    const log = await openPostgresLog({ url });
    await log.transact(stream, 0, () => appends("a"));
    await log.close();
    await server.ask(place.url, "REASSIGN OWNED BY owner TO interlock_tests");
    await server.ask(place.url, "DROP OWNED BY owner; DROP ROLE owner");
  });

  test("[E2] another isolation that its operator made the default does not let a step miss anything", async () => {
    const name = new URL(place.url).pathname.slice(1);
    await server.ask(place.url, `ALTER DATABASE ${name} SET default_transaction_isolation = 'serializable'`);
    const [first, second] = [await place.open(), await place.open()];
    await first.transact(stream, 0, () => appends("a"));
    await Promise.all(
      [first, second].flatMap((log) => [1, 2, 3, 4].map(() => log.transact(stream, 1, () => appends("b")))),
    );
    expect((await second.read(stream, 0, 99)).map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await first.close();
    await second.close();
  });

  test("[E3] a server that acknowledges before it has written is told to write first", async () => {
    const name = new URL(place.url).pathname.slice(1);
    await server.ask(place.url, `ALTER DATABASE ${name} SET synchronous_commit = 'off'`);
    const sessions = new Sessions(readAddress(place.url), 1000);
    const asked = sessions.use(0, (client) => ask(client, { text: "SHOW synchronous_commit" }));
    expect(await asked).toEqual([["on"]]);
    await sessions.close();
  });
});
