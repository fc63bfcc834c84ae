import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type AttemptRef, idProblem } from "../core/ids.ts";

/** Turns attempts into leases and back; a lease is derived from a key that only this user can read, and never stored. */
export interface LeaseTokens {
  mint(attempt: AttemptRef): string;
  /** The attempt that a lease stands for, or nothing if it was not minted here. */
  verify(lease: string): AttemptRef | undefined;
}

const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

/** 26 letters of five bits each carry 130 bits, more than anybody can guess. */
const sealLength = 26;

export function leaseTokens(key: Uint8Array, workspaceId: string): LeaseTokens {
  const seal = (name: string) => base32(createHmac("sha256", key).update(`${workspaceId}\n${name}`).digest());
  return {
    mint: ({ plan, node, attempt }) => {
      const name = `${plan}/${node}/${attempt}`;
      return `${name}.${seal(name)}`;
    },
    verify: (lease) => {
      const name = lease.slice(0, -(sealLength + 1));
      const [plan = "", node = "", number = "", ...rest] = name.split("/");
      const given = Buffer.from(lease.slice(-sealLength));
      const right = Buffer.from(seal(name));
      const genuine =
        given.length === right.length && timingSafeEqual(given, right) && lease.at(-(sealLength + 1)) === ".";
      if (!genuine || rest.length > 0 || idProblem(plan) || idProblem(node) || !/^[1-9]\d{0,8}$/.test(number))
        return undefined;
      return { plan, node, attempt: Number(number) };
    },
  };
}

/** Reads the key, or makes one that only this user can read; processes that make it at once end up with the same. */
export function readOrMakeKey(file: string): Uint8Array {
  makeFolder(dirname(file));
  if (!existsSync(file)) {
    // Linked into place whole, so that nobody reads half a key.
    const draft = `${file}.${randomBytes(6).toString("hex")}`;
    writeFileSync(draft, randomBytes(32).toString("hex"), { flag: "wx", mode: 0o600 });
    try {
      linkSync(draft, file);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    } finally {
      unlinkSync(draft);
    }
  }
  const key = Buffer.from(readFileSync(file, "utf8").trim(), "hex");
  if (key.length === 32) return key;
  throw new Error(`The key file ${file} is damaged. Delete it; leases that were given out with it end, work is kept.`);
}

/** Not with the folders above it: they are the repository's, and on a disk that is read-only Node would hide the reason. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

function base32(bytes: Uint8Array): string {
  let bits = 0;
  let value = 0;
  let text = "";
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += alphabet[(value >>> (bits - 5)) & 31];
    value &= 31;
    if (text.length >= sealLength) return text.slice(0, sealLength);
  }
  return text;
}
