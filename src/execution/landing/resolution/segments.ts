/** A source as whole lines that belong together: each entity with the comments above it, and members inside bodies. */
import type { Node } from "web-tree-sitter";
import type { SourceParser } from "./grammar.ts";
import { bodyOf, leads, nameOf, type SourceName } from "./source-names.ts";

/** Lines that belong together. */
export interface Segment {
  /** Unlike all its siblings'. */
  readonly key: string;
  /** What it is called, or its text when it has no name. */
  readonly name: string;
  readonly is: SourceName["is"];
  /** How many empty lines come before it. */
  readonly blank: number;
  readonly lines: readonly string[];
  /** Where it holds members: the lines before, the members, the lines after. */
  readonly body?: Body;
}

/** Members between the lines that open and close what holds them. */
export interface Body {
  readonly head: readonly string[];
  readonly members: readonly Segment[];
  readonly tail: readonly string[];
}

/**
 * The segments of a whole source; its lines are all in them, but for empty ones at the end. Those whose names are `twins` are
 * known by their text, because the number of one among its like changes as others come and go.
 */
export function segmentsOf(
  parser: SourceParser,
  lines: readonly string[],
  twins: ReadonlySet<string> = NO_TWINS,
): readonly Segment[] {
  return parser.parse(`${lines.join("\n")}\n`, (root) =>
    split(root.children.filter(isNode), { lines, from: 0, to: lines.length, twins }),
  );
}

/** The names that several siblings share. */
export function twinsIn(segments: readonly Segment[]): readonly string[] {
  return segments.flatMap(({ key, name, is, body }) => [
    ...(is !== "other" && key !== name ? [name] : []),
    ...(body ? twinsIn(body.members) : []),
  ]);
}

/** Every name of a source with the names around it, as often as it is there. */
export function namesIn(segments: readonly Segment[], around = ""): readonly string[] {
  return segments.flatMap(({ name, is, body }) => [
    ...(is === "other" ? [] : [`${around}${name}`]),
    ...(body ? namesIn(body.members, `${around}${name} / `) : []),
  ]);
}

const NO_TWINS: ReadonlySet<string> = new Set();

interface Stretch {
  readonly lines: readonly string[];
  /** The first line and the line after the last. */
  readonly from: number;
  readonly to: number;
  readonly twins: ReadonlySet<string>;
}

interface Unit {
  from: number;
  to: number;
  /** The node that the lines stand for; none when several share a line. */
  node: Node | undefined;
  /** Where the node itself begins, below what leads it. */
  start: number;
}

function split(nodes: readonly Node[], stretch: Stretch): readonly Segment[] {
  const units = withLeads(unitsOf(nodes, stretch));
  let at = stretch.from;
  const seen = new Map<string, number>();
  return units.map((unit) => {
    const blank = unit.from - at;
    at = unit.to;
    const lines = stretch.lines.slice(unit.from, unit.to);
    const { is: kind, name } = unit.node ? nameOf(unit.node) : ({ is: "other", name: undefined } as const);
    const text = lines.map((line) => line.trim()).join("\n");
    const plain = name ?? `~${text}`;
    // Of several with one name, as overloads are, the order may matter.
    const is = kind === "named" && stretch.twins.has(plain) ? "other" : kind;
    const known = stretch.twins.has(plain) ? `${plain} ~${text}` : plain;
    const count = (seen.get(known) ?? 0) + 1;
    seen.set(known, count);
    const body = unit.node && bodyIn(unit.node, unit, stretch);
    const key = count === 1 ? known : `${known}#${count}`;
    return { key, name: plain, is, blank, lines, ...(body ? { body } : {}) };
  });
}

function unitsOf(nodes: readonly Node[], { lines, from, to }: Omit<Stretch, "twins">): readonly Unit[] {
  const units: Unit[] = [];
  for (const node of nodes) {
    const [first, end] = rowsOf(node);
    if (end <= from || first >= to) continue;
    const last = units.at(-1);
    if (!last || first >= last.to) {
      units.push({ from: first, to: end, node, start: first });
      continue;
    }
    last.to = Math.max(last.to, end);
    const isTrivial = node.type.includes("comment") || /^(?:;|,|empty_statement|automatic_semicolon)$/.test(node.type);
    if (!isTrivial) last.node = undefined;
  }
  return withLoose(units, { lines, from, to });
}

/** Lines that the grammar gives to nobody are units too. */
function withLoose(units: readonly Unit[], { lines, from, to }: Omit<Stretch, "twins">): readonly Unit[] {
  const all: Unit[] = [];
  const addLoose = (start: number, end: number) => {
    for (let row = start; row < end; row += 1) {
      if (lines[row]?.trim() === "") continue;
      const last = all.at(-1);
      if (last && last.node === undefined && last.to === row) last.to = row + 1;
      else all.push({ from: row, to: row + 1, node: undefined, start: row });
    }
  };
  let at = from;
  for (const unit of units) {
    addLoose(at, unit.from);
    all.push({ ...unit });
    at = unit.to;
  }
  addLoose(at, to);
  return all;
}

/** What stands right above a unit and belongs to it becomes part of it. */
function withLeads(units: readonly Unit[]): readonly Unit[] {
  const all: Unit[] = [];
  for (const unit of units) {
    const last = all.at(-1);
    if (last?.node && leads(last.node) && last.to === unit.from && unit.node)
      all[all.length - 1] = { from: last.from, to: unit.to, node: unit.node, start: unit.start };
    else all.push(unit);
  }
  return all;
}

function bodyIn(node: Node, unit: Unit, { lines, twins }: Stretch): Body | undefined {
  const body = bodyOf(node);
  if (!body) return undefined;
  const nodes = body.children.filter(isNode);
  const isBraced = nodes[0]?.type === "{" || nodes[0]?.type === "(";
  const inside = isBraced ? nodes.slice(1, -1) : nodes;
  const [first] = inside;
  if (!first) return undefined;
  const [, bodyEnd] = rowsOf(body);
  const from = isBraced ? body.startPosition.row + 1 : rowsOf(first)[0];
  const to = isBraced ? bodyEnd - 1 : bodyEnd;
  const lastEnd = Math.max(...inside.map((one) => rowsOf(one)[1]));
  // Members must have lines of their own.
  if (rowsOf(first)[0] < from || from <= unit.start || lastEnd > to || to > unit.to) return undefined;
  const members = split(inside, { lines, from, to, twins });
  const end = from + members.reduce((count, member) => count + member.blank + member.lines.length, 0);
  return { head: lines.slice(unit.from, from), members, tail: lines.slice(end, unit.to) };
}

/** The first line of a node and the line after its last; some nodes end at the start of a line that is not theirs. */
function rowsOf(node: Node): readonly [number, number] {
  const { row, column } = node.endPosition;
  const first = node.startPosition.row;
  return [first, Math.max(column === 0 ? row : row + 1, first + 1)];
}

function isNode(node: Node | null): node is Node {
  return node !== null;
}
