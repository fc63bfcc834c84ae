/** A reply as short text with the same facts, for clients that show only the text. */
import type { Reply } from "../tools/reply.ts";

export function renderReply(reply: Reply): string {
  const { say, next, refused, notices, more_notices: more, ...facts } = reply;
  const lines = [refused === undefined ? say : `Refused (${refused}): ${say}`];
  for (const [name, value] of Object.entries(facts)) lines.push(...render(name, value, ""));
  for (const [name, value] of Object.entries({ notices, more_notices: more })) lines.push(...render(name, value, ""));
  if (next.length > 0) lines.push(`next: ${next.join(", ")}`);
  return lines.join("\n");
}

function render(name: string, value: unknown, indent: string): readonly string[] {
  if (value === undefined) return [];
  if (typeof value === "string" && value.includes("\n"))
    return [`${indent}${name}: |`, ...value.split("\n").map((line) => `${indent}  ${line}`)];
  if (isFlat(value)) return [`${indent}${name}: ${flat(value)}`];
  if (Array.isArray(value)) return [`${indent}${name}:`, ...value.flatMap((one) => renderItem(one, `${indent}  `))];
  return [
    `${indent}${name}:`,
    ...Object.entries(value as object).flatMap(([key, inner]) => render(key, inner, `${indent}  `)),
  ];
}

function renderItem(value: unknown, indent: string): readonly string[] {
  if (isFlat(value)) return [`${indent}- ${flat(value)}`];
  if (
    isRecord(value) &&
    Object.values(value).every((one) => isFlat(one) && !(typeof one === "string" && one.includes("\n")))
  ) {
    const parts = Object.entries(value).flatMap(([key, one]) => (one === undefined ? [] : [`${key} ${flat(one)}`]));
    return [`${indent}- ${parts.join(", ")}`];
  }
  if (isRecord(value)) {
    const [first = "", ...rest] = Object.entries(value).flatMap(([key, inner]) => render(key, inner, `${indent}  `));
    return [`${indent}- ${first.trimStart()}`, ...rest];
  }
  return [`${indent}- ${JSON.stringify(value)}`];
}

/** What fits on one line: a plain value, or a list of plain values. */
function isFlat(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every((one) => typeof one !== "object" || one === null);
  return Object.keys(value).length === 0;
}

function flat(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flat).join(", ")}]`;
  if (typeof value === "object" && value !== null) return "{}";
  return typeof value === "string" ? value.replaceAll("\n", "\\n") : String(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
