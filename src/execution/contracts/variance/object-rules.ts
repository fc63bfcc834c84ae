import { declaredIn } from "./declared.ts";
import { type Sent, typesOf } from "./instances.ts";
import { type Keywords, keywordsOf, type Part } from "./keywords.ts";
import { matches } from "./matching.ts";
import type { Loss } from "./search.ts";
import { below, type Search } from "./search.ts";

/** Properties that only one side speaks of. What is lost breaks no payload, but nobody knows who relied on it. */
export function namesLost({ way }: Search, s: readonly Keywords[], r: readonly Keywords[]): readonly Loss[] {
  if (!typesOf(s).has("object") || !typesOf(r).has("object")) return [];
  const [sender, receiver] = [declaredIn(s).names, declaredIn(r).names];
  const required = new Set(r.flatMap((keywords) => [...keywords.required]));
  const unheard = [...sender].filter(
    (name) => !receiver.has(name) && partsFor(r, name).every(({ raw }) => raw === true),
  );
  const unsent = [...receiver].filter(
    (name) => !sender.has(name) && !required.has(name) && partsFor(s, name).length === 0,
  );
  if (way === "sent")
    return [
      ...unheard.map((name) =>
        loss(
          "unknown",
          "removed",
          name,
          "The property is no longer declared; it is not known what becomes of one that is sent.",
        ),
      ),
      ...unsent.map((name) => loss("compatible", "new-optional-{part}", name, "The property is new and optional.")),
    ];
  return [
    ...unsent.map((name) =>
      loss(
        "unknown",
        "{side}-optional-property-removed",
        name,
        "The optional property is no longer declared; it is not known who reads it.",
      ),
    ),
    ...unheard.map((name) => loss("compatible", "{side}-property-added", name, "The property is new.")),
  ];
}

/** What keeps an object that is sent from being accepted. */
export function objectLosses(search: Search, sent: Sent, r: readonly Keywords[]): readonly Loss[] {
  return [
    ...requiredLosses(search, sent, r),
    ...propertyLosses(search, sent, r),
    ...r.flatMap((one) => furtherLosses(search, sent, one)),
  ];
}

/** What a schema asks of a property with this name; nothing where it does not speak of it. */
export function partsFor(parts: readonly Keywords[], name: string): readonly Part[] {
  return parts.flatMap(({ properties, patterns, additional }) => {
    const asked = [
      ...(properties.has(name) ? [properties.get(name)] : []),
      ...[...patterns].map(([pattern, part]) => (matches(pattern, name) ? part : undefined)),
    ];
    const found = asked.filter((part) => part !== undefined);
    return found.length > 0 ? found : additional ? [additional] : [];
  });
}

/** What further properties must be where they may be sent at all; undefined where none is. */
export function furtherParts({ s, all }: Sent): readonly Part[] | undefined {
  const asked = s.flatMap(({ additional }) => (additional ? [additional] : []));
  if (asked.some((part) => keywordsOf(part).never)) return undefined;
  const mine = new Set(s.flatMap(({ patterns }) => [...patterns.keys()]));
  return asked.length > 0 || all.more || [...all.patterns].some((pattern) => !mine.has(pattern)) ? asked : undefined;
}

function requiredLosses({ way }: Search, { s, all }: Sent, r: readonly Keywords[]): readonly Loss[] {
  const promised = new Set(s.flatMap(({ required }) => [...required]));
  return [...new Set(r.flatMap(({ required }) => [...required]))]
    .filter((name) => !promised.has(name))
    .map((name) => {
      if (way === "sent")
        return all.names.has(name)
          ? loss("breaking", "became-required", name, "The property became required.")
          : loss("breaking", "new-required-{part}", name, "A required property is new.");
      return all.names.has(name)
        ? loss("breaking", "became-optional", name, "The property became optional, and readers rely on it.")
        : loss(
            "breaking",
            "{side}-required-property-removed",
            name,
            "A required property is gone, and readers rely on it.",
          );
    });
}

function propertyLosses(search: Search, sent: Sent, r: readonly Keywords[]): readonly Loss[] {
  const further = furtherParts(sent);
  const names = new Set([...sent.all.names, ...r.flatMap(({ properties }) => [...properties.keys()])]);
  return [...names].flatMap((name) => {
    const mine = partsFor(sent.s, name);
    const asked = partsFor(r, name);
    const declared = sent.all.names.has(name);
    if (asked.length === 0 || mine.some((part) => keywordsOf(part).never) || !(declared || mine.length > 0 || further))
      return [];
    if (declared && asked.some((part) => keywordsOf(part).never))
      return search.way === "sent"
        ? [loss("breaking", "removed", name, "The property is no longer accepted.")]
        : [
            loss(
              "breaking",
              "{side}-property-added-to-closed-object",
              name,
              "Readers accept no property but those that were declared before, and this one is new.",
            ),
          ];
    const losses = below(search.contains(mine, asked, declared), name);
    if (declared || mine.some(({ raw }) => typeof raw === "object" && Object.keys(raw ?? {}).length > 0)) return losses;
    // Anything goes by this name so far: whether anybody sent it cannot be known.
    return losses.map((found) => (found.change === "breaking" ? { ...found, change: "unknown" as const } : found));
  });
}

/** Properties that nobody names: by a pattern, or any other. */
function furtherLosses(search: Search, sent: Sent, { patterns, additional }: Keywords): readonly Loss[] {
  const further = furtherParts(sent);
  const mine = new Map<string, readonly Part[]>();
  for (const { patterns: own } of sent.s)
    for (const [pattern, part] of own) mine.set(pattern, [...(mine.get(pattern) ?? []), part]);
  const losses: Loss[] = [];
  for (const [pattern, part] of patterns) {
    const same = mine.get(pattern);
    if (same) losses.push(...below(search.contains(same, [part], false), pattern));
    else if (further || mine.size > 0)
      losses.push(
        loss(
          "unknown",
          search.way === "sent" ? "pattern-property-added" : "pattern-property-removed",
          "*",
          "Whether properties of other names follow this pattern is not known.",
        ),
      );
  }
  if (!additional) return losses;
  const closed = keywordsOf(additional).never;
  const ways = [
    ...[...mine].filter(([pattern]) => !patterns.has(pattern)).map(([, parts]) => parts),
    ...(further ? [further] : []),
  ];
  for (const parts of ways) {
    if (parts.some((part) => keywordsOf(part).never)) continue;
    if (!closed) losses.push(...below(search.contains(parts, [additional], false), "*"));
    else
      losses.push(
        search.way === "sent"
          ? loss(
              "breaking",
              "additional-properties-removed",
              "*",
              "Properties that are not named are no longer accepted.",
            )
          : loss(
              "breaking",
              "additional-properties-added",
              "*",
              "Properties that are not named may be sent now, and readers do not accept them.",
            ),
      );
  }
  return losses;
}

function loss(change: Loss["change"], rule: string, name: string, say: string): Loss {
  return { change, rule, at: `/${name}`, say };
}
