import type { Sent } from "./instances.ts";
import type { Keywords, Part } from "./keywords.ts";
import { longestOf } from "./lengths.ts";
import type { Loss } from "./search.ts";
import { below, type Search } from "./search.ts";

/** What keeps an array that is sent from being accepted: the elements at the places that have schemas of their own, and all others. */
export function arrayLosses(search: Search, { s }: Sent, r: readonly Keywords[]): readonly Loss[] {
  const places = Math.max(0, ...[...s, ...r].map(({ prefixItems }) => prefixItems.length));
  const longest = longestOf(s);
  const losses: Loss[] = [];
  for (let place = 0; place < Math.min(places, longest); place += 1) {
    const asked = elementsAt(r, place);
    if (asked.length > 0) losses.push(...below(search.contains(elementsAt(s, place), asked, true), String(place)));
  }
  const asked = elementsAt(r, places);
  if (longest <= places || asked.length === 0) return losses;
  return [...losses, ...below(search.contains(elementsAt(s, places), asked, true), "*")];
}

function elementsAt(parts: readonly Keywords[], place: number): readonly Part[] {
  return parts.flatMap(({ prefixItems, items }) => {
    const own = place < prefixItems.length ? prefixItems[place] : items;
    return own ? [own] : [];
  });
}
