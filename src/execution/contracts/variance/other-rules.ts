import { isObject, quoted } from "../document.ts";
import { declaredIn } from "./declared.ts";
import { areDisjoint } from "./disjoint.ts";
import type { Sent } from "./instances.ts";
import { type Keywords, keywordsOf, type Part } from "./keywords.ts";
import { furtherParts } from "./object-rules.ts";
import { sameKeyword } from "./same-schema.ts";
import type { Loss, Search } from "./search.ts";

/** Keywords whose meaning hangs on those beside them; they are looked at together, under the first name. */
const together: Readonly<Record<string, readonly string[]>> = {
  if: ["if", "then", "else"],
  contains: ["contains", "minContains", "maxContains"],
};
const second = new Set(["then", "else", "minContains", "maxContains"]);

/** What a receiver asks by conditions, negations and names, or in words that are not understood here; in doubt it is unknown. */
export function otherLosses(search: Search, sent: Sent, asked: Keywords): readonly Loss[] {
  const losses = [...dependentLosses(search, sent, asked)];
  for (const [key, value] of asked.other) {
    if (second.has(key)) continue;
    const written = (together[key] ?? [key]).every((each) =>
      sent.s.some(({ part }) => sameKeyword(each, part, asked.part)),
    );
    const alike =
      written &&
      sent.s.some(({ part }) => (together[key] ?? [key]).every((each) => sameKeyword(each, part, asked.part)));
    if (alike && !key.startsWith("unevaluated")) continue;
    if (!holds(search, sent, asked, key, value)) losses.push(lossOf(search, sent, key));
  }
  return losses;
}

/** Whether what is sent fulfils a keyword, as far as can be shown. */
function holds(search: Search, sent: Sent, asked: Keywords, key: string, value: unknown): boolean {
  const at = (raw: unknown): Part => ({ raw, source: asked.part.source });
  const all = sent.s.map(({ part }) => part);
  const accepted = (raw: unknown) =>
    raw === undefined || search.contains(all, [at(raw)], false).every(({ change }) => change === "compatible");
  switch (key) {
    case "not":
      return areDisjoint(all, [at(value)]);
    case "if":
      return accepted(asked.other.get("then")) && accepted(asked.other.get("else"));
    case "contains":
      return !sent.types.has("array") || (asked.other.get("minContains") === 0 && !asked.other.has("maxContains"));
    case "dependentSchemas":
      return (
        !sent.types.has("object") ||
        (isObject(value) && Object.entries(value).every(([name, schema]) => !maySend(sent, name) || accepted(schema)))
      );
    case "propertyNames":
      return !sent.types.has("object") || namesFit(search, sent, at(value));
    case "unevaluatedProperties":
      return !sent.types.has("object") || isAnything(value) || (value === false && namesEvaluated(sent, asked));
    case "unevaluatedItems":
      return !sent.types.has("array") || isAnything(value);
    default:
      return false;
  }
}

function lossOf({ way }: Search, { s }: Sent, key: string): Loss {
  const rules: Readonly<Record<string, string>> = {
    not: "not",
    if: "if",
    contains: "contains",
    dependentSchemas: "dependent-schema",
    propertyNames: "property-names",
    unevaluatedProperties: "unevaluated-properties",
    unevaluatedItems: "unevaluated-items",
    contentEncoding: "content-encoding",
    contentMediaType: "content-media-type",
    contentSchema: "content-schema",
  };
  const had = s.some(({ other }) => other.has(key));
  const rule = rules[key];
  if (!rule)
    return {
      change: "unknown",
      rule: "keyword-not-understood",
      at: "",
      say: `What ${quoted(key)} means for what is sent is not understood.`,
    };
  const change = key === "contains" && !had ? "breaking" : "unknown";
  const moved = had ? "changed" : way === "sent" ? "added" : "removed";
  return {
    change,
    rule: `${rule}-${moved}`,
    at: "",
    say: `What is sent is not shown to fulfil ${quoted(key)}, which is asked for.`,
  };
}

function dependentLosses({ way }: Search, sent: Sent, { dependentRequired }: Keywords): readonly Loss[] {
  if (!sent.types.has("object")) return [];
  const promised = new Set(sent.s.flatMap(({ required }) => [...required]));
  return [...dependentRequired].flatMap(([name, needed]): readonly Loss[] => {
    const missing = needed.filter(
      (one) => !promised.has(one) && !sent.s.some((part) => part.dependentRequired.get(name)?.includes(one)),
    );
    if (missing.length === 0 || !maySend(sent, name)) return [];
    const rule = way === "sent" ? "dependent-required-added" : "dependent-required-removed";
    return [
      {
        change: "breaking",
        rule,
        at: "",
        say: `With ${quoted(name)}, ${missing.map(quoted).join(", ")} must come, which is not promised.`,
      },
    ];
  });
}

function maySend(sent: Sent, name: string): boolean {
  return sent.all.names.has(name) || furtherParts(sent) !== undefined || sent.all.patterns.size > 0;
}

function namesFit(search: Search, sent: Sent, names: Part): boolean {
  if (furtherParts(sent) || sent.all.patterns.size > 0) return false;
  if (sent.all.names.size === 0) return true;
  const all: Part = { raw: { enum: [...sent.all.names] }, source: { ...names.source, known: new WeakMap() } };
  return search.contains([all], [names], false).length === 0;
}

/** Whether each name that is sent is one that the receiver has looked at in any case. */
function namesEvaluated(sent: Sent, asked: Keywords): boolean {
  if (furtherParts(sent) || sent.all.patterns.size > 0) return false;
  const always = new Set<string>();
  const seen = new Set<number>();
  const queue = [asked];
  for (let one = queue.pop(); one; one = queue.pop()) {
    if (seen.has(one.id)) continue;
    seen.add(one.id);
    for (const name of one.properties.keys()) always.add(name);
    if (one.additional) return true;
    queue.push(...one.beside.map(keywordsOf));
  }
  return [...declaredIn(sent.s).names, ...sent.all.names].every((name) => always.has(name));
}

function isAnything(value: unknown): boolean {
  return value === true || (isObject(value) && Object.keys(value).length === 0);
}
