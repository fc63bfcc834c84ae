/** What may stand in a config by form but would have no effect yet. It is refused instead of ignored. */
import type { Problem } from "./problems.ts";
import { isStore } from "./store-url.ts";

/** Each row: the key, and whether a value of it asks for something that is not there. */
const notBuilt: readonly (readonly [key: string, asks: (value: unknown) => boolean])[] = [
  ["agents", isFilled],
  ["reviews", isFilled],
  ["approvals", isFilled],
  ["budgets", isFilled],
  ["affinity", isFilled],
  ["gates.sandbox", isFilled],
  ["store.url", (value) => typeof value === "string" && !isStore(value)],
  ["store.remote", (value) => value !== undefined],
];

/** The problems of a config that asks for what is not built. */
export function notBuiltIn(config: unknown): readonly Problem[] {
  return notBuilt.flatMap(([key, asks]) =>
    asks(settingAt(config, key)) ? [{ code: "not_built", path: key, problem: "is not built yet; leave it out" }] : [],
  );
}

function settingAt(config: unknown, key: string): unknown {
  let value = config;
  for (const part of key.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

function isFilled(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === "object") return Object.keys(value).length > 0;
  return true;
}
