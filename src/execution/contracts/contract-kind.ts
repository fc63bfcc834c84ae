/** The formats that a contract can be written in. */
export const contractKinds = ["openapi", "json_schema", "graphql", "protobuf", "asyncapi", "typescript"] as const;

export type ContractKind = (typeof contractKinds)[number];

/** Something wrong with a contract's text: where (a pointer, a line, a name; empty for all of it), and what. */
export interface Problem {
  readonly where: string;
  readonly say: string;
}

/** What a change means to those who rely on the version before it; what could not be understood is unknown, never compatible. */
export type Change = "compatible" | "breaking" | "unknown";

/** One thing that changed: the rule that judges it, the place, and a sentence. */
export interface Finding {
  readonly change: Change;
  readonly rule: string;
  readonly where: string;
  readonly say: string;
}

export interface Comparison {
  readonly change: Change;
  readonly findings: readonly Finding[];
}

const weight: Readonly<Record<Change, number>> = { compatible: 0, unknown: 1, breaking: 2 };

/** More would be read by nobody. */
const mostFindings = 100;

/** The worst of what was found, which comes first; nothing found is compatible. */
export function comparisonOf(found: readonly Finding[]): Comparison {
  const once = new Map(found.map((finding) => [`${finding.change} ${finding.rule} ${finding.where}`, finding]));
  const findings = [...once.values()].sort((a, b) => weight[b.change] - weight[a.change]);
  return { change: findings[0]?.change ?? "compatible", findings: findings.slice(0, mostFindings) };
}

/** How bad the worst of some findings is; 0 when none is worse than compatible. */
export function weightOf(findings: readonly { readonly change: Change }[]): number {
  return Math.max(0, ...findings.map(({ change }) => weight[change]));
}
