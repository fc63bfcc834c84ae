import type { Finding } from "../contract-kind.ts";
import { containment } from "./containment.ts";
import type { Part } from "./keywords.ts";
import type { Loss } from "./search.ts";

/** How findings about schemas are named: of the whole (`request-body`), of a part of it, and the side that both are of. */
export interface Subject {
  readonly whole: string;
  readonly part: string;
  readonly side: string;
}

/** What was sent by the old version must be accepted by the new one: requests, and whatever consumers send. */
export function compareSent(before: Part, after: Part, subject: Subject, where: string): readonly Finding[] {
  return found(containment(before, after, "sent"), subject, where);
}

/** What is sent by the new version must be accepted by readers of the old one: responses, and whatever consumers read. */
export function compareRead(before: Part, after: Part, subject: Subject, where: string): readonly Finding[] {
  return found(containment(after, before, "read"), subject, where);
}

function found(losses: readonly Loss[], subject: Subject, where: string): readonly Finding[] {
  return losses.map(({ change, rule, at, say }) => ({
    change,
    rule: named(rule, subject, at === ""),
    where: at === "" ? where : `${where}${where && !where.startsWith("/") ? " " : ""}${at}`,
    say,
  }));
}

/** `{part}` and `{side}` stand where a name begins otherwise, as in `new-required-request-property`. */
function named(rule: string, { whole, part, side }: Subject, isWhole: boolean): string {
  if (rule.includes("{")) return rule.replace("{part}", part).replace("{side}", side).replace(/^-/, "");
  return [isWhole ? whole : part, rule].filter(Boolean).join("-");
}
