/** What is wrong with a plan beyond its form: everything at once, so that a planner need not ask twice. */
import { idProblem, type NodeId } from "../ids.ts";
import { parsePattern } from "../pattern/parse.ts";
import { cyclesOf } from "./cycles.ts";
import { notBuilt } from "./not-built.ts";
import { redProblems } from "./red-problems.ts";

export { warnPlan } from "./warnings.ts";

/** A plan as far as it could be read. What could not be read is left out or undefined; the rest is checked all the same. */
export interface PlanDraft {
  readonly nodes: readonly DraftNode[];
  readonly template?: boolean;
  readonly groups?: boolean;
}

/** Lists keep the places of the input, with undefined where an entry could not be read, so that paths stay true. */
export interface DraftNode {
  /** Where it stands in the input: `nodes.3`, `add.0`, `change.1`. */
  readonly at: string;
  readonly id?: string | undefined;
  /** Whether it changes a node that the plan has already, instead of being a new one. */
  readonly changes?: boolean;
  readonly kind?: string | undefined;
  /** Undefined only for a change that leaves the dependencies as they are. */
  readonly dependsOn?: readonly (DraftEdge | undefined)[] | undefined;
  readonly writes: readonly (string | undefined)[];
  readonly edits: readonly (string | undefined)[];
  readonly reads: readonly (string | undefined)[];
  readonly watches: readonly (string | undefined)[];
  readonly gates: readonly (DraftGate | undefined)[];
  readonly approval?: string | undefined;
  readonly reviewers: readonly (string | undefined)[];
}

export interface DraftEdge {
  readonly node: string;
  /** `finish` where the planner wrote nothing else. */
  readonly edge?: string | undefined;
  readonly contract?: string | undefined;
}

export interface DraftGate {
  readonly name: string;
  /** `pass` where the planner wrote nothing else. */
  readonly expect?: string | undefined;
}

/** What a plan is checked against. */
export interface PlanSurroundings {
  /** Names of the gates that the config on the target branch has. */
  readonly gates: ReadonlySet<string>;
  readonly ignoreCase: boolean;
  readonly hasTarget: boolean;
  /** The nodes of the plan that is revised, with what they depend on. */
  readonly existing?: Iterable<{
    readonly id: NodeId;
    readonly dependsOn: readonly NodeId[];
    readonly redGates?: readonly string[];
  }>;
}

export interface Problem {
  readonly code:
    | "bad_id"
    | "duplicate_id"
    | "unknown_id"
    | "cycle"
    | "bad_edge"
    | "unknown_gate"
    | "bad_pattern"
    | "no_target"
    | "red_gate"
    | "not_built";
  readonly path: string;
  readonly problem: string;
  /** The nodes of a cycle: each depends on the next, the last on the first. */
  readonly cycle?: readonly NodeId[];
}

/** All problems of a plan, in the order of the input; none if it may be submitted. Takes time in proportion to the plan. */
export function checkPlan(draft: PlanDraft, around: PlanSurroundings): readonly Problem[] {
  const known = new Known(around);
  const problems: Problem[] = around.hasTarget ? [] : [noTarget];
  for (const node of draft.nodes) problems.push(...known.meet(node));
  const isPattern = patternCheck(around.ignoreCase);
  for (const node of draft.nodes) {
    problems.push(
      ...edgeProblems(node, known),
      ...gateProblems(node, around.gates),
      ...patternProblems(node, isPattern),
    );
  }
  const cycles = cycleProblems(draft, known);
  const red = cycles.length > 0 ? [] : redProblems(draft, known.edges, around.existing ?? []);
  return [...problems, ...notBuilt(draft), ...cycles, ...red];
}

const noTarget: Problem = {
  code: "no_target",
  path: "target",
  problem: "There is no branch to land on: HEAD is detached. Name a target branch.",
};

/** The ids of a plan with what each depends on, as they will be. */
class Known {
  readonly edges = new Map<NodeId, readonly NodeId[]>();
  readonly #byFolded = new Map<string, NodeId>();
  readonly #changed = new Set<NodeId>();

  constructor({ existing }: PlanSurroundings) {
    for (const { id, dependsOn } of existing ?? []) {
      this.edges.set(id, dependsOn);
      this.#byFolded.set(id.toLowerCase(), id);
    }
  }

  /** Takes a node in, and says what is wrong with its id. */
  meet({ at, id, changes, dependsOn }: DraftNode): readonly Problem[] {
    if (id === undefined) return [];
    const path = `${at}.id`;
    const ids = dependsOn?.flatMap((edge) => edge?.node ?? []);
    if (changes) {
      const again = this.#changed.has(id);
      this.#changed.add(id);
      if (again)
        return [{ code: "duplicate_id", path, problem: `${id} is changed twice. Change it once, with all fields.` }];
      if (!this.edges.has(id))
        return [{ code: "unknown_id", path, problem: `The plan has no node ${id}${this.#hint(id)}.` }];
      if (ids) this.edges.set(id, ids);
      return [];
    }
    const bad = idProblem(id);
    const other = this.#byFolded.get(id.toLowerCase());
    if (other === undefined) {
      this.#byFolded.set(id.toLowerCase(), id);
      this.edges.set(id, ids ?? []);
    }
    return [
      ...(bad === undefined
        ? []
        : [{ code: "bad_id" as const, path, problem: `The id ${JSON.stringify(id)} ${bad}.` }]),
      ...(other === undefined ? [] : [duplicate(path, id, other)]),
    ];
  }

  unknown(id: NodeId, path: string): Problem | undefined {
    if (this.edges.has(id)) return undefined;
    return { code: "unknown_id", path, problem: `There is no node ${id}${this.#hint(id)}.` };
  }

  #hint(id: NodeId): string {
    const close = this.#byFolded.get(id.toLowerCase());
    return close === undefined || close === id ? "" : `; did you mean ${close}`;
  }
}

function duplicate(path: string, id: NodeId, other: NodeId): Problem {
  const how = id === other ? "is used twice" : `differs from ${other} only in case`;
  return { code: "duplicate_id", path, problem: `The id ${id} ${how}. Ids must be unique, whatever their case.` };
}

function edgeProblems({ at, dependsOn }: DraftNode, known: Known): readonly Problem[] {
  return (dependsOn ?? []).flatMap((edge, i) => {
    const path = `${at}.depends_on.${i}`;
    return edge ? [known.unknown(edge.node, path) ?? [], contractProblem(edge, `${path}.contract`) ?? []].flat() : [];
  });
}

/** The name is what has to be waited for, so it is not left out; and other edges wait for none. */
function contractProblem({ edge, contract }: DraftEdge, path: string): Problem | undefined {
  const bad = contract === undefined ? undefined : idProblem(contract);
  const problem =
    edge !== "contract" && contract !== undefined
      ? "Only an edge of kind contract names one. Write edge: contract, or leave the contract out."
      : edge === "contract" && contract === undefined
        ? "An edge of kind contract says which contract it waits for. Add contract with its name."
        : bad && `The contract's name ${JSON.stringify(contract)} ${bad}.`;
  return problem ? { code: "bad_edge", path, problem } : undefined;
}

function gateProblems({ at, gates }: DraftNode, names: ReadonlySet<string>): readonly Problem[] {
  const has = names.size > 0 ? `It has ${[...names].slice(0, 20).join(", ")}.` : "It has none.";
  return gates.flatMap((gate, i): readonly Problem[] =>
    gate === undefined || names.has(gate.name)
      ? []
      : [
          {
            code: "unknown_gate",
            path: `${at}.gates.${i}`,
            problem: `interlock.yaml on the target branch has no gate ${JSON.stringify(gate.name)}. ${has}`,
          },
        ],
  );
}

function patternProblems(node: DraftNode, check: (text: string) => string | undefined): readonly Problem[] {
  return (["writes", "edits", "reads", "watches"] as const).flatMap((field) =>
    node[field].flatMap((text, i): readonly Problem[] => {
      const problem = text === undefined ? undefined : check(text);
      return problem === undefined ? [] : [{ code: "bad_pattern", path: `${node.at}.${field}.${i}`, problem }];
    }),
  );
}

/** Many nodes name the same paths, so each is read once. */
function patternCheck(ignoreCase: boolean): (text: string) => string | undefined {
  const read = new Map<string, string | undefined>();
  return (text) => {
    if (!read.has(text)) {
      const parsed = parsePattern(text, { ignoreCase });
      read.set(text, "problem" in parsed ? parsed.problem : undefined);
    }
    return read.get(text);
  };
}

function cycleProblems(draft: PlanDraft, known: Known): readonly Problem[] {
  const cycles = cyclesOf(known.edges);
  if (cycles.length === 0) return [];
  const places = new Map(draft.nodes.flatMap((node) => (node.id === undefined ? [] : [[node.id, node] as const])));
  return cycles.map((cycle): Problem => {
    // A revision is told about its own nodes; a cycle among old ones alone cannot be.
    const start = Math.max(
      0,
      cycle.findIndex((id) => places.has(id)),
    );
    const turned = [...cycle.slice(start), ...cycle.slice(0, start)];
    const [first = "", next = first] = turned;
    const node = places.get(first);
    const i = node?.dependsOn?.findIndex((edge) => edge?.node === next) ?? -1;
    const path = node ? `${node.at}.depends_on${i < 0 ? "" : `.${i}`}` : "nodes";
    const problem = `These nodes wait for each other: ${[...turned, first].join(" -> ")} (each depends on the next). Take one of the dependencies out.`;
    return { code: "cycle", path, problem, cycle: turned };
  });
}
