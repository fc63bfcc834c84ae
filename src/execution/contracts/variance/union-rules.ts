import { weightOf } from "../contract-kind.ts";
import { areDisjoint } from "./disjoint.ts";
import type { Sent } from "./instances.ts";
import type { Keywords, Part } from "./keywords.ts";
import { sameKeyword } from "./same-schema.ts";
import type { Loss } from "./search.ts";
import { mildest, type Search } from "./search.ts";

/** What keeps a value that is sent from being accepted by one of several alternatives (`anyOf`), or by exactly one (`oneOf`). */
export function unionLosses(search: Search, sent: Sent, asked: Keywords): readonly Loss[] {
  return [
    ...(asked.anyOf ? lossesOf(search, sent, asked, "anyOf", asked.anyOf) : []),
    ...(asked.oneOf ? lossesOf(search, sent, asked, "oneOf", asked.oneOf) : []),
  ];
}

const overlaps = "one-of-overlaps";

function lossesOf(
  search: Search,
  sent: Sent,
  asked: Keywords,
  key: "anyOf" | "oneOf",
  branches: readonly Part[],
): readonly Loss[] {
  if (sent.s.some(({ part }) => sameKeyword(key, part, asked.part) && sameKeyword("discriminator", part, asked.part)))
    return [];
  return sorts(sent, asked.part).flatMap((sender) => {
    const best = mildest(attempts(search, sender, branches, key)) ?? [];
    if (weightOf(best) === 0 || best.every(({ at, rule }) => at !== "" || rule === overlaps)) return best;
    const rule = `${key === "anyOf" ? "any-of" : "one-of"}-${search.way === "sent" ? "removed" : "added"}`;
    const say =
      search.way === "sent"
        ? "Something that was accepted fits none of the alternatives surely."
        : "Something that may be sent fits none of the alternatives that readers know surely.";
    return [{ change: weightOf(best) === 2 ? "breaking" : "unknown", rule, at: "", say }];
  });
}

/** Each branch that what is sent could be; where only one may fit, none of the others may fit besides. */
function* attempts(
  search: Search,
  sender: readonly Part[],
  branches: readonly Part[],
  key: "anyOf" | "oneOf",
): Iterable<readonly Loss[]> {
  for (const branch of branches) {
    const losses = search.contains(sender, [branch], false);
    const alone =
      key === "anyOf" || branches.every((other) => other === branch || areDisjoint([...sender, branch], [other]));
    yield alone
      ? losses
      : [
          ...losses,
          {
            change: "unknown",
            rule: overlaps,
            at: "",
            say: "Whether only one alternative fits is not known.",
          },
        ];
  }
}

/** What is sent, type by type or value by value: each of them may find an alternative of its own. */
function sorts({ s, types, values }: Sent, { source }: Part): readonly (readonly Part[])[] {
  const all = s.map(({ part }) => part);
  const narrowed = (raw: unknown): readonly Part[] => [...all, { raw, source: { ...source, known: new WeakMap() } }];
  if (values && values.length <= 30) return values.map((value) => narrowed({ enum: [value] }));
  const names = [...types].flatMap((type) =>
    type === "fraction" ? ["number"] : type === "integer" && types.has("fraction") ? [] : [type],
  );
  return names.length > 1 ? names.map((name) => narrowed({ type: name })) : [all];
}
