/** The texts that are generated from the tools, so that no document can say something else than the code does. */
import { z } from "zod";
import { allTools } from "./all-tools.ts";
import type { Tool } from "./define-tool.ts";
import { refusalCodes } from "./refusal-reply.ts";
import { schemas } from "./schemas.ts";

/** Every generated file with its content, by its path in the repository. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    "docs/generated/tools.md": toolsPage(),
    "docs/generated/plan.schema.json": pretty(schemas.plan.schema()),
    "docs/generated/config.schema.json": pretty(schemas.config.schema()),
    "docs/generated/replies.schema.json": pretty(schemas.replies.schema()),
  };
}

/** The lines between which a document shows the table of tools. */
export const tableMarkers = { begin: "<!-- tools: generated -->", end: "<!-- tools: end -->" } as const;

/** A document with its table of tools brought up to date; throws when it has no place for one. */
export function withToolTable(document: string): string {
  const [before, rest] = split(document, tableMarkers.begin);
  const [, after] = split(rest, tableMarkers.end);
  return `${before}${tableMarkers.begin}\n\n${toolTable()}\n\n${tableMarkers.end}${after}`;
}

/** The tools in a table: name, who has it, what for. */
export function toolTable(): string {
  const rows = allTools.map(({ name, profile, purpose }) => `| \`${name}\` | ${profile} | ${firstSentence(purpose)} |`);
  return ["| tool | profile | what for |", "|---|---|---|", ...rows].join("\n");
}

function toolsPage(): string {
  return `${[
    "# Tools",
    "Generated from the code; do not edit. The full types of all replies are in `replies.schema.json`.",
    toolTable(),
    ...allTools.map(toolSection),
    "## Refusals",
    "A refusal is a normal answer: `refused` is one of these codes, `say` says what to do, and `next` names the tools that make sense now.",
    refusalCodes.map((code) => `\`${code}\``).join(", "),
  ].join("\n\n")}\n`;
}

function toolSection(tool: Tool): string {
  const { properties = {}, required = [] } = z.toJSONSchema(tool.input, { io: "input" }) as JsonSchema;
  const rows = Object.entries(properties).map(
    ([name, schema]) =>
      `| \`${name}\`${required.includes(name) ? "" : "?"} | ${typeOf(schema)} | ${meaningOf(schema)} |`,
  );
  return [`## ${tool.name}`, tool.purpose, ["| field | type | meaning |", "|---|---|---|", ...rows].join("\n")].join(
    "\n\n",
  );
}

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

function typeOf(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map((one) => `\`${one}\``).join(" \\| ");
  if (schema.type === "array" && schema.items) return `list of ${typeOf(schema.items)}`;
  return schema.type ?? "anything";
}

function meaningOf({ description = "", default: standard }: JsonSchema): string {
  const text = standard === undefined ? description : `${description} Default: ${JSON.stringify(standard)}.`;
  return text.trim().replaceAll("|", "\\|");
}

function firstSentence(text: string): string {
  return text.split(/(?<=[.:;])\s/)[0]?.replace(/[:;]$/, ".") ?? text;
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function split(text: string, at: string): readonly [string, string] {
  const place = text.indexOf(at);
  if (place < 0) throw new Error(`The document has no line ${at}`);
  return [text.slice(0, place), text.slice(place + at.length)];
}
