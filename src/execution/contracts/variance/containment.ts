import { weightOf } from "../contract-kind.ts";
import { arrayLosses } from "./array-rules.ts";
import { type Declared, declaredIn } from "./declared.ts";
import { typesOf, valuesOf } from "./instances.ts";
import type { Keywords, Part } from "./keywords.ts";
import { namesLost, objectLosses } from "./object-rules.ts";
import { otherLosses } from "./other-rules.ts";
import { sameSchema } from "./same-schema.ts";
import { scalarLosses } from "./scalar-rules.ts";
import { flat, type Loss, type Search, type Way } from "./search.ts";
import { unionLosses } from "./union-rules.ts";

// Proves that whatever a sender may send by one schema is accepted by another. A schema is a list of parts that all hold.
// Invariants: each thing that the receiver asks for is either shown to follow from what the sender promises, or is a loss;
// a step that is cut short (too deep, too much, a cycle that did not hold) is a loss, never silence; and what a sender does
// not declare it does not send, unless it says that it may.

/** More steps than any contract by a person needs; beyond, the answer is unknown. */
const mostSteps = 10_000;

/** Each level is some calls deep. */
const mostLevels = 150;

/** Nobody reads more of one place. */
const mostLosses = 40;

/** Whether what `sender` may send is accepted by `receiver`; what keeps it from being so are its losses. */
export function containment(sender: Part, receiver: Part, way: Way): readonly Loss[] {
  const search: Search = {
    way,
    contains: (s, r, names) => contains(search, s, r, names),
    open: new Map(),
    closed: new Map(),
    assumed: Number.POSITIVE_INFINITY,
    same: new Map(),
    steps: 0,
  };
  return search.contains([sender], [receiver], true);
}

function contains(search: Search, sender: readonly Part[], receiver: readonly Part[], names: boolean): readonly Loss[] {
  search.steps += 1;
  if (search.steps > mostSteps || search.open.size > mostLevels)
    return [{ change: "unknown", rule: "too-complex", at: "", say: "The schemas are too complex to be compared." }];
  const s = flat(sender);
  const r = flat(receiver).filter((keywords) => !s.some((mine) => isSame(search, mine, keywords)));
  if (r.length === 0 && !names) return [];
  const key = `${idsOf(s)}|${idsOf(r)}|${names}`;
  const begun = search.open.get(key);
  if (begun !== undefined) {
    search.assumed = Math.min(search.assumed, begun);
    return [];
  }
  const known = search.closed.get(key);
  if (known) return known;
  const depth = search.open.size;
  const outer = search.assumed;
  search.assumed = Number.POSITIVE_INFINITY;
  search.open.set(key, depth);
  const all = declaredIn(s);
  const losses = distinct([
    ...(names ? namesLost(search, s, flat(receiver)) : []),
    ...(r.length > 0 ? cases(s).flatMap((one) => caseLosses(search, one, r, all)) : []),
  ]);
  search.open.delete(key);
  // What took for granted a pair that is still open is only known once that pair is.
  if (search.assumed >= depth) search.closed.set(key, losses);
  search.assumed = Math.min(outer, search.assumed >= depth ? Number.POSITIVE_INFINITY : search.assumed);
  return losses;
}

/** More cases than this are looked at as one that promises less. */
const mostCases = 100;

/** A sender with alternatives sends one of them: each is a case that must be accepted. */
function cases(sender: readonly Keywords[]): readonly (readonly Keywords[])[] {
  const open: { readonly parts: readonly Keywords[]; readonly split: ReadonlySet<unknown> }[] = [
    { parts: sender, split: new Set() },
  ];
  const all: (readonly Keywords[])[] = [];
  for (let one = open.pop(); one; one = open.pop()) {
    const { parts, split } = one;
    const next = parts
      .flatMap(({ anyOf, oneOf }) => [anyOf, oneOf])
      .find((branches) => branches && !split.has(branches));
    if (!next || all.length + open.length + next.length > mostCases) all.push(parts);
    else
      for (const branch of next)
        open.push({ parts: flat([...parts.map(({ part }) => part), branch]), split: new Set([...split, next]) });
  }
  return all;
}

function caseLosses(search: Search, s: readonly Keywords[], r: readonly Keywords[], all: Declared): readonly Loss[] {
  if (s.some(({ never }) => never)) return [];
  const types = typesOf(s);
  const values = valuesOf(s, types);
  if (types.size === 0 || values?.length === 0) return [];
  const sent = { s, types, values, all };
  return [
    ...r.flatMap((keywords) => [
      ...scalarLosses(search, sent, keywords),
      ...unionLosses(search, sent, keywords),
      ...otherLosses(search, sent, keywords),
    ]),
    ...(types.has("object") ? objectLosses(search, sent, r) : []),
    ...(types.has("array") ? arrayLosses(search, sent, r) : []),
  ];
}

function distinct(losses: readonly Loss[]): readonly Loss[] {
  const all = [...new Map(losses.map((loss) => [`${loss.change} ${loss.rule} ${loss.at}`, loss])).values()];
  if (all.length <= mostLosses) return all;
  return [...all].sort((a, b) => weightOf([b]) - weightOf([a])).slice(0, mostLosses);
}

function isSame({ same }: Search, a: Keywords, b: Keywords): boolean {
  const key = `${a.id} ${b.id}`;
  const known = same.get(key) ?? sameSchema(a.part, b.part);
  same.set(key, known);
  return known;
}

function idsOf(keywords: readonly Keywords[]): string {
  return keywords
    .map(({ id }) => id)
    .sort((a, b) => a - b)
    .join(",");
}
