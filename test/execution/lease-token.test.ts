import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { leaseTokens, readOrMakeKey } from "../../src/execution/lease-token.ts";

const key = new Uint8Array(32).fill(7);
const tokens = leaseTokens(key, "workspace");
const attempt = { plan: "a-plan", node: "node.1", attempt: 12 };

test("[V3] a lease stands for its attempt and no other", () => {
  expect(tokens.mint(attempt)).toMatch(/^a-plan\/node\.1\/12\.[a-z2-7]{26}$/);
  expect(tokens.verify(tokens.mint(attempt))).toEqual(attempt);
  expect(tokens.mint({ ...attempt, attempt: 13 }).slice(-26)).not.toBe(tokens.mint(attempt).slice(-26));
});

test("[V3] a lease that was changed, forged, or minted elsewhere is not one", () => {
  const lease = tokens.mint(attempt);
  expect(leaseTokens(new Uint8Array(32), "workspace").verify(lease)).toBeUndefined();
  expect(leaseTokens(key, "elsewhere").verify(lease)).toBeUndefined();
  expect(tokens.verify(lease.replace("/12.", "/13."))).toBeUndefined();
  fc.assert(
    fc.property(fc.nat(lease.length - 1), fc.constantFrom(..."abz27./-"), (place, letter) => {
      const changed = lease.slice(0, place) + letter + lease.slice(place + 1);
      expect(tokens.verify(changed)).toEqual(changed === lease ? attempt : undefined);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(tokens.verify(text)).toBeUndefined();
    }),
  );
});

test("[V3] the key is made once, and only its owner can read it", () => {
  const folder = mkdtempSync(join(tmpdir(), "interlock-key-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "deep", "key");
  const made = readOrMakeKey(file);
  expect(readOrMakeKey(file)).toEqual(made);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
